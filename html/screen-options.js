/*
 * What the address of the big screen asks for.  Pure: a query in, wishes out;
 * what makes no sense is as if it had not been said.
 */

import { LANGUAGES } from './screen-text.js';

/** A lane chosen by what happens, among those that `feature` names. */
export const AUTO = 'auto';

/** More targets than this would be small ones. */
const MOST_FEATURES = 4;

const MOST_LANES = 60;
const MOST_DELAY_S = 600;
const MOST_TITLE = 80;

/**
 * @typedef {object} Options
 * @property {string[]} lanes those to be shown; none: all
 * @property {string[] | null} feature lanes or AUTO; null: nothing was said
 * @property {number} rows of the ranking at once; 0: all
 * @property {number} delay_ms
 * @property {boolean} hide scores until their string ends
 * @property {string} title
 * @property {string} theme
 * @property {string} lang
 */

/** Each lane once. @param {string | null} text @param {number} most */
const names = (text, most) => (text ?? '').split(',').map((name) => name.trim())
  .filter((name, i, all) => name && (name === AUTO || all.indexOf(name) === i)).slice(0, most);

/** @param {string | null} text @param {number} most */
function amount(text, most) {
  const n = Number(text);
  return n > 0 ? Math.min(n, most) : 0;
}

/** @param {string | null} text */
function features(text) {
  if (text === null) {
    return null;
  }
  return text === 'none' ? [] : names(text, MOST_FEATURES);
}

/**
 * @param {string} search of the address
 * @param {readonly string[]} [languages] that the browser prefers
 * @returns {Options}
 */
export function optionsFrom(search, languages = []) {
  const query = new URLSearchParams(search);
  const speak = [query.get('lang') ?? '', ...languages].map((l) => l.slice(0, 2).toLowerCase());
  return {
    lanes: names(query.get('lanes'), MOST_LANES),
    feature: features(query.get('feature')),
    rows: Math.floor(amount(query.get('rows'), MOST_LANES)),
    delay_ms: 1000 * amount(query.get('delay'), MOST_DELAY_S),
    hide: query.get('hide') === '1',
    title: (query.get('title') ?? '').slice(0, MOST_TITLE),
    theme: query.get('theme') === 'sun' ? 'sun' : 'dark',
    lang: speak.find((l) => LANGUAGES.includes(l)) ?? LANGUAGES[0],
  };
}
