/* The figures of a group. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { groupOf, mayBeCentred } from '../../html/group.js';

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
