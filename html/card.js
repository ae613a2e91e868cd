/*
 * Cards other than one set of rings, as SVG text: zones, and several bulls.
 * Pure functions, loaded where a lane has such a card.
 */

import { faceSvg, faceRadius, isCard, mm } from './target.js';

/** @typedef {import('./types').Face} Face */

/** @param {string} text */
const escaped = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

/** @param {string} words @param {number} x @param {number} y @param {number} size */
const label = (words, x, y, size) => `<text class="number" x="${mm(x)}" y="${mm(y)}"`
  + ` font-size="${mm(size)}">${escaped(words)}</text>`;

/** Outlines, each with its name above its lowest side. @param {Face} face */
function zonesSvg(face) {
  const size = faceRadius(face) / 16;
  return (face.zones ?? []).map(({ name, corners_mm }) => {
    const low = Math.min(...corners_mm.map(([, y]) => y));
    const foot = corners_mm.filter(([, y]) => y === low);
    const middle = foot.reduce((sum, [x]) => sum + x, 0) / foot.length;
    const path = corners_mm.map(([x, y]) => `${mm(x)} ${mm(-y)}`).join('L');
    return `<path class="ring" d="M${path}Z"/>` + label(name, middle, -low - size * 0.7, size);
  }).join('');
}

/** The rings at every bull, its name beside them. @param {Face} face */
function bullsSvg(face) {
  const rings = faceSvg(face);
  const outer = faceRadius({ ...face, bulls: [] });
  return (face.bulls ?? []).map(({ name, at_mm: [x, y] }) =>
    `<g transform="translate(${mm(x)} ${mm(-y)})">${rings}</g>`
      + label(name, x - outer, -y - outer * 0.85, outer * 0.3)).join('');
}

/** What is printed on the card. @param {Face} face @returns {string} */
export function cardSvg(face) {
  return face.zones?.length ? zonesSvg(face) : bullsSvg(face);
}

/** What is printed, be it a target or a card. @param {Face} face @returns {string} */
export const printedSvg = (face) => (isCard(face) ? cardSvg(face) : faceSvg(face));
