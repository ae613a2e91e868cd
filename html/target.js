/*
 * The target as SVG text: pure functions, data in, string out.  Millimetres
 * with y turned down, since SVG counts downwards.
 */

/** @typedef {import('./types').Face} Face */
/** @typedef {import('./types').Shot} Shot */

/** The paper, its aiming mark, and what is drawn on them; the style sheet
 * knows the same two. */
export const PAPER = '#efe9d9';
export const BLACK = '#16181c';

/** Fill of a series' marks, after Okabe and Ito; the number and the outline
 * are INK.  Equal in both themes: marks lie on the paper, not on the page. */
export const FILLS = ['#56b4e9', '#e69f00', '#35c48d', '#e08fbd', '#f0e442', '#b9b4f5'];
export const INK = '#0b0d10';
export const LAST = { fill: '#ffffff', outline: '#d1002c' };

/** @param {number} v */
export const mm = (v) => String(Math.round(v * 1000) / 1000);

/** @param {number} series counted from 0 */
export const fillOf = (series) => FILLS[series % FILLS.length];

/** @param {Face} face */
export function faceRadius(face) {
  const far = [...face.zones?.flatMap((z) => z.corners_mm) ?? [], ...face.bulls?.map((b) => b.at_mm) ?? []]
    .map((at) => Math.hypot(...at));
  return Math.max(face.black_mm, ...face.rings.map((r) => r.diameter_mm)) / 2 + Math.max(0, ...far);
}

/** card.js draws it. @param {Face} face */
export const isCard = (face) => !face.rings.length || !!face.bulls?.length;

/** @param {Shot} shot @param {Face} [face] */
function onCard(shot, face) {
  const [x, y] = face?.bulls?.find((b) => b.name === shot.bull)?.at_mm ?? [0, 0];
  return { x: shot.x_mm + x, y: -shot.y_mm - y };
}

/**
 * Rings, black, numbers on the four axes, inner ten.
 *
 * @param {Face} face
 * @returns {string}
 */
export function faceSvg(face) {
  const black = face.black_mm / 2;
  const rings = [...face.rings].sort((a, b) => b.diameter_mm - a.diameter_mm);
  const circle = (/** @type {number} */ r, /** @type {string} */ name) =>
    `<circle class="${name}" r="${mm(r)}"/>`;
  let svg = black > 0 ? circle(black, 'black') : '';
  for (const ring of rings) {
    const r = ring.diameter_mm / 2;
    svg += circle(r, r < black ? 'ring light' : 'ring');
  }
  if (face.inner_mm > 0) {
    const r = face.inner_mm / 2;
    svg += circle(r, r < black ? 'ring inner light' : 'ring inner');
  }
  return svg + numbersSvg(rings, black);
}

/** The two highest rings bear none: they would hide under the shots.
 * @param {import('./types').Ring[]} rings largest first @param {number} black */
function numbersSvg(rings, black) {
  let svg = '';
  for (let i = 0; i + 2 < rings.length; i++) {
    const outer = rings[i].diameter_mm / 2;
    const band = outer - rings[i + 1].diameter_mm / 2;
    const at = outer - band / 2;
    const size = band * 0.5;
    const name = at < black ? 'number light' : 'number';
    for (const [x, y] of [[0, -at], [at, 0], [0, at], [-at, 0]]) {
      svg += `<text class="${name}" x="${mm(x)}" y="${mm(y)}" font-size="${mm(size)}">`
        + `${Number(rings[i].value)}</text>`;
    }
  }
  return svg;
}

/** Size of a number that fits into a mark. @param {number} n @param {number} r */
function numberSize(n, r) {
  return r * [1.25, 1.15, 0.85, 0.65][Math.min(3, String(n).length - 1)];
}

/** A mark with its number at a place in the units of the drawing; one that was fired outside of
 * its window is crossed out around the number.
 * @param {string} attributes @param {number} x @param {number} y
 * @param {number} r @param {Shot} shot */
