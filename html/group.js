/*
 * The figures of a group of shots, and where its centre is with 95 %.  Pure
 * functions, no DOM.
 */

/** Fewer say nothing of a centre. */
export const LEAST = 3;

/** No pair of so many is looked at: it would take longer than a frame. */
const MOST_PAIRS = 300;

/** @typedef {{ x_mm: number, y_mm: number }} Place */

/** The two that lie furthest apart. @param {Place[]} shots */
function widest(shots) {
  let most = 0;
  shots.forEach((a, i) => {
    for (let k = i + 1; k < shots.length; k++) {
      most = Math.max(most, Math.hypot(a.x_mm - shots[k].x_mm, a.y_mm - shots[k].y_mm));
    }
  });
  return most;
}

/**
 * Its centre (MPI), standard deviations, mean radius and extreme spread, mm, y
 * up; the region is an ellipse, half axes and the angle of the first,
 * counterclockwise from x, that holds the true centre in 95 of 100 groups
 * (Hotelling's T², whose F has 2 degrees of freedom and thus a closed form).
 *
 * @param {Place[]} shots
 */
export function groupOf(shots) {
  const n = shots.length;
  if (n < LEAST) {
    return null;
  }
  const x = shots.reduce((sum, s) => sum + s.x_mm, 0) / n;
  const y = shots.reduce((sum, s) => sum + s.y_mm, 0) / n;
  const about = (/** @type {(dx: number, dy: number) => number} */ fn) =>
    shots.reduce((sum, s) => sum + fn(s.x_mm - x, s.y_mm - y), 0) / (n - 1);
  const xx = about((dx) => dx * dx);
  const yy = about((_, dy) => dy * dy);
  const xy = about((dx, dy) => dx * dy);
  const half = (xx + yy) / 2;
  const apart = Math.hypot((xx - yy) / 2, xy);
  const scale = ((n - 1) / n) * (0.05 ** (-2 / (n - 2)) - 1);
  return {
    n, x, y, sd_x: Math.sqrt(xx), sd_y: Math.sqrt(yy),
    radius: (about((dx, dy) => Math.hypot(dx, dy)) * (n - 1)) / n,
    spread: n <= MOST_PAIRS ? widest(shots) : null,
    region: { a: Math.sqrt(scale * (half + apart)), b: Math.sqrt(scale * Math.max(0, half - apart)),
      angle: Math.atan2(2 * xy, xx - yy) / 2 },
  };
}

/** Is the middle of the target where the centre may be? @param {NonNullable<ReturnType<typeof groupOf>>} group */
export function mayBeCentred({ x, y, region: { a, b, angle } }) {
  const along = x * Math.cos(angle) + y * Math.sin(angle);
  const across = y * Math.cos(angle) - x * Math.sin(angle);
  return a > 0 && b > 0 && (along / a) ** 2 + (across / b) ** 2 <= 1;
}
