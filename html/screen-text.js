/*
 * The words of the big screen in every language that it speaks, and its
 * figures as people there write them.  Pure functions, no DOM.
 */

/**
 * @typedef {object} Words
 * @property {string} title where the address names none
 * @property {string} shots
 * @property {string} series
 * @property {string} inner
 * @property {string} total
 * @property {string} ranking
 * @property {string} target
 * @property {string} sighters
 * @property {string} connecting
 * @property {string} live
 * @property {string} nobody
 * @property {string} ended
 * @property {string} paused
 * @property {string} cold
 * @property {string} down
 * @property {string} blind
 * @property {string} hidden
 * @property {(age: string) => string} lost
 * @property {(age: string) => string} stale
 * @property {(age: string) => string} behind
 * @property {(age: string) => string} soon
 * @property {(from: number, to: number, all: number) => string} page
 */

/** @type {Record<string, Words>} */
export const WORDS = {
  en: {
    title: 'Live scores', shots: 'Shots', series: 'Series', inner: 'Inner', total: 'Total', ranking: 'Ranking',
    target: 'Target', sighters: 'Sighters', connecting: 'Connecting…', live: 'Live',
    nobody: 'Nobody is shooting', ended: 'Ended', paused: 'Paused', cold: 'Range is cold',
    down: 'Lane is down', blind: 'No picture', hidden: 'Scores after the string',
    lost: (age) => `No connection for ${age}`, stale: (age) => `No data for ${age}`,
    behind: (age) => `${age} behind`, soon: (age) => `Begins in ${age}`,
    page: (from, to, all) => `${from}–${to} of ${all}`,
  },
  de: {
    title: 'Live-Ergebnisse', shots: 'Schuss', series: 'Serie', inner: 'Innen', total: 'Gesamt',
    ranking: 'Rangliste', target: 'Scheibe', sighters: 'Probe', connecting: 'Verbindung wird aufgebaut…',
    live: 'Live', nobody: 'Gerade schießt niemand', ended: 'Beendet', paused: 'Pause',
    cold: 'Stand gesperrt', down: 'Bahn gestört', blind: 'Kein Bild',
    hidden: 'Werte nach der Serie', lost: (age) => `Keine Verbindung seit ${age}`,
    stale: (age) => `Keine Daten seit ${age}`, behind: (age) => `${age} verzögert`,
    soon: (age) => `Beginnt in ${age}`, page: (from, to, all) => `${from}–${to} von ${all}`,
  },
};

export const LANGUAGES = Object.keys(WORDS);

/** Figures and times of day of a language. @param {string} lang */
export function figures(lang) {
  const tenths = new Intl.NumberFormat(lang, {
    minimumFractionDigits: 1, maximumFractionDigits: 1, useGrouping: false,
  });
  const time = new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : lang, { hour: '2-digit', minute: '2-digit' });
  return {
    /** @param {number} value_tenths @param {number} rings @param {boolean} decimal */
    score: (value_tenths, rings, decimal) => (decimal ? tenths.format(value_tenths / 10) : String(rings)),
    /** @param {Date} date */
    clock: (date) => time.format(date),
  };
}
