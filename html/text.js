/*
 * Words and figures for people.  Pure functions, no DOM.
 */

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
  return decimal ? (tenths / 10).toFixed(1) : String(ring);
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
  return hour ? `${hour} o’clock` : 'centre';
}

/** @param {import('./types').Shot} shot */
export const placeWords = ({ zone, bull, x_mm, y_mm, unplaced }) => (zone && `zone ${zone}, `)
  + (bull && `bull ${bull}, `) + (unplaced ? 'by hand' : clockWords(x_mm, y_mm));

/** @param {number} ms @returns {string} */
export function ageText(ms) {
  const s = Math.max(0, ms) / 1000;
  if (s < 1) {
    return `${s.toFixed(1)} s`;
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

/**
 * What a screen reader or the voice says about a shot.
 *
 * @param {import('./types').Shot} shot
 * @param {boolean} decimal
 * @returns {string}
 */
export function shotWords(shot, decimal) {
  const inner = shot.inner ? ', inner ten' : '';
  const score = shot.ring === 0 && shot.score_tenths === 0 ? 'miss'
    : scoreText(shot.score_tenths, shot.ring, decimal);
  return [`Shot ${shot.n}: ${score}${inner}`, placeWords(shot), windowWords(shot)].filter(Boolean).join(', ');
}

/** Why a shot outside of its window does not count. @type {Record<string, string>} */
const WINDOWS = { early: 'too early', late: 'too late', extra: 'one too many' };

/** @param {import('./types').Shot} shot */
export const windowWords = ({ window }) => window && `${WINDOWS[window] ?? window}, does not count`;

/** What is to be known of a shot besides its value, in words.
 * @param {import('./types').Shot} shot @returns {string[]} */
export function shotNotes(shot) {
  return /** @type {string[]} */ ([shot.removed && 'taken back', windowWords(shot),
    shot.corrected && !shot.removed && 'corrected', shot.sighter && 'sighter',
    shot.recovered && 'found afterwards', shot.possible_double && 'maybe two',
    shot.near_line && 'near a line'].filter(Boolean));
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
    return { shape: 'triangle', words: 'Connection lost' };
  }
  if (connection.process === 'down' || connection.link === 'down') {
    return { shape: 'triangle', words: 'Lane is down' };
  }
  if (!doc) {
    return { shape: 'ring', words: 'Connecting…' };
  }
  if (doc.state === 'calibrating') {
    return { shape: 'triangle', words: 'Finding the target…' };
  }
  if (doc.state === 'paused') {
    return { shape: 'square', words: 'Paused' };
  }
  if (doc.camera.state === 'opening') {
    return { shape: 'ring', words: 'Opening the camera…' };
  }
  if (doc.camera.state === 'lost') {
    return { shape: 'triangle', words: 'No picture' };
  }
  if (doc.camera.state === 'ended') {
    return { shape: 'square', words: 'Recording has ended' };
  }
  if (doc.calibration.origin === 'none' && doc.face.scoring !== 'by-hand') {
    return { shape: 'triangle', words: 'Target not found yet' };
  }
  if (doc.state === 'live') {
    return watching(doc);
  }
  const { session } = doc;
  return { shape: 'ring', words: session?.state === 'ended'
    ? ['Session ended', session.detail].filter(Boolean).join(', ') : 'Ready' };
}

/** What the detector does while a session is open, and what a shooter must know
 * of it before firing. */
const WATCHING = {
  live: { shape: 'dot', words: 'Live', advice: '' },
  learning: { words: 'Looking at the paper…',
    advice: 'Looking at the paper… wait with the next shot' },
  disturbed: { words: 'View disturbed',
    advice: 'Something is in the way. Shots count when the view is free' },
  moving: { words: 'Camera moves', advice: 'The camera moves. Shots count when it stands still' },
  away: { shape: 'square', words: 'Target is turned away', advice: '' },
  maintenance: { words: 'Paper is being changed',
    advice: 'The paper is being changed. Nothing counts yet' },
  gone: { words: 'No paper', advice: 'No paper hangs there' },
  blind: { words: 'Camera sees nothing', advice: 'The camera sees nothing. Wait with the next shot' },
  off: { words: 'Not watching', advice: '' },
};

/** @param {import('./types').StateDocument} doc
 * @returns {{ shape: string, words: string, advice: string }} */
export function watching(doc) {
  if (doc.range === 'cold') {
    return { shape: 'square', words: 'Range is cold', advice: 'The range is cold. Nothing counts' };
  }
  const state = /** @type {keyof typeof WATCHING} */ (doc.detector.state);
  return { shape: 'triangle', ...(WATCHING[state] ?? WATCHING.live) };
}
