/*
 * Where the target lies in the picture: the map of a calibration, the points
 * that a person moves to make another one, and the view in which they are
 * seen.  Pure functions, no DOM.
 */

import { toPx, transform } from './geometry.js';

/** @typedef {{ x: number, y: number }} Point */
/** @typedef {import('./geometry.js').CardMap} CardMap */
/** @typedef {{ kind: 'centre' | 'ring' | 'black', value?: number, x_px: number, y_px: number }} Handle */
/** @typedef {{ kind: 'ring' | 'black', value?: number, diameter_mm: number }} Line what points can lie on */
/** @typedef {{ rotate: number, mirror: boolean }} Turn */

/** All round a line, between the printed ring numbers, which stand at right angles. */
const POINTS = 8;
const FIRST_DEG = 22.5;

/** A target that nobody has found yet is put here first, as a share of the picture. */
const GUESS = 0.35;

const STEPS = 96;

/** Lines of a face that points can lie on, the largest first. @param {import('./types').Face} face @returns {Line[]} */
export function linesOf(face) {
  /** @type {Line[]} */
  const lines = face.rings.map(({ value, diameter_mm }) => ({ kind: 'ring', value, diameter_mm }));
  if (face.black_mm > 0) {
    lines.push({ kind: 'black', diameter_mm: face.black_mm });
  }
  return lines.sort((a, b) => b.diameter_mm - a.diameter_mm);
}

/** @param {CardMap} map @param {Line} line @returns {Handle[]} the centre, then points all round the line */
export function handlesOn(map, line) {
  const r = line.diameter_mm / 2;
  const at = (/** @type {number} */ x, /** @type {number} */ y) => {
    const p = toPx(map, x, y);
    return { x_px: p.x, y_px: p.y };
  };
  /** @type {Handle[]} */
  const list = [{ kind: 'centre', ...at(0, 0) }];
  for (let i = 0; i < POINTS; i++) {
    const a = ((FIRST_DEG + (360 * i) / POINTS) * Math.PI) / 180;
    list.push({ kind: line.kind, ...(line.value !== undefined && { value: line.value }), ...at(r * Math.cos(a), r * Math.sin(a)) });
  }
  return list;
}

/** The largest line of which all points are in the picture. @param {CardMap} map @param {Line[]} lines
 * @param {{ width: number, height: number }} size */
export function lineInSight(map, lines, { width, height }) {
  const inside = (/** @type {Handle} */ h) => h.x_px >= 0 && h.y_px >= 0 && h.x_px <= width - 1 && h.y_px <= height - 1;
  return lines.find((line) => handlesOn(map, line).every(inside)) ?? lines[lines.length - 1];
}

/** A target straight on in the middle, for a person to move it to its place. @param {Line[]} lines
 * @param {{ width: number, height: number }} size @returns {CardMap} */
export function guess(lines, { width, height }) {
  const s = (2 * GUESS * Math.min(width, height)) / (lines[0]?.diameter_mm || 1);
  return { homography_mm_to_px: [s, 0, (width - 1) / 2, 0, -s, (height - 1) / 2, 0, 0, 1] };
}

/**
 * One of them was moved and takes the others along: the centre as they are, a
 * point of the line by growing and shrinking about the centre.
 *
 * @param {Handle[]} handles @param {number} index @param {Point} to @returns {Handle[]}
 */
export function together(handles, index, to) {
  const [centre] = handles;
  const moved = handles[index];
  if (index === 0) {
    return handles.map((h) => ({ ...h, x_px: h.x_px + to.x - centre.x_px, y_px: h.y_px + to.y - centre.y_px }));
  }
  const far = (/** @type {Point} */ p) => Math.hypot(p.x - centre.x_px, p.y - centre.y_px);
  const by = far(to) / (far({ x: moved.x_px, y: moved.y_px }) || 1);
  return handles.map((h) => ({ ...h, x_px: centre.x_px + (h.x_px - centre.x_px) * by, y_px: centre.y_px + (h.y_px - centre.y_px) * by }));
}

