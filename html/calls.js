/*
 * Where who shoots thought that his shots went, and how far off that was.  Pure
 * functions, no DOM.
 */

/** @typedef {{ n: number, x_mm: number, y_mm: number }} Call where shot n was said to be */
/** @typedef {import('./types').Shot} Shot */

/** So many of the newest tell how it goes now. */
const NOW = 5;

/** @param {number[]} values */
const mean = (values) => values.reduce((sum, v) => sum + v, 0) / values.length;

/**
 * From each call to its shot, mm, y up; shots that are none tell nothing.
 *
 * @param {Call[]} calls oldest first
 * @param {Shot[]} shots
 */
export const offsOf = (calls, shots) => calls.flatMap((call) => {
  const shot = shots.find(({ n }) => n === call.n);
  return shot && !shot.removed && !shot.unplaced ? [{ x: shot.x_mm - call.x_mm, y: shot.y_mm - call.y_mm }] : [];
});

/**
 * The mean error, that of the newest few, and where shots lie seen from their
 * calls; null without any.
 *
 * @param {Call[]} calls
 * @param {Shot[]} shots
 */
export function callsOf(calls, shots) {
  const offs = offsOf(calls, shots);
  const errors = offs.map(({ x, y }) => Math.hypot(x, y));
  return errors.length === 0 ? null : {
    n: errors.length, error: mean(errors), now: errors.length > NOW ? mean(errors.slice(-NOW)) : null,
    x: mean(offs.map(({ x }) => x)), y: mean(offs.map(({ y }) => y)),
  };
}
