/*
 * From millimetres on the face to pixels of the camera and on to the upright
 * view.  Pure functions, no DOM.
 *
 * A view matrix is [a, b, c, d, e, f] as canvas and SVG have it:
 * x' = a x + c y + e, y' = b x + d y + f.
 */

/** @typedef {{ x: number, y: number }} Point */
/** A homography holds in the flat picture; a lens bends that: x, y of its axis, bend, at2.
 * @typedef {{ homography_mm_to_px: number[] | null, lens?: number[] }} CardMap */
/** @typedef {{ matrix: number[], width: number, height: number }} Upright */

/**
 * A point through a homography of nine numbers, row by row.
 *
 * @param {number[]} h
 * @param {number} x
 * @param {number} y
 * @returns {Point}
 */
export function project(h, x, y) {
  const w = h[6] * x + h[7] * y + h[8];
  return { x: (h[0] * x + h[1] * y + h[2]) / w, y: (h[3] * x + h[4] * y + h[5]) / w };
}

/** Newton on r, as worker/target/lens.c has it. */
const ROUNDS = 6;
const SLOPE_MIN = 0.2;

/** From the flat picture to the one that the camera gives. @param {number[] | undefined} lens @param {Point} p @returns {Point} */
export function bend(lens, p) {
  if (!lens || lens[2] === 0) {
    return p;
  }
  const [x, y, by, at2] = lens;
  const flat = Math.hypot(p.x - x, p.y - y);
  if (!(flat > 0)) {
    return p;
  }
  const most = by < 0 ? Math.sqrt((at2 - (1 - SLOPE_MIN) / by) / 3) : Infinity;
  let r = flat;
  for (let i = 0; i < ROUNDS; i++) {
    const f = 1 + by * (r * r - at2);
    r = Math.min(r - (r * f - flat) / Math.max(f + 2 * by * r * r, SLOPE_MIN), most);
  }
  return { x: x + ((p.x - x) * r) / flat, y: y + ((p.y - y) * r) / flat };
}

/** @param {CardMap} map @param {number} x_mm @param {number} y_mm @returns {Point} in the camera's picture */
export const toPx = (map, x_mm, y_mm) => bend(map.lens, project(/** @type {number[]} */ (map.homography_mm_to_px), x_mm, y_mm));

/** Pixels a millimetre at a place on the face: the root of the map's area.
 * @param {CardMap} map @param {number} x @param {number} y */
export function pixelsPerMm(map, x, y) {
  const d = 0.05;
  const o = toPx(map, x, y);
  const a = toPx(map, x + d, y);
  const b = toPx(map, x, y + d);
  return Math.sqrt(Math.abs((a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x))) / d;
}

/** @param {number[]} m @param {Point} p @returns {Point} */
export function transform(m, p) {
  return { x: m[0] * p.x + m[2] * p.y + m[4], y: m[1] * p.x + m[3] * p.y + m[5] };
}

/**
 * How camera pixels stand in the upright view: cut to the region, mirrored
 * left to right, then turned clockwise.  Camera pixels have their centres at
 * integers; the upright view reaches from 0 to width and height.
 *
 * @param {import('./types').Camera} camera
 * @returns {Upright}
 */
export function upright(camera) {
  const [x0, y0, w, h] = camera.region || [0, 0, camera.width, camera.height];
  const e = 0.5 - x0;
  const f = 0.5 - y0;
  const m = camera.mirror ? [-1, 0, 0, 1, w - e, f] : [1, 0, 0, 1, e, f];
  switch (((camera.rotate % 360) + 360) % 360) {
    case 90:
      return { matrix: after([0, 1, -1, 0, h, 0], m), width: h, height: w };
    case 180:
      return { matrix: after([-1, 0, 0, -1, w, h], m), width: w, height: h };
    case 270:
      return { matrix: after([0, -1, 1, 0, 0, w], m), width: h, height: w };
    default:
      return { matrix: m, width: w, height: h };
  }
}

/** First n, then m. @param {number[]} m @param {number[]} n */
function after(m, n) {
  return [
    m[0] * n[0] + m[2] * n[1], m[1] * n[0] + m[3] * n[1],
    m[0] * n[2] + m[2] * n[3], m[1] * n[2] + m[3] * n[3],
    m[0] * n[4] + m[2] * n[5] + m[4], m[1] * n[4] + m[3] * n[5] + m[5],
  ];
}

/**
 * A ring of the face as the camera sees it, in the upright view.
 *
 * @param {CardMap} map
 * @param {number[]} m
 * @param {number} radius_mm
 * @returns {string} the d of a path
 */
export function ringPath(map, m, radius_mm) {
  const STEPS = 72;
  let d = '';
  for (let i = 0; i < STEPS; i++) {
    const a = (2 * Math.PI * i) / STEPS;
    const p = transform(m, toPx(map, radius_mm * Math.cos(a), radius_mm * Math.sin(a)));
    d += `${i ? 'L' : 'M'}${p.x.toFixed(2)} ${p.y.toFixed(2)}`;
  }
  return `${d}Z`;
}
