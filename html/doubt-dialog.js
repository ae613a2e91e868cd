/*
 * <doubt-dialog>: what the lane looked at and took for no shot, with its
 * reason and picture.  Fetched when asked for.
 */

import { call, laneUrl } from './api.js';
import { fill, find, html, style } from './html.js';
import { store } from './store.js';
import { clockWords, scoreText, timeText } from './text.js';

await style('dialogs.css');

class DoubtDialog extends HTMLElement {
  connectedCallback() {
    fill(this, html`<dialog class="wide" aria-labelledby="doubt-title"><form method="dialog">
      <h2 id="doubt-title" tabindex="-1" autofocus>Was there a shot?</h2>
      <p class="small">What the camera saw and took for no shot, newest first.</p>
      <div class="content" role="status"></div>
      <div class="row"><button type="submit" class="main">Close</button></div></form></dialog>`);
  }

  async show() {
    const content = find(this, '.content');
    fill(content, html`<p>Asking the lane…</p>`);
    /** @type {HTMLDialogElement} */ (find(this, 'dialog')).showModal();
    try {
      const { candidates } = await call('GET', laneUrl(store.lane, '/candidates'));
      fill(content, candidates.length === 0
        ? html`<p>Nothing: whatever looked like a hole became a shot.</p>`
        : html`<ul class="doubts">${candidates.map(doubt)}</ul>`);
    } catch (error) {
      const { title, detail } = /** @type {import('./api.js').ApiError} */ (error);
      fill(content, html`<p class="error"><b>${title}</b> ${detail}</p>`);
    }
  }
}

/** @param {any} candidate of docs/events.md */
function doubt({ t_us, reason, x_mm, y_mm, score_tenths, confidence, picture }) {
  return html`<li>${picture && html`<img src="${picture}" loading="lazy"
    alt="Before and after">`}<p><b>${reason}</b> ${timeText(t_us)},
    ${clockWords(x_mm, y_mm)}; it would have been ${scoreText(score_tenths,
    Math.floor(score_tenths / 10), true)}. A shot to ${Math.round(100 * confidence)} %.</p></li>`;
}

customElements.define('doubt-dialog', DoubtDialog);
