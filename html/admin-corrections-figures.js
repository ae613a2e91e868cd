/*
 * What an official needs to see of a shot: the gauge and its uncertainty over
 * the photograph, how it lies to a line, how a correction is undone.  Pure
 * functions, no DOM.
 */

import { toPx, transform } from './geometry.js';

/** @typedef {import('./types').Face} Face */
/** @typedef {{ card: import('./geometry.js').CardMap, m: number[], x: number, y: number, dx: number, dy: number }} Place where a shot lies on the
 *   card, mm, and by how much the camera saw it elsewhere than the map has it, px */

/** Of two dimensions, 95 %: the square root of chi squared with two degrees of freedom; of one, 1.96. */
const SIGMAS_2D = 2.4477;
const SIGMAS_1D = 1.96;

const STEPS = 64;

/** The gauge that scores a caliber on a face: that of the thickest class below it.
 * @param {any} face @param {number} caliber_mm @returns {number} mm */
export function gaugeOf(face, caliber_mm) {
  const fits = (face?.gauges ?? []).filter((/** @type {any} */ g) => caliber_mm > g.above_mm);
  return fits.sort((/** @type {any} */ a, /** @type {any} */ b) => b.above_mm - a.above_mm)[0]?.gauge_mm ?? caliber_mm;
}

/** Where the bull of a shot is on its card. @param {Face} face @param {{ bull: string }} shot @returns {number[]} */
export const bullOf = (face, { bull }) => face.bulls?.find((b) => b.name === bull)?.at_mm ?? [0, 0];

/** A shot's place on the card and in the picture that saw it.
 * @param {import('./geometry.js').CardMap} card @param {number[]} m @param {Face} face
 * @param {{ x_mm: number, y_mm: number, x_px: number, y_px: number, bull: string }} shot @returns {Place} */
export function placeOf(card, m, face, shot) {
  const [bx, by] = bullOf(face, shot);
  const x = shot.x_mm + bx;
  const y = shot.y_mm + by;
  const p = toPx(card, x, y);
  return { card, m, x, y, dx: shot.x_px - p.x, dy: shot.y_px - p.y };
}

/** Millimetres of the card as they are in the upright picture. @param {Place} place @param {number} x @param {number} y */
export function seen({ card, m, dx, dy }, x, y) {
  const p = toPx(card, x, y);
  return transform(m, { x: p.x + dx, y: p.y + dy });
}

/** The way back: what lies on the card at a place of the upright picture; by Newton, from the shot's place.
 * @param {Place} place @param {{ x: number, y: number }} at @returns {{ x: number, y: number }} mm */
export function under(place, at) {
  const d = 0.01;
  let { x, y } = place;
  for (let i = 0; i < 20; i++) {
    const p = seen(place, x, y);
    const px = seen(place, x + d, y);
    const py = seen(place, x, y + d);
    const [a, b, c, e] = [(px.x - p.x) / d, (py.x - p.x) / d, (px.y - p.y) / d, (py.y - p.y) / d];
    const det = a * e - b * c;
    const [ex, ey] = [at.x - p.x, at.y - p.y];
    if (!det || Math.hypot(ex, ey) < 1e-6) {
      break;
    }
    x += (e * ex - b * ey) / det;
    y += (a * ey - c * ex) / det;
  }
  return { x, y };
}

/** A closed line around a place on the card. @param {Place} place @param {number} x @param {number} y
 * @param {(angle: number) => number[]} from its distance from there, mm */
function around(place, x, y, from) {
  let d = '';
  for (let i = 0; i < STEPS; i++) {
    const [ux, uy] = from((2 * Math.PI * i) / STEPS);
    const p = seen(place, x + ux, y + uy);
    d += `${i ? 'L' : 'M'}${p.x.toFixed(2)} ${p.y.toFixed(2)}`;
  }
  return `${d}Z`;
}

/** @param {Place} place @param {number} x @param {number} y @param {number} r mm */
export const circlePath = (place, x, y, r) => around(place, x, y, (a) => [r * Math.cos(a), r * Math.sin(a)]);

/** @typedef {{ x_error_mm: number, y_error_mm: number, error_correlation: number }} Errors */

/** Where the centre lies to 95 %; '' where nobody knows.
 * @param {Place} place @param {number} x @param {number} y @param {Errors} errors */
