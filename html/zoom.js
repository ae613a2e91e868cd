/*
 * How much of the face is shown: one choice for plot and picture.
 */

import { store } from './store.js';
import { autoLevel, zoomLevels } from './target.js';

/** Half widths in mm, widest first. @type {number[]} */
let levels = [100];

/** Whose levels these are. @type {import('./types').Face | null} */
let owner = null;

/** @returns {number[]} */
export function halfWidths() {
  const face = store.doc?.face ?? null;
  if (face !== owner) {
    owner = face;
    levels = face ? zoomLevels(face) : [100];
  }
  return levels;
}

/** Index of the level in use: the user's, or the one that fits the shots. */
export function level() {
  const list = halfWidths();
  if (store.view.zoom !== null) {
    return Math.min(store.view.zoom, list.length - 1);
  }
  return store.doc ? autoLevel(list, store.doc.face, store.shots, store.doc.caliber_mm) : 0;
}

/** @param {number} step +1: closer */
export function zoomBy(step) {
  const to = Math.max(0, Math.min(halfWidths().length - 1, level() + step));
  store.setView({ zoom: to });
}
