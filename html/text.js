/*
 * Words and figures for people.  Pure functions, no DOM.
 */

import { number, say, told } from './words.js';

/** Nearer than this to the centre a direction says nothing. */
const CENTRE_MM = 0.3;

/**
 * A score as shown: "10.4", or "10" on a face or by a wish without tenths.
 *
 * @param {number} tenths
 * @param {number} ring
 * @param {boolean} decimal
 * @returns {string}
 */
export function scoreText(tenths, ring, decimal) {
  return decimal ? number(tenths / 10, 1) : String(ring);
}

/** Degrees clockwise from straight up; y is up. @param {number} x @param {number} y */
export function bearing(x, y) {
  const deg = (Math.atan2(x, y) * 180) / Math.PI;
  return deg < 0 ? deg + 360 : deg;
}

/** The hour 1 to 12 on a clock face, 0 in the centre.
 * @param {number} x @param {number} y */
export function clockHour(x, y) {
  if (Math.hypot(x, y) < CENTRE_MM) {
    return 0;
  }
  return Math.round(bearing(x, y) / 30) % 12 || 12;
}

/** @param {number} x @param {number} y @returns {string} */
export function clockWords(x, y) {
  const hour = clockHour(x, y);
  return hour ? say`${hour} o’clock` : say`centre`;
}

/** @param {import('./types').Shot} shot */
export const placeWords = ({ zone, bull, x_mm, y_mm, unplaced }) => (zone && say`zone ${zone}, `)
  + (bull && say`bull ${bull}, `) + (unplaced ? say`by hand` : clockWords(x_mm, y_mm));

/** @param {number} ms @returns {string} */
export function ageText(ms) {
  const s = Math.max(0, ms) / 1000;
  if (s < 1) {
    return `${number(s, 1)} s`;
  }
  if (s < 60) {
    return `${Math.floor(s)} s`;
  }
  return s < 3600 ? `${Math.floor(s / 60)} min` : `${Math.floor(s / 3600)} h`;
}

/** Time of day of an instant in microseconds. @param {number} us @returns {string} */
export function timeText(us) {
  const d = new Date(us / 1000);
  return [d.getHours(), d.getMinutes(), d.getSeconds()]
    .map((v) => String(v).padStart(2, '0')).join(':');
}

/** 0:07, 12:34, 1:02:03. @param {number} us @returns {string} */
export function durationText(us) {
  const s = Math.max(0, Math.floor(us / 1e6));
  const two = (/** @type {number} */ v) => String(v).padStart(2, '0');
  const head = s >= 3600 ? `${Math.floor(s / 3600)}:${two(Math.floor(s / 60) % 60)}`
    : String(Math.floor(s / 60));
  return `${head}:${two(s % 60)}`;
}

/** @param {number} count @param {string} noun @returns {string} */
export function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** @param {number} n */
export const shotsWords = (n) => (n === 1 ? say`1 shot` : say`${n} shots`);

/**
 * What a screen reader says about a shot, and the voice without its number.
 *
 * @param {import('./types').Shot} shot
 * @param {boolean} decimal
 * @returns {string}
 */
export function shotWords(shot, decimal) {
  return say`Shot ${shot.n}: ${spokenWords(shot, decimal)}`;
}

/** @param {import('./types').Shot} shot @param {boolean} decimal */
export function spokenWords(shot, decimal) {
  const score = shot.ring === 0 && shot.score_tenths === 0 ? say`miss`
    : scoreText(shot.score_tenths, shot.ring, decimal);
  return [score, shot.inner && say`inner ten`, placeWords(shot), windowWords(shot)].filter(Boolean).join(', ');
}

/** Why a shot outside of its window does not count. @type {Record<string, string>} */
const WINDOWS = { early: say`too early`, late: say`too late`, extra: say`one too many` };

/** @param {import('./types').Shot} shot */
export const windowWords = ({ window }) => window && say`${WINDOWS[window] ?? window}, does not count`;

/** What is to be known of a shot besides its value, in words.
 * @param {import('./types').Shot} shot @returns {string[]} */
export function shotNotes(shot) {
  return /** @type {string[]} */ ([shot.removed && say`taken back`, windowWords(shot),
    shot.corrected && !shot.removed && say`corrected`, shot.sighter && say`sighter`,
    shot.recovered && say`found afterwards`, shot.possible_double && say`maybe two`,
    shot.near_line && say`near a line`].filter(Boolean));
}

/**
 * The lane's state in a word or two, with a shape that says the same without
 * colour: dot = go, square = stopped, triangle = look here, ring = waiting.
 *
 * @param {import('./types').StateDocument | null} doc
 * @param {import('./types').Connection} connection
 * @returns {{ shape: string, words: string }}
 */
export function stateWords(doc, connection) {
  if (connection.state === 'lost') {
    return { shape: 'triangle', words: say`Connection lost` };
  }
  if (connection.process === 'down' || connection.link === 'down') {
    return { shape: 'triangle', words: say`Lane is down` };
  }
  if (!doc) {
    return { shape: 'ring', words: say`Connecting…` };
  }
  if (doc.state === 'calibrating') {
    return { shape: 'triangle', words: say`Finding the target…` };
  }
  if (doc.state === 'paused') {
    return { shape: 'square', words: say`Paused` };
  }
  if (doc.camera.state === 'opening') {
    return { shape: 'ring', words: say`Opening the camera…` };
  }
  if (doc.camera.state === 'lost') {
    return { shape: 'triangle', words: say`No picture` };
  }
  if (doc.camera.state === 'ended') {
    return { shape: 'square', words: say`Recording has ended` };
  }
  if (doc.calibration.origin === 'none' && doc.face.scoring !== 'by-hand') {
    return { shape: 'triangle', words: say`Target not found yet` };
  }
  if (doc.state === 'live') {
    return watching(doc);
  }
  const { session } = doc;
  return { shape: 'ring', words: session?.state === 'ended'
    ? [say`Session ended`, told(session.detail)].filter(Boolean).join(', ') : say`Ready` };
}

/** What the detector does while a session is open, and what a shooter must know
 * of it before firing. */
const WATCHING = {
  live: { shape: 'dot', words: say`Live`, advice: '' },
  learning: { words: say`Looking at the paper…`,
    advice: say`Looking at the paper… wait with the next shot` },
  disturbed: { words: say`View disturbed`,
    advice: say`Something is in the way. Shots count when the view is free` },
  moving: { words: say`Camera moves`, advice: say`The camera moves. Shots count when it stands still` },
  away: { shape: 'square', words: say`Target is turned away`, advice: '' },
  maintenance: { words: say`Paper is being changed`,
    advice: say`The paper is being changed. Nothing counts yet` },
  gone: { words: say`No paper`, advice: say`No paper hangs there` },
  blind: { words: say`Camera sees nothing`, advice: say`The camera sees nothing. Wait with the next shot` },
  off: { words: say`Not watching`, advice: '' },
};

/** @param {import('./types').StateDocument} doc
 * @returns {{ shape: string, words: string, advice: string }} */
export function watching(doc) {
  if (doc.range === 'cold') {
    return { shape: 'square', words: say`Range is cold`, advice: say`The range is cold. Nothing counts` };
  }
  const state = /** @type {keyof typeof WATCHING} */ (doc.detector.state);
  return { shape: 'triangle', ...(WATCHING[state] ?? WATCHING.live) };
}