export function ellipsePath(place, x, y, { x_error_mm: sx, y_error_mm: sy, error_correlation: r = 0 }) {
  if (!(sx > 0) || !(sy > 0)) {
    return '';
  }
  const rest = Math.sqrt(Math.max(0, 1 - r * r));
  return around(place, x, y, (a) => [SIGMAS_2D * sx * Math.cos(a),
    SIGMAS_2D * sy * (r * Math.cos(a) + rest * Math.sin(a))]);
}

/** The nearest line of a ring: by how much the gauge reaches over it, or misses it (below 0).
 * @param {Face} face @param {number} gauge_mm
 * @param {{ x_mm: number, y_mm: number, unplaced: boolean } & Errors} shot
 * @returns {{ ring: number, over_mm: number, error_mm: number } | null} error 0: not known; null: it has no place */
export function marginOf(face, gauge_mm, shot) {
  const { x_mm, y_mm, x_error_mm: sx, y_error_mm: sy, error_correlation: r = 0 } = shot;
  const far = Math.hypot(x_mm, y_mm);
  if (shot.unplaced || !face.rings.length) {
    return null;
  }
  const lines = face.rings.map(({ value, diameter_mm }) => ({ ring: value, over_mm: (diameter_mm + gauge_mm) / 2 - far }));
  const nearest = lines.reduce((best, line) => (Math.abs(line.over_mm) < Math.abs(best.over_mm) ? line : best));
  const [ux, uy] = far > 0 ? [x_mm / far, y_mm / far] : [1, 0];
  const variance = (ux * sx) ** 2 + (uy * sy) ** 2 + 2 * r * ux * uy * sx * sy;
  return { ...nearest, error_mm: SIGMAS_1D * Math.sqrt(Math.max(0, variance)) };
}

/** @typedef {{ standing: string, x_mm: number, y_mm: number, score_tenths: number, ring: number, inner: boolean, zone: string,
 *   bull: string, unplaced: boolean, round: number, admitted: boolean }} Standing */
/** @typedef {{ n: number, what: string, author: string, reason: string, other: string, before: Standing | null, after: Standing,
 *   seq: number, t_us: number }} Correction of docs/card.md */

/**
 * What undoes the last correction of a shot: bodies of corrections, in their order; null: that cannot be undone from here.
 *
 * @param {Correction} last @param {{ score_tenths: number, x_mm: number, y_mm: number } | null} came as it came
 * @param {Face} face @returns {any[] | null}
 */
export function undoOf({ what, before, after }, came, face) {
  if (what === 'session') {
    return null;
  }
  if (!before) {
    return [{ what: 'remove' }];
  }
  if (before.standing !== after.standing) {
    return { stands: [{ what: 'restore' }], removed: [{ what: 'remove' }], ignored: [{ what: 'ignore' }] }[before.standing] ?? null;
  }
  if (before.admitted !== after.admitted) {
    return [before.admitted ? { what: 'count' } : { what: 'restore' }];
  }
  if (before.round !== after.round) {
    return before.round ? [{ what: 'round', round: before.round }] : null;
  }
  const same = (/** @type {any} */ a) => a && ['score_tenths', 'x_mm', 'y_mm'].every((k) => a[k] === (/** @type {any} */ (before))[k]);
  if (same(came)) {
    return [{ what: 'restore' }];
  }
  const [bx, by] = bullOf(face, before);
  const moved = before.x_mm !== after.x_mm || before.y_mm !== after.y_mm;
  const value = before.zone ? { zone: before.zone } : face.decimal === 'none' ? { ring: before.ring } : { value: before.score_tenths / 10 };
  return [...moved && !before.unplaced ? [{ what: 'move', x_mm: before.x_mm + bx, y_mm: before.y_mm + by }] : [],
    { what: 'score', ...value, inner: before.inner }];
}

/** The newest correction of each shot: those that can be undone. @param {Correction[]} corrections @returns {Set<number>} their seq */
export function newest(corrections) {
  /** @type {Map<number, number>} */
  const last = new Map();
  corrections.forEach(({ n, seq }) => last.set(n, Math.max(seq, last.get(n) ?? 0)));
  return new Set(last.values());
}

/** Complaints of all lanes, those that wait first, the oldest of these first; decided ones the newest first.
 * @template {{ state: string, t_us: number, decided_us: number }} T @param {T[]} all @returns {{ open: T[], decided: T[] }} */
export function queueOf(all) {
  return {
    open: all.filter((c) => c.state === 'open').sort((a, b) => a.t_us - b.t_us),
    decided: all.filter((c) => c.state !== 'open').sort((a, b) => b.decided_us - a.decided_us),
  };
}
