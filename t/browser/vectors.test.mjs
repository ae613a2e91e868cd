/*
 * What the pages show of shots, as the worker comes to it too:
 * t/vectors/shots.json, which t/unit/vectors.c reads as well.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { centreOf } from '../../html/history-figures.js';
import { Store } from '../../html/store.js';
import { clockHour, scoreText } from '../../html/text.js';
import { number } from '../../html/words.js';
import { COLUMNS, FACES, Lane, score } from './fixture.mjs';

const { target, caliber_mm, shots, groups } = JSON.parse(readFileSync(new URL('../vectors/shots.json', import.meta.url), 'utf8'));

/** A zero has no sign. @param {number} value @param {number} digits */
const shown = (value, digits) => number(value, digits).replace(/^-(?=[0.]+$)/, '');

describe('what is shown of shots is what the worker shows', () => {
  for (const s of shots) {
    test(`at ${s.x_mm}, ${s.y_mm}`, () => {
      const { score_tenths, ring, inner } = score(FACES[target], caliber_mm, s.x_mm, s.y_mm);
      assert.deepEqual({ score: scoreText(score_tenths, ring, true), ring: Number(scoreText(score_tenths, ring, false)), inner,
        hour: clockHour(s.x_mm, s.y_mm), radius: number(Math.hypot(s.x_mm, s.y_mm), 1) },
      { score: s.score, ring: s.ring, inner: s.inner, hour: s.hour, radius: s.radius });
    });
  }

  for (const group of groups) {
    test(`of ${group.name}`, () => {
      const lane = new Lane('lane1', 'Lane 1');
      const store = new Store();
      lane.start({ target, caliber_mm });
      group.of.forEach((/** @type {number} */ i) => lane.shot(shots[i].x_mm, shots[i].y_mm));
      assert.equal(lane.doc.shots.rows[0].length, COLUMNS.length);
      store.receive('snapshot', lane.doc, '', 0);
      const { counted, total_tenths, total_rings, inner } = store.sums;
      const centre = centreOf(store.shots);
      assert.ok(centre);
      assert.deepEqual({ total: scoreText(total_tenths, total_rings, true), rings: total_rings, inner,
        average: number(total_tenths / 10 / counted, 2), x: shown(centre.x_mm, 1), y: shown(centre.y_mm, 1) },
      { total: group.total, rings: group.rings, inner: group.inner, average: group.average, x: group.x, y: group.y });
    });
  }
});
