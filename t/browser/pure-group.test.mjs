/* The figures of a group. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { callsOf } from '../../html/calls.js';
import { groupOf, mayBeCentred } from '../../html/group.js';
import { Store } from '../../html/store.js';

/** @param {[number, number][]} at */
const places = (at) => at.map(([x_mm, y_mm]) => ({ x_mm, y_mm }));

/** @param {number | null | undefined} a @param {number} b */
const near = (a, b) => assert.ok(Math.abs((a ?? NaN) - b) < 1e-6, `${a} is not ${b}`);

describe('a group', () => {
  test('of less than three shots has no centre', () => {
    assert.equal(groupOf(places([])), null);
    assert.equal(groupOf(places([[1, 1], [2, 2]])), null);
  });

  test('has the centre, size and spread of its shots', () => {
    const g = groupOf(places([[0, 0], [4, 0], [0, 2], [4, 2]]));
    near(g?.x, 2);
    near(g?.y, 1);
    near(g?.sd_x, Math.sqrt(16 / 3));
    near(g?.sd_y, Math.sqrt(4 / 3));
    near(g?.radius, Math.sqrt(5));
    near(g?.spread, Math.sqrt(20));
  });

  test('has a region as wide as the tables of F say', () => {
    /* n = 10, F(2, 8) at 95 % is 4.45897: half axis = sigma * sqrt(2 * 9 / (10 * 8) * F) */
    const g = groupOf(places([[-3, 0], [3, 0], [-1, 0], [1, 0], [0, 0.5], [0, -0.5], [2, 0], [-2, 0], [0, 0], [0, 0]]));
    const factor = Math.sqrt(((2 * 9) / (10 * 8)) * 4.458970);
    assert.ok(Math.abs((g?.region.a ?? 0) - (g?.sd_x ?? 0) * factor) < 1e-4);
    assert.ok(Math.abs((g?.region.b ?? 0) - (g?.sd_y ?? 0) * factor) < 1e-4);
    near(g?.region.angle, 0);
  });

  test('that is long lies along its axis', () => {
    const g = groupOf(places([[-2, -2], [2, 2], [-1, -1], [1, 1], [0.1, -0.1], [-0.1, 0.1]]));
    near(g?.region.angle, Math.PI / 4);
    assert.ok(g && g.region.a > 3 * g.region.b);
  });

  test('may be in the middle, or surely is not', () => {
    const around = (/** @type {number} */ x) => groupOf(places([[x - 1, 1], [x + 1, -1], [x, 1], [x, -1], [x + 1, 0.5]]));
    const [at, off] = [around(0), around(9)];
    assert.ok(at && mayBeCentred(at));
    assert.ok(off && !mayBeCentred(off));
  });

  test('of a thousand shots takes no pairs', () => {
    const g = groupOf(Array.from({ length: 1000 }, (_, i) => ({ x_mm: i % 7, y_mm: i % 5 })));
    assert.equal(g?.spread, null);
  });
});

describe('calls', () => {
  /** @type {any[]} */
  const shots = [[3, 4], [0, 0], [-6, 0], [1, 0], [0, 1], [0, 0], [0, 0]].map(([x_mm, y_mm], i) =>
    ({ n: i + 1, x_mm, y_mm, removed: i === 1, unplaced: false }));

  test('are as far off as their shots lie', () => {
    assert.equal(callsOf([], shots), null);
    const told = callsOf([{ n: 1, x_mm: 0, y_mm: 0 }, { n: 2, x_mm: 50, y_mm: 0 }, { n: 3, x_mm: -6, y_mm: 3 }, { n: 99, x_mm: 0, y_mm: 0 }], shots);
    assert.equal(told?.n, 2, 'what is no shot tells nothing');
    near(told?.error, 4);
    near(told?.x, 1.5);
    near(told?.y, 0.5);
    assert.equal(told?.now, null);
  });

  test('tell how the last five went', () => {
    const calls = [1, 3, 4, 5, 6, 7].map((n) => ({ n, x_mm: 0, y_mm: 0 }));
    near(callsOf(calls, shots)?.now, (6 + 1 + 1) / 5);
  });

  test('are heard of by the store', () => {
    const store = new Store();
    store.doc = /** @type {any} */ ({ session: { id: 's' } });
    store.receive('call', { seq: 1, session: 's', n: 1, x_mm: 2, y_mm: 3 }, '', 0);
    store.receive('call', { seq: 2, session: 'another', n: 1, x_mm: 2, y_mm: 3 }, '', 0);
    assert.deepEqual(store.doc?.session?.calls?.map(({ n, x_mm }) => [n, x_mm]), [[1, 2]]);
  });
});