function mark(attributes, x, y, r, { n, window }) {
  const d = [[1, 1], [1, -1], [-1, 1], [-1, -1]].map(([i, k]) =>
    `M${mm(x + i * r * 0.6)} ${mm(y + k * r * 0.6)}l${mm(i * r * 0.6)} ${mm(k * r * 0.6)}`).join('');
  return `<g ${attributes}><circle cx="${mm(x)}" cy="${mm(y)}" r="${mm(r)}"/>`
    + `${window ? `<path class="outside" d="${d}"/>` : ''}`
    + `<text x="${mm(x)}" y="${mm(y)}" font-size="${mm(numberSize(n, r))}">${n}</text></g>`;
}

/**
 * One shot at true caliber in the colour of its series.
 *
 * @param {Shot} shot
 * @param {number} caliber_mm
 * @param {number} series counted from 0
 * @param {Face} [face]
 * @returns {string}
 */
export function shotSvg(shot, caliber_mm, series, face) {
  const { x, y } = onCard(shot, face);
  const fill = shot.window ? PAPER : fillOf(series);
  return mark(`class="shot" data-n="${shot.n}" data-series="${series}" fill="${fill}"`,
    x, y, caliber_mm / 2, shot);
}

/** The last shot once more, on top: other fill, thick outline, a halo.
 * @param {Shot} shot @param {number} caliber_mm @param {Face} [face] @returns {string} */
export function lastSvg(shot, caliber_mm, face) {
  const r = caliber_mm / 2;
  const { x, y } = onCard(shot, face);
  return `<circle class="halo" cx="${mm(x)}" cy="${mm(y)}" r="${mm(r * 1.45)}"/>`
    + mark(`class="last" data-last="${shot.n}"`, x, y, r, shot);
}

/** A provisional mark. @param {import('./types').Mark} hole @param {number} caliber_mm */
export function holeSvg(hole, caliber_mm) {
  return `<circle class="hole" data-hole="${hole.hole}" cx="${mm(hole.x_mm)}"`
    + ` cy="${mm(-hole.y_mm)}" r="${mm(caliber_mm / 2)}"/>`;
}

/**
 * Half widths of the view in mm, widest first: the card, each second ring,
 * down to the surroundings of the ten.
 *
 * @param {Face} face
 * @returns {number[]}
 */
export function zoomLevels(face) {
  const outer = faceRadius(face);
  const ten = Math.min(outer / 1.5, ...face.rings.map((r) => r.diameter_mm)) / 2;
  const levels = [Math.max(outer * 1.06, (face.card_mm || 0) / 2)];
  const least = Math.max(ten * 1.3, outer * 0.1);
  for (let half = outer * 1.06; half > least; half /= Math.SQRT2) {
    if (half < levels[0] * 0.95) {
      levels.push(half);
    }
  }
  levels.push(least);
  return levels;
}

/**
 * The closest level that shows every shot whole, but no closer than the third
 * ring from within; the aiming mark before the first shot.
 *
 * @param {number[]} levels
 * @param {Face} face
 * @param {Shot[]} shots
 * @param {number} caliber_mm
 * @returns {number} index into levels
 */
export function autoLevel(levels, face, shots, caliber_mm) {
  const radii = face.rings.map((r) => r.diameter_mm / 2).sort((a, b) => a - b);
  if (isCard(face)) {
    return 0;
  }
  const shown = shots.filter((s) => !s.removed && !s.unplaced);
  let widest = shown.length ? Math.max(radii[Math.min(2, radii.length - 1)], 4 * caliber_mm)
    : Math.min((face.black_mm / 2) * 1.12 || Infinity, faceRadius(face));
  for (const s of shown) {
    widest = Math.max(widest, Math.abs(s.x_mm) + caliber_mm, Math.abs(s.y_mm) + caliber_mm);
  }
  for (let i = levels.length - 1; i > 0; i--) {
    if (levels[i] >= widest) {
      return i;
    }
  }
  return 0;
}
