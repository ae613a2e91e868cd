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
  return `Shot ${shot.n}: ${score}${inner}, ${clockWords(shot.x_mm, shot.y_mm)}`;
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
  if (doc.calibration.origin === 'none') {
    return { shape: 'triangle', words: 'Target not found yet' };
  }
  if (doc.state === 'live') {
    return liveWords(doc.detector.state);
  }
  const ended = doc.session && doc.session.state === 'ended';
  return { shape: 'ring', words: ended ? 'Session ended' : 'Ready' };
}

/** @param {string} detector */
function liveWords(detector) {
  if (detector === 'learning') {
    return { shape: 'triangle', words: 'Looking at the paper…' };
  }
  if (detector === 'disturbed') {
    return { shape: 'triangle', words: 'View disturbed' };
  }
  if (detector === 'off') {
    return { shape: 'triangle', words: 'Not watching' };
  }
  return { shape: 'dot', words: 'Live' };
}
