/*
 * What is drawn over the camera's picture, as SVG text in pixels of the
 * upright view.  Pure functions, no DOM.
 */

import { pixelsPerMm, ringPath, toPx, transform } from './geometry.js';
import { fillOf } from './target.js';

/** @typedef {import('./types').Shot} Shot */
/** Where the target lies, if anybody knows, and how the picture stands.
 * @typedef {{ card: import('./geometry.js').CardMap | null, m: number[], caliber_mm: number }} Placing */

/** @param {number} v */
const px = (v) => v.toFixed(2);

/**
 * Where something on the face lies in the upright view, and how large a hole
 * of the caliber is there.  Without calibration the camera's own figures.
 *
 * @param {Placing} map
 * @param {{ x_mm: number, y_mm: number, x_px: number, y_px: number, radius_px: number }} at
 */
export function place(map, at) {
  if (!map.card) {
    return { ...transform(map.m, { x: at.x_px, y: at.y_px }), r: at.radius_px };
  }
  const p = transform(map.m, toPx(map.card, at.x_mm, at.y_mm));
  return { ...p, r: (map.caliber_mm / 2) * pixelsPerMm(map.card, at.x_mm, at.y_mm) };
}

/**
 * The rings as the calibration has them.
 *
 * @param {import('./types').Face} face
 * @param {Placing} map
 * @returns {string}
 */
export function fittedSvg(face, map) {
  const { card, m } = map;
  if (!card) {
    return '';
  }
  const path = (/** @type {number} */ diameter, /** @type {string} */ name) =>
    `<path class="${name}" d="${ringPath(card, m, diameter / 2)}"/>`;
  const c = transform(m, toPx(card, 0, 0));
  const arm = 2 * pixelsPerMm(card, 0, 0);
  return face.rings.map((ring) => path(ring.diameter_mm, 'fit')).join('')
    + (face.inner_mm > 0 ? path(face.inner_mm, 'fit') : '')
    + path(face.black_mm, 'fit mark')
    + `<path class="fit" d="M${px(c.x - arm)} ${px(c.y)}h${px(2 * arm)}`
    + `M${px(c.x)} ${px(c.y - arm)}v${px(2 * arm)}"/>`;
}

/** A shot as a ring around its hole, so that the hole stays in sight.
 * @param {Shot} shot @param {Placing} map @param {number} series */
export function aroundSvg(shot, map, series) {
  const { x, y, r } = place(map, shot);
  return `<g class="around" data-n="${shot.n}" stroke="${fillOf(series)}">`
    + `<circle class="casing" cx="${px(x)}" cy="${px(y)}" r="${px(r)}"/>`
    + `<circle cx="${px(x)}" cy="${px(y)}" r="${px(r)}"/>`
    + label(x, y, r, shot.n) + '</g>';
}

/** @param {number} x @param {number} y @param {number} r @param {number} n */
function label(x, y, r, n) {
  return `<text x="${px(x + r * 1.6)}" y="${px(y - r * 1.2)}" font-size="${px(r * 1.25)}">${n}</text>`;
}

/** The last one, twice as visible. @param {Shot} shot @param {Placing} map */
export function aroundLastSvg(shot, map) {
  const { x, y, r } = place(map, shot);
  return `<g class="around-last" data-last="${shot.n}">`
    + `<circle class="casing" cx="${px(x)}" cy="${px(y)}" r="${px(r * 1.35)}"/>`
    + `<circle cx="${px(x)}" cy="${px(y)}" r="${px(r * 1.35)}"/></g>`;
}

/** @param {import('./types').Mark} mark @param {Placing} map */
export function aroundHoleSvg(mark, map) {
  const { x, y, r } = place(map, mark);
  return `<circle class="hole" data-hole="${mark.hole}" cx="${px(x)}" cy="${px(y)}" r="${px(r)}"/>`;
}

/**
 * The part of the upright view that fills a box.
 *
 * @param {{ width: number, height: number }} view
 * @param {{ x: number, y: number, half: number } | null} around null: all of it
 * @param {number} aspect width / height of the box
 * @returns {{ x: number, y: number, w: number, h: number }}
 */
export function windowFor(view, around, aspect) {
  const cx = around ? around.x : view.width / 2;
  const cy = around ? around.y : view.height / 2;
  const halfWidth = around ? around.half : view.width / 2;
  const halfHeight = around ? around.half : view.height / 2;
  const w = 2 * Math.max(halfWidth, halfHeight * aspect);
  return { x: cx - w / 2, y: cy - w / aspect / 2, w, h: w / aspect };
}
