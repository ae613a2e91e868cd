/*
 * Who leads: the standing of a lane, and standings in order.  Pure functions.
 */

import { counts } from './store.js';

/** @typedef {import('./types').Shot} Shot */

/** A result stays on the screen for this long after the end of its session. */
const ENDED_MS = 600000;

/**
 * @typedef {object} Standing
 * @property {string} lane
 * @property {number} order among the lanes
 * @property {string} title of the lane
 * @property {string} name who shoots
 * @property {boolean} decimal the lane counts tenths
 * @property {number} counted shots, the hidden ones too
 * @property {number} total_tenths
 * @property {number} total_rings
 * @property {number} inner
 * @property {{ tenths: number, rings: number } | null} series the newest; null: none or hidden
 * @property {number} hidden shots whose value is not told yet
 * @property {number} from number of the first of them
 * @property {boolean} sighters
 * @property {boolean} ended
 */

/** The newest series. @param {import('./store.js').Store} store */
function newestSeries(store) {
  const sums = { series: -1, counted: 0, tenths: 0, rings: 0, inner: 0, first: 0, last: 0, at: 0 };
  store.eachSeries((shot, series, at) => {
    if (!counts(shot)) {
      return;
    }
    if (series !== sums.series) {
      Object.assign(sums, { series, counted: 0, tenths: 0, rings: 0, inner: 0, first: shot.n });
    }
    sums.counted++;
    sums.tenths += shot.score_tenths;
    sums.rings += shot.ring;
    sums.inner += shot.inner ? 1 : 0;
    sums.last = shot.n;
    sums.at = at;
  });
  return sums;
}

/** Nobody shoots there, and the last result has been shown for long enough.
 * @param {import('./range-store.js').RangeLane} lane @param {number} now by the clock of the range store */
export function isPast({ store: { doc }, endedAt }, now) {
  return !doc?.session || (doc.session.state === 'ended' && now - endedAt > ENDED_MS);
}

/**
 * @param {import('./range-store.js').RangeLane} lane
 * @param {boolean} hide the values of a string that is not over
 * @param {number} now by the clock of the range store
 * @returns {Standing | null} null: nobody has shot here for a while
 */
export function standingOf(lane, hide, now) {
  const { store, name, order } = lane;
  const { doc, sums } = store;
  const session = doc?.session;
  if (!doc || !session || isPast(lane, now)) {
    return null;
  }
  const ended = session.state === 'ended';
  const newest = newestSeries(store);
  const over = ended || newest.at + 1 === store.seriesLength
    || store.borders.some((border) => border >= newest.last);
  const hidden = hide && newest.counted > 0 && !over;
  const { tenths, rings, inner } = hidden ? newest : { tenths: 0, rings: 0, inner: 0 };
  return {
    lane: name, order, title: doc.title || name, name: session.shooter || doc.title || name,
    decimal: store.decimal, counted: sums.counted,
    total_tenths: sums.total_tenths - tenths, total_rings: sums.total_rings - rings,
    inner: sums.inner - inner, series: newest.counted && !hidden ? newest : null,
    hidden: hidden ? newest.counted : 0, from: hidden ? newest.first : Infinity,
    sighters: session.sighters === true, ended,
  };
}

/** What lanes are compared by, whether they count tenths or rings. @param {Standing} s */
const value = (s) => (s.decimal ? s.total_tenths : s.total_rings * 10);

/** @param {Standing} a @param {Standing} b */
const ahead = (a, b) => value(b) - value(a) || b.inner - a.inner;

/**
 * By total, then by inner tens; equals in the order of their lanes share a
 * place.
 *
 * @param {Standing[]} standings
 * @returns {{ place: number, standing: Standing }[]} place 0: no shot yet
 */
export function rank(standings) {
  const sorted = [...standings].sort((a, b) => ahead(a, b)
    || Number(b.counted > 0) - Number(a.counted > 0) || a.order - b.order);
  /** @type {{ place: number, standing: Standing }[]} */
  const ranked = [];
  sorted.forEach((standing, i) => {
    const before = ranked[i - 1];
    const same = before && before.place > 0 && ahead(before.standing, standing) === 0;
    ranked.push({ standing, place: standing.counted === 0 ? 0 : same ? before.place : i + 1 });
  });
  return ranked;
}

/** The newest shots that may be seen and have a place on the paper, oldest
 * first, with their series.
 * @param {import('./store.js').Store} store @param {number} from the first hidden one
 * @param {number} count @returns {{ shot: Shot, series: number }[]} */
export function shownShots(store, from, count) {
  /** @type {{ shot: Shot, series: number }[]} */
  const shown = [];
  store.eachSeries((shot, series) => {
    if (!shot.removed && shot.n < from) {
      shown.push({ shot, series });
    }
  });
  return shown.slice(-count);
}
