/* The officer's desk: what is drawn, what it says of a line, what undoes what. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  circlePath, ellipsePath, gaugeOf, marginOf, newest, placeOf, queueOf, seen, under, undoOf,
} from '../../html/admin-corrections-figures.js';
import { WORDS } from '../../html/admin-corrections-words.js';

/** @type {any} */
const FACE = { rings: [{ value: 10, diameter_mm: 11.5 }, { value: 9, diameter_mm: 27.5 }], bulls: [], decimal: 'linear',
  gauges: [{ gauge_mm: 4.5, above_mm: 0 }, { gauge_mm: 9.65, above_mm: 5.7 }] };
const H = [3.7, 0.1, 640, 0.05, -3.8, 360, 1e-5, -2e-4, 1];
const AS_IT_IS = [1, 0, 0, 1, 0, 0];
const SURE = { x_error_mm: 0, y_error_mm: 0, error_correlation: 0, unplaced: false };

/** @param {string} d @returns {number[][]} */
const pointsOf = (d) => d.slice(1, -1).split('L').map((p) => p.split(' ').map(Number));

describe('the gauge', () => {
  test('is that of the class of the caliber', () => {
    assert.deepEqual([4.5, 5.6, 9].map((caliber) => gaugeOf(FACE, caliber)), [4.5, 4.5, 9.65]);
    assert.equal(gaugeOf({ gauges: [] }, 7.62), 7.62);
  });

  test('lies where the camera saw the hole, as large as it is there', () => {
    const shot = { x_mm: 12, y_mm: -7, x_px: 690, y_px: 388, bull: '' };
    const place = placeOf({ homography_mm_to_px: H }, AS_IT_IS, FACE, shot);
    assert.deepEqual(seen(place, place.x, place.y), { x: 690, y: 388 });
    const points = pointsOf(circlePath(place, place.x, place.y, 2.25));
    const [mx, my] = [0, 1].map((k) => points.reduce((sum, p) => sum + p[k], 0) / points.length);
    assert.ok(Math.hypot(mx - 690, my - 388) < 0.05, `${mx} ${my}`);
    const r = points.map(([x, y]) => Math.hypot(x - 690, y - 388));
    assert.ok(Math.min(...r) > 2.25 * 3.6 && Math.max(...r) < 2.25 * 3.9, `${Math.min(...r)} ${Math.max(...r)}`);
  });

  test('of a shot at a bull lies at that bull', () => {
    const card = { ...FACE, bulls: [{ name: '2', at_mm: [50, 20] }] };
    const place = placeOf({ homography_mm_to_px: H }, AS_IT_IS, card, { x_mm: 1, y_mm: 2, x_px: 0, y_px: 0, bull: '2' });
    assert.deepEqual([place.x, place.y], [51, 22]);
  });

  test('is found again under a tap', () => {
    const place = placeOf({ homography_mm_to_px: H }, AS_IT_IS, FACE, { x_mm: 12, y_mm: -7, x_px: 690, y_px: 388, bull: '' });
    for (const [x, y] of [[12, -7], [-40, 33], [0, 0]]) {
      const back = under(place, seen(place, x, y));
      assert.ok(Math.hypot(back.x - x, back.y - y) < 1e-4, `${x} ${y}: ${back.x} ${back.y}`);
    }
  });
});

describe('the uncertainty', () => {
  const place = placeOf({ homography_mm_to_px: [1, 0, 0, 0, -1, 0, 0, 0, 1] }, AS_IT_IS, FACE, { x_mm: 0, y_mm: 0, x_px: 0, y_px: 0, bull: '' });

  test('holds 95 % of where the centre may be', () => {
    const points = pointsOf(ellipsePath(place, 0, 0, { x_error_mm: 1, y_error_mm: 0.5, error_correlation: 0.6 }));
    const r = 0.6;
    for (const [x, y] of points) { /* Mahalanobis' distance is chi squared's quantile, 5.991 */
      const [u, v] = [x, -y / 0.5];
      assert.ok(Math.abs((u * u - 2 * r * u * v + v * v) / (1 - r * r) - 5.991) < 0.2, `${x} ${y}`);
    }
    assert.ok(points.some(([x, y]) => x > 0 && y < 0), 'up and right together');
  });

  test('that nobody knows is not drawn', () => {
    assert.equal(ellipsePath(place, 0, 0, SURE), '');
  });
});

