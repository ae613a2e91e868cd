/*
 * The page behind the link that lets a device in.  What looks at links before
 * people do spends nothing: the secret stands behind the #, which no request
 * carries, and goes out by a tap alone.
 */

import { call } from './api.js';
import { fill, find, html } from './html.js';
import { say } from './words.js';

const secret = location.hash.slice(1);
const button = /** @type {HTMLButtonElement} */ (find(document, 'button'));
const error = find(document, '.error');

/** @param {{ title: string, detail: string }} problem */
function fail({ title, detail }) {
  fill(error, html`<b>${title}</b> ${detail}`);
  error.hidden = false;
}

button.addEventListener('click', async () => {
  button.disabled = true;
  error.hidden = true;
  try {
    const device = await call('POST', '/api/devices/join', { secret });
    /* the link does not stay in the history of the browser */
    const page = device.role === 'camera' ? '/camera.html' : '/';
    location.replace(device.lane ? `${page}?lane=${encodeURIComponent(device.lane)}` : page);
  } catch (problem) {
    fail(/** @type {import('./api.js').ApiError} */ (problem));
    button.disabled = false;
  }
});

if (secret) {
  button.hidden = false;
} else {
  fail({ title: say`Something is missing`, detail: say`Open the whole link, or scan its code again.` });
}