/** What is sent of them. @param {Handle[]} handles */
export const sent = (handles) => handles.map(({ kind, value, x_px, y_px }) =>
  ({ kind, ...(value !== undefined && { value }), x_px, y_px }));

/** A face's lines as the map has them, in the view, as the d of a path each.
 * @param {import('./types').Face} face @param {CardMap} map @param {number[]} m view
 * @returns {{ name: string, d: string }[]} */
export function drawn(face, map, m) {
  const circle = (/** @type {number} */ diameter, /** @type {number[]} */ at) => {
    let d = '';
    for (let i = 0; i < STEPS; i++) {
      const a = (2 * Math.PI * i) / STEPS;
      const p = transform(m, toPx(map, at[0] + (diameter / 2) * Math.cos(a), at[1] + (diameter / 2) * Math.sin(a)));
      d += `${i ? 'L' : 'M'}${p.x.toFixed(2)} ${p.y.toFixed(2)}`;
    }
    return `${d}Z`;
  };
  const places = face.bulls?.length ? face.bulls.map((b) => b.at_mm) : [[0, 0]];
  const corners = (/** @type {number[][]} */ list) => `M${list.map(([x, y]) => {
    const p = transform(m, toPx(map, x, y));
    return `${p.x.toFixed(2)} ${p.y.toFixed(2)}`;
  }).join('L')}Z`;
  return [
    ...places.flatMap((at) => [
      ...face.rings.map((ring) => ({ name: 'fit', d: circle(ring.diameter_mm, at) })),
      ...(face.inner_mm > 0 ? [{ name: 'fit', d: circle(face.inner_mm, at) }] : []),
      ...(face.black_mm > 0 ? [{ name: 'fit mark', d: circle(face.black_mm, at) }] : []),
    ]),
    ...(face.zones ?? []).map((z) => ({ name: 'fit', d: corners(z.corners_mm) })),
  ];
}

/** Back through a view. @param {number[]} m @param {Point} p @returns {Point} */
export function untransform(m, p) {
  const [a, b, c, d, e, f] = m;
  const det = a * d - b * c;
  const x = p.x - e;
  const y = p.y - f;
  return { x: (d * x - c * y) / det, y: (a * y - b * x) / det };
}

/** A step of the screen as one of the camera's picture: views are turned by
 * quarters and mirrored, never scaled. @param {number[]} m @param {number} dx @param {number} dy @returns {Point} */
export const step = (m, dx, dy) => untransform([m[0], m[1], m[2], m[3], 0, 0], { x: dx, y: dy });

/** A quarter clockwise more. @param {Turn} turn @returns {Turn} */
export const quarter = ({ rotate, mirror }) => ({ rotate: (rotate + 90) % 360, mirror });

/** @param {Turn} a @param {Turn} b */
export const sameTurn = (a, b) => a.rotate === b.rotate && a.mirror === b.mirror;

/** What is asked of the lane when what is seen is upright. @param {Turn} seen @param {Turn} present */
export const confirmation = (seen, present) => (sameTurn(seen, present) ? { upright: true } : { ...seen });

/** Does the whole of a map's largest line lie so far off that the fit is bad?  More than a pixel is seen.
 * @param {{ residual_mm?: number | null, px_per_mm?: number | null }} c @returns {boolean | null} null: nobody knows */
export const fitsWell = ({ residual_mm, px_per_mm }) => (typeof residual_mm !== 'number' || residual_mm < 0 ? null
  : residual_mm * (px_per_mm ?? 0) <= 1);

/** A number that somebody typed, with point or comma; NaN: it is none. @param {string} text */
export const typed = (text) => (/^\s*[-+−]?\d+([.,]\d+)?\s*$/.test(text) ? Number(text.trim().replace(',', '.').replace('−', '-')) : NaN);
