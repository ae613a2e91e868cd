/*
 * What the page of a camera says: to whoever holds it, in one sentence of what
 * is and one of what to do.  Pure functions, no DOM.
 */

import { ageText } from './text.js';
import { number, say, told } from './words.js';

/** @typedef {{ shape: 'dot' | 'ring' | 'triangle', title: string, detail: string }} Words */

/** @type {Record<string, [string, string]>} by name of a DOMException */
const TROUBLE = {
  NotAllowedError: [say`This page may not use the camera`,
    say`Allow it: tap the sign beside the address of the page, then Camera, then start again. On an iPhone also: Settings, Apps, the browser, Camera.`],
  NotFoundError: [say`This device has no camera`, say`Plug one in, or use another phone or laptop.`],
  NotReadableError: [say`Another program uses the camera`,
    say`Close what shows its picture (a call, a camera app, another tab), then start again.`],
  AbortError: [say`The camera did not start`, say`Start it again; if that does not help, start the device anew.`],
  OverconstrainedError: [say`That camera is not there any more`, say`Choose another one.`],
};
TROUBLE.SecurityError = TROUBLE.NotAllowedError;

/** @param {unknown} error of getUserMedia @returns {Words} */
export function troubleWords(error) {
  const { name = '', message = '' } = /** @type {any} */ (error ?? {});
  const [title, detail] = TROUBLE[name] ?? [say`The camera cannot be used`, message || say`Start it again.`];
  return { shape: 'triangle', title, detail };
}

/** Why a browser has no camera for this page; null: it has.
 * @param {{ secure: boolean, media: boolean }} browser @returns {Words | null} */
export function missingWords({ secure, media }) {
  if (!secure) {
    return { shape: 'triangle', title: say`This page must be opened with https`,
      detail: say`Browsers let a page use the camera over https alone, for then nobody else can ask for it.` };
  }
  return media ? null : { shape: 'triangle', title: say`This browser has no camera for pages`,
    detail: say`Open the page in Chrome, Edge, Firefox or Safari of this year or the last ones.` };
}

/** Slower than wished by this much is worth a word. */
const SLOW = 1.4;

/** A camera that gave nothing for so long has stopped, or the page is behind another one. */
const STILL_MS = 3000;

/** @param {import('./camera-sender.js').Sending} how @param {number} now ms @returns {Words} */
export function sendingWords(how, now) {
  const age = how.since ? ` ${say`The last picture arrived ${ageText(now - how.since)} ago.`}` : '';
  switch (how.state) {
    case 'idle':
      return { shape: 'ring', title: say`Not started`, detail: say`Point the camera at the target, as square to it as you can, and start.` };
    case 'begun':
      return { shape: 'ring', title: say`Starting …`, detail: say`The first picture is on its way.` };
    case 'lost':
      return { shape: 'triangle', title: say`No connection to the range`, detail: say`It is tried again, for as long as it takes.${age}` };
    case 'busy':
      return { shape: 'triangle', title: how.title || say`The lane is busy`, detail: say`It is tried again by itself.${age}` };
    case 'taken':
      return { shape: 'triangle', title: say`Another camera is at work on this lane`,
        detail: say`End it there: this one goes on by itself three seconds later.` };
    case 'refused':
      return { shape: 'triangle', title: how.title, detail: how.detail };
    default:
      if (now - how.since > STILL_MS) {
        return { shape: 'triangle', title: say`The camera gives no picture`, detail: say`It is started again by itself.${age}` };
      }
      return how.interval_ms > SLOW * how.least_ms
        ? { shape: 'dot', title: say`The lane says: slower`, detail: say`It has no time for more than ${Math.max(1, Math.round(1000 / how.interval_ms))} pictures a second just now.` }
        : { shape: 'dot', title: say`Pictures arrive`, detail: say`${how.fps >= 2 ? Math.round(how.fps) : number(how.fps, 1)} a second` };
  }
}

/** What the lane makes of them. @param {import('./types').StateDocument | null} doc @returns {Words} */
export function laneWords(doc) {
  if (!doc) {
    return { shape: 'ring', title: say`Nothing is known of the lane yet`, detail: '' };
  }
  const { camera, calibration, scene, problems } = doc;
  if (camera.state !== 'ok') {
    return { shape: 'ring', title: say`The lane has no picture`, detail: say`Start the camera.` };
  }
  const lit = problems.find((p) => ['camera-blind', 'paper-gone', 'camera-trouble', 'camera-moving'].includes(p.type));
  if (lit) {
    return { shape: 'triangle', title: told(lit.title), detail: told(lit.detail) };
  }
  if (doc.face.scoring === 'by-hand') {
    return { shape: 'dot', title: say`The lane has a picture`, detail: say`Shots at this target are added by hand.` };
  }
  if (calibration.origin === 'none') {
    return { shape: 'triangle', title: say`Target not found yet`, detail: told(calibration.reason)
      || say`Bring all of it into the picture, as large as fits, sharp and evenly lit.` };
  }
  const advice = scene?.advice[0]?.text ?? '';
  return { shape: scene?.grade === 'poor' ? 'triangle' : 'dot',
    title: scene?.grade === 'poor' ? say`Target found, but it is hard to see` : say`Target found`,
    detail: told(advice) || say`${calibration.px_per_mm ? number(calibration.px_per_mm, 1) : '?'} pixels a millimetre. Leave the camera as it stands.` };
}