describe('a line', () => {
  test('is reached over, or missed, by so much', () => {
    const at = (/** @type {number} */ x_mm) => marginOf(FACE, 4.5, { ...SURE, x_mm, y_mm: 0 });
    assert.deepEqual(at(7.9), { ring: 10, over_mm: 8 - 7.9, error_mm: 0 });
    assert.ok((at(8.2)?.over_mm ?? 0) < 0);
    assert.equal(at(15.5)?.ring, 9);
    assert.equal(marginOf(FACE, 4.5, { ...SURE, x_mm: 1, y_mm: 1, unplaced: true }), null);
    assert.equal(marginOf({ ...FACE, rings: [] }, 4.5, { ...SURE, x_mm: 1, y_mm: 1 }), null);
  });

  test('is as sure as the place is in its direction', () => {
    const errors = { x_error_mm: 0.1, y_error_mm: 0.3, error_correlation: 0, unplaced: false };
    assert.ok(Math.abs((marginOf(FACE, 4.5, { ...errors, x_mm: 8, y_mm: 0 })?.error_mm ?? 0) - 0.196) < 1e-9);
    assert.ok(Math.abs((marginOf(FACE, 4.5, { ...errors, x_mm: 0, y_mm: -8 })?.error_mm ?? 0) - 0.588) < 1e-9);
  });
});

describe('undo', () => {
  const AS = { standing: 'stands', x_mm: 1, y_mm: 2, score_tenths: 95, ring: 9, inner: false, zone: '', bull: '', unplaced: false, round: 0, admitted: false };
  /** @param {string} what @param {any} before @param {any} after @param {any} [came] @param {any} [face] */
  const undo = (what, before, after, came = AS, face = FACE) => undoOf(
    { n: 1, what, author: '', reason: '', other: '', before: before && { ...AS, ...before }, after: { ...AS, ...after }, seq: 1, t_us: 1 }, came, face);

  test('is the correction that leads back', () => {
    assert.deepEqual(undo('remove', {}, { standing: 'removed' }), [{ what: 'restore' }]);
    assert.deepEqual(undo('restore', { standing: 'ignored' }, {}), [{ what: 'ignore' }]);
    assert.deepEqual(undo('add', null, {}), [{ what: 'remove' }]);
    assert.deepEqual(undo('score', {}, { score_tenths: 93 }), [{ what: 'restore' }], 'to what it came as');
    assert.deepEqual(undo('gauge', { score_tenths: 93 }, { score_tenths: 89 }), [{ what: 'score', value: 9.3, inner: false }]);
    assert.deepEqual(undo('move', { x_mm: 5, score_tenths: 93 }, { x_mm: 0, score_tenths: 109 }),
      [{ what: 'move', x_mm: 5, y_mm: 2 }, { what: 'score', value: 9.3, inner: false }]);
    assert.deepEqual(undo('count', {}, { admitted: true }), [{ what: 'restore' }]);
    assert.deepEqual(undo('round', { round: 1 }, { round: 2 }), [{ what: 'round', round: 1 }]);
  });

  test('says a value as the face has it', () => {
    assert.deepEqual(undo('score', { zone: 'A', score_tenths: 50 }, { zone: 'C' }), [{ what: 'score', zone: 'A', inner: false }]);
    assert.deepEqual(undo('score', { score_tenths: 90 }, { score_tenths: 80 }, AS, { ...FACE, decimal: 'none' }), [{ what: 'score', ring: 9, inner: false }]);
  });

  test('is not offered where it would be another session’s, or a guess', () => {
    assert.equal(undo('session', {}, { standing: 'given' }), null);
    assert.equal(undo('round', {}, { round: 1 }), null);
  });

  test('is of the last correction of each shot', () => {
    const c = (/** @type {number} */ n, /** @type {number} */ seq) => /** @type {any} */ ({ n, seq });
    assert.deepEqual([...newest([c(1, 5), c(2, 6), c(1, 9)])].sort(), [6, 9]);
  });
});

test('what waits comes first, who waits longest before all', () => {
  const c = (/** @type {string} */ state, /** @type {number} */ t_us, decided_us = 0) => ({ state, t_us, decided_us });
  const { open, decided } = queueOf([c('open', 5), c('denied', 1, 7), c('open', 3), c('upheld', 2, 9)]);
  assert.deepEqual([open.map((x) => x.t_us), decided.map((x) => x.decided_us)], [[3, 5], [9, 7]]);
});

test('every word is there in every language, with the same values', () => {
  const values = (/** @type {string} */ text) => (text.match(/\{\w+\}/g) ?? []).sort().join();
  for (const [lang, words] of Object.entries(WORDS)) {
    assert.deepEqual(Object.keys(words), Object.keys(WORDS.en), lang);
    assert.deepEqual(Object.entries(words).filter(([name, text]) => values(text) !== values(WORDS.en[name])), [], lang);
  }
});
