/* Tips and drills in words, and how a store hears of them. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { doneShare, drillWords, fateWords, openTips, ruleWords, strokePath } from '../../html/coach-text.js';
import { Store } from '../../html/store.js';

/** @param {any} more @returns {any} */
const tip = (more = {}) => ({ tip: 1, to: 'shooter', urgent: false, hold: false, shot: 0, text: 'a', author: 'coach',
  drill: null, told_us: 5, acknowledged_us: 0, withdrawn_us: 0, result: null, t_us: 5, ...more });

/** @param {any} more @returns {any} */
const drill = (more) => ({ tip: 1, id: 'a', title: 'A', shots: 0, hits: 0, figure: null, left_s: null, ...more });

describe('a coach in words', () => {
  test('every shipped drill says what must be done', () => {
    const book = JSON.parse(readFileSync(new URL('../../conf/advice.json', import.meta.url), 'utf8'));
    for (const { id, judge } of book.drills) {
      const words = ruleWords(judge);
      assert.doesNotMatch(words, /undefined|NaN|null/, id);
      assert.match(words, / /, id);
    }
    assert.equal(ruleWords({ rule: 'average', shots: 5, value: 9, time_s: 250 }),
      '5 shots, 9 or more on average within 250 s');
    assert.equal(ruleWords({ rule: 'pace', shots: 10, hits: 8, least_s: 4, most_s: 20 }), '8 of 9 pauses from 4 s to 20 s');
    assert.equal(ruleWords({ rule: 'quiet', time_s: 300 }), 'No shot for 5 min');
    assert.equal(ruleWords(null), 'Done when you say so');
    assert.equal(ruleWords({ rule: 'of tomorrow' }), 'of tomorrow');
  });

  test('a drill says how it stands', () => {
    const rings = { rule: 'rings', shots: 10, hits: 7, value: 9 };
    assert.equal(drillWords(drill({ judge: rings, shots: 4, hits: 3 })), 'shot 4 of 10 · 3 of 7 hits');
    assert.equal(doneShare(drill({ judge: rings, shots: 4 })), 0.4);
    assert.equal(drillWords(drill({ judge: { rule: 'group', shots: 5, widths: 1 }, shots: 2, figure: 0.44, left_s: 61 })),
      'shot 2 of 5 · 0.4 rings so far · 1:01 left');
    assert.equal(drillWords(drill({ judge: { rule: 'rhythm', shots: 5, ratio: 0.2 }, shots: 3, figure: 0.3 })),
      'shot 3 of 5 · 30 % so far');
    assert.equal(drillWords(drill({ judge: { rule: 'quiet', time_s: 60 }, left_s: 15 })), '0:15 left');
    assert.equal(doneShare(drill({ judge: { rule: 'quiet', time_s: 60 }, left_s: 15 })), 0.75);
    assert.equal(doneShare(drill({ judge: { rule: 'streak', shots: 20, hits: 5 }, shots: 19, hits: 1 })), 0.2);
    assert.equal(drillWords(drill({ judge: null })), '');
  });

  test('what waits to be seen is told newest first', () => {
    const tips = [tip(), tip({ tip: 2, told_us: 0 }), tip({ tip: 3, to: 'coach' }), tip({ tip: 4, withdrawn_us: 9 }),
      tip({ tip: 5, acknowledged_us: 9 }), tip({ tip: 6 })];
    assert.deepEqual(openTips(tips).map((t) => t.tip), [6, 1]);
    assert.deepEqual(tips.map((t) => fateWords(t, tips)), ['not seen yet', 'held until the round is over', 'note', 'taken back', 'seen',
      'not seen yet']);
    assert.equal(fateWords(tip({ result: 'failed' }), []), 'not seen yet · not this time');
    const drills = [tip({ drill: {}, result: 'running' }), tip({ tip: 2, drill: {}, told_us: 0, result: 'waiting' })];
    assert.equal(fateWords(drills[0], drills), 'not seen yet · being done');
    drills[1].told_us = 6;
    assert.equal(fateWords(drills[0], drills), 'not seen yet · stopped');
  });

  test('strokes become a path, wherever a map puts them', () => {
    assert.equal(strokePath([[1, 2, 3, 4, 5, 6], [0, 0, 1, 1]], (x, y) => ({ x: 2 * x, y: -y })),
      'M2.0 -2.0L6.0 -4.0L10.0 -6.0M0.0 0.0L2.0 -1.0');
  });
});

describe('a store', () => {
  /** @returns {any} */
  const snapshot = () => ({ lane: 'lane1', epoch: 'e', seq: 5, t_publish_us: 1, face: {}, camera: {}, detector: {}, store: {},
    calibration: {}, shots: { columns: [], rows: [], truncated: 0 }, session: { id: 's', state: 'open' } });

  /** @param {Store} store @param {string} name @param {any} data */
  const hear = (store, name, data) => store.receive(name, { lane: 'lane1', session: 's', t_us: 7, ...data }, '', 0);

  test('hears tips, what becomes of them, and what is shown', () => {
    const store = new Store();
    store.receive('snapshot', snapshot(), '', 0);
    /** @type {string[]} */
    const kinds = [];
    store.subscribe(({ kind }) => kinds.push(kind));
    hear(store, 'tip', { seq: 6, tip: 1, hold: true, drill: { id: 'a' } });
    assert.deepEqual(store.doc?.session?.tips?.map((t) => [t.tip, t.told_us, t.result]), [[1, 0, 'running']]);
    hear(store, 'tip.changed', { seq: 7, tip: 1, what: 'told' });
    assert.equal(store.doc?.session?.tips?.[0].told_us, 7);
    hear(store, 'drill.ended', { seq: 8, tip: 1, result: 'passed' });
    assert.equal(store.doc?.session?.tips?.[0].result, 'passed');
    hear(store, 'tip.changed', { seq: 9, tip: 99, what: 'acknowledged' });
    hear(store, 'tip', { seq: 10, tip: 1, session: 'of another' });
    assert.equal(store.doc?.session?.tips?.length, 1);
    hear(store, 'show', { show: { shot: 3 } });
    assert.equal(store.doc?.show?.shot, 3);
    assert.deepEqual(kinds, ['coach', 'coach', 'coach', 'coach', 'coach']);
    assert.equal(store.seq, 10);
  });

  test('keeps what it knew of a lane that cannot work, and what that says instead', () => {
    const store = new Store();
    store.receive('snapshot', { lane: 'lane1', state: 'failed', problems: [] }, '', 0);
    assert.deepEqual([store.doc, store.failed?.state], [null, 'failed']);
    store.receive('snapshot', snapshot(), '', 0);
    assert.deepEqual([store.doc?.seq, store.failed], [5, null]);
    store.receive('snapshot', { lane: 'lane1', state: 'failed' }, '', 0);
    assert.deepEqual([store.doc?.seq, store.failed?.state], [5, 'failed']);
  });
});
