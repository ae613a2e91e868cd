/*
 * How a course of fire goes, at an instant of the lane's clock: pure, no DOM.
 * Instants are in microseconds.
 */

import { number, say, told } from './words.js';

/** @typedef {import('./types').Course} Course */

/** So many of the newest messages are looked at for the lane's clock. */
const HEARD = 8;

/**
 * The lane's clock, as well as the network lets it be known: no message comes
 * before it was sent, so the one that took the shortest tells best.  What the
 * clock of this device shows does not matter, only how it goes on.
 */
export class LaneClock {
  /** Lane's clock less this device's, us. @type {number[]} */
  ahead = [];

  /** @param {number} sent_us @param {number} came_ms */
  hear(sent_us, came_ms) {
    if (sent_us > 0) {
      this.ahead.push(sent_us - came_ms * 1000);
      this.ahead.splice(0, this.ahead.length - HEARD);
    }
  }

  /** @param {number} now_ms of this device @returns {number} */
  at(now_ms) {
    return now_ms * 1000 + Math.max(...this.ahead);
  }
}

/**
 * The phase now: the lane may have gone on since its last message.
 *
 * @param {Course} course
 * @param {number} now_us
 * @returns {{ phase: string, began_us: number | null, ends_us: number | null }}
 */
export function phaseAt(course, now_us) {
  let { phase, began_us, ends_us } = course;
  if (phase === 'preparing' && ends_us !== null && now_us >= ends_us) {
    phase = 'running';
    began_us = ends_us;
    ends_us = course.time_s === null ? null : ends_us + course.time_s * 1e6;
  }
  if (phase === 'running' && ends_us !== null && now_us >= ends_us) {
    phase = 'stopped';
    ends_us = null;
  }
  if (ends_us !== null && now_us >= ends_us) {
    ends_us = null; /* the pause between strings is over */
  }
  return { phase, began_us, ends_us };
}

/** The target that turns: is it shown, which time, and until when?
 * @param {Course} course @param {number} began_us @param {number} now_us */
export function showing(course, began_us, now_us) {
  const cycle_us = (course.away_s + course.shown_s) * 1e6;
  const n = Math.floor((now_us - began_us) / cycle_us);
  const turns_us = began_us + n * cycle_us + course.away_s * 1e6;
  const shown = now_us >= turns_us;
  return { n: n + 1, shown, until_us: shown ? began_us + (n + 1) * cycle_us : turns_us };
}

/** Sign and words of a phase; a shape says the same without colour. */
const SIGNS = {
  unloaded: { shape: 'cross', words: say`Unloaded`, label: say`to the next string` },
  loaded: { shape: 'cross', words: say`Wait`, label: say`this string` },
  preparing: { shape: 'cross', words: say`Attention`, label: say`to go` },
  running: { shape: 'ring', words: say`Fire`, label: say`left` },
  stopped: { shape: 'octagon', words: say`Stop`, label: '' },
  finished: { shape: 'octagon', words: say`Finished`, label: '' },
};

/**
 * What the sign and the timer show.
 *
 * @param {Course} course
 * @param {import('./types').StateDocument} doc
 * @param {import('./types').Connection} connection
 * @param {number} now_us
 * @returns {{ shape: string, words: string, label: string, time_us: number | null }}
 */
export function signAt(course, doc, connection, now_us) {
  const { phase, began_us, ends_us } = phaseAt(course, now_us);
  const sign = { ...SIGNS[/** @type {keyof typeof SIGNS} */ (phase)] ?? SIGNS.stopped,
    time_us: ends_us === null ? null : ends_us - now_us };
  if (phase === 'loaded' && course.time_s !== null) {
    sign.time_us = course.time_s * 1e6;
  }
  if (phase === 'running' && ends_us === null) {
    Object.assign(sign, { time_us: now_us - (began_us ?? now_us), label: say`since START` });
  }
  if (phase === 'running' && course.shown_s > 0 && began_us !== null) {
    const { n, shown, until_us } = showing(course, began_us, now_us);
    Object.assign(sign, { time_us: until_us - now_us, label: say`target ${n} of ${course.shots}` });
    if (!shown) {
      Object.assign(sign, { shape: 'cross', words: say`Wait` });
    }
  }
  return { ...sign, ...hindrance(doc, connection) };
}

/** Why nobody may fire, whatever the course says.
 * @param {import('./types').StateDocument} doc
 * @param {import('./types').Connection} connection */
function hindrance(doc, connection) {
  if (connection.state === 'lost') {
    return { shape: 'triangle', words: say`No connection` };
  }
  if (connection.process === 'down' || connection.link === 'down') {
    return { shape: 'triangle', words: say`Lane is down` };
  }
  if (doc.range === 'cold') {
    return { shape: 'cross', words: say`Range is cold` };
  }
  return doc.state === 'paused' ? { shape: 'cross', words: say`Paused` } : {};
}

/** Commands and phases in a word. @type {Record<string, string>} */
export const COMMANDS = { load: say`LOAD`, start: say`START`, stop: say`STOP`, unload: say`UNLOAD` };

/** @type {Record<string, string>} */
export const PHASES = { unloaded: say`unloaded`, loaded: say`loaded`, preparing: say`about to start`, running: say`running`,
  stopped: say`stopped`, finished: say`finished` };

/** A countdown: 4:59; tenths in the last ten seconds. @param {number} us */
export function timerText(us) {
  const tenths = Math.max(0, Math.ceil(us / 1e5));
  if (tenths < 100) {
    return number(tenths / 10, 1);
  }
  const s = Math.ceil(tenths / 10);
  const two = (/** @type {number} */ v) => String(v).padStart(2, '0');
  return s >= 3600 ? `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`
    : `${Math.floor(s / 60)}:${two(s % 60)}`;
}

/** Where in its course somebody is, a piece at a time. @param {Course} course @returns {string[]} */
export function stageWords(course) {
  const series = course.series_shots > 0 ? Math.ceil(course.shots / course.series_shots) : 1;
  return /** @type {string[]} */ ([
    course.sighters && !/sighter/i.test(course.stage) ? say`${told(course.stage, 'stage')}, sighters` : told(course.stage, 'stage'),
    course.strings > 1 && say`string ${course.string} of ${course.strings}`,
    series > 1 && say`series ${course.series} of ${series}`,
  ].filter(Boolean));
}

/** @param {number | null} left */
export const leftWords = (left) => (left === null ? say`any number of shots`
  : left === 1 ? say`1 shot left` : left ? say`${left} shots left` : say`no shots left`);
