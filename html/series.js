/*
 * Counted shots in series of ten (or what the session says).  Pure.
 */

import { counts } from './store.js';

/** @typedef {import('./types').Shot} Shot */
/** @typedef {{ shots: Shot[], tenths: number, rings: number, inner: number }} Series */

/**
 * @param {Shot[]} shots by number; those that do not count are left out
 * @param {number} before counted shots that are not among them
 * @param {number} length of a series
 * @returns {Series[]} the first may have begun earlier
 */
export function seriesOf(shots, before, length) {
  /** @type {Series[]} */
  const list = [];
  let place = before % length;
  for (const shot of shots) {
    if (!counts(shot)) {
      continue;
    }
    if (list.length === 0 || place === length) {
      list.push({ shots: [], tenths: 0, rings: 0, inner: 0 });
      place = place === length ? 0 : place;
    }
    const series = list[list.length - 1];
    series.shots.push(shot);
    series.tenths += shot.score_tenths;
    series.rings += shot.ring;
    series.inner += shot.inner ? 1 : 0;
    place++;
  }
  return list;
}

/** Series of the newest counted shot, from 0.
 * @param {number} counted @param {number} length */
export function currentSeries(counted, length) {
  return counted > 0 ? Math.floor((counted - 1) / length) : 0;
}

/**
 * Each shot with the series that it belongs to, from 0.
 *
 * @param {Shot[]} shots
 * @param {number} before
 * @param {number} length
 * @param {(shot: Shot, series: number) => void} fn
 */
export function eachSeries(shots, before, length, fn) {
  let counted = before;
  for (const shot of shots) {
    fn(shot, Math.floor(counted / length));
    counted += counts(shot) ? 1 : 0;
  }
}
