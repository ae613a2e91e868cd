/*
 * <doubt-dialog>: what the lane looked at and took for no shot, with its
 * reason and picture: one tap makes it a shot.  Where none of them is, the
 * pictures of the last minute are kept.  Fetched when asked for.
 */

import { call, laneUrl, newKey } from './api.js';
import { fill, find, html, style } from './html.js';
import { store } from './store.js';
import { clockWords, scoreText, timeText } from './text.js';
import { say, told } from './words.js';

await style('dialogs.css');

class DoubtDialog extends HTMLElement {
  connectedCallback() {
    fill(this, html`<dialog class="wide" aria-labelledby="doubt-title"><form method="dialog">
      <h2 id="doubt-title" tabindex="-1" autofocus>Was there a shot?</h2>
      <p class="small">What the camera saw and took for no shot, newest first.</p>
      <div class="content" role="status"></div>
      <p class="said" role="status"></p>
      <div class="row"><button type="button" data-do="keep">My shot is not here</button>
        <button type="submit" class="main">Close</button></div></form></dialog>`);
    this.addEventListener('click', ({ target }) => {
      const button = /** @type {HTMLButtonElement | null} */ (/** @type {HTMLElement} */ (target).closest('button[data-do]'));
      if (button) {
        this.act(button);
      }
    });
  }

  /** What was seen, by its place in the list. @type {any[]} */
  seen = [];

  /** A shot that was none so far, or the last minute.  The button stays shut
   * when it is done: nothing counts twice. @param {HTMLButtonElement} button */
  async act(button) {
    const said = find(this, '.said');
    const seen = this.seen[Number(button.dataset.seen)];
    button.disabled = true;
    try {
      if (seen) {
        const { x_mm, y_mm, t_us, reason } = seen;
        await call('POST', laneUrl(store.lane, '/shots'), { x_mm, y_mm, t_us, reason: say`Seen by the camera: ${reason}`.slice(0, 120) }, newKey());
        fill(said, html`It counts now.`);
      } else {
        await call('POST', laneUrl(store.lane, '/complaints'), {}, newKey());
        fill(said, html`The pictures of the last minute are kept: the range officer can look at them.`);
      }
    } catch (error) {
      const { title, detail } = /** @type {import('./api.js').ApiError} */ (error);
      fill(said, html`<span class="error"><b>${title}</b> ${detail}</span>`);
      button.disabled = false;
    }
  }

  async show() {
    const content = find(this, '.content');
    fill(content, html`<p>Asking the lane…</p>`);
    fill(find(this, '.said'), html``);
    find(this, '[data-do=keep]').toggleAttribute('disabled', false);
    /** @type {HTMLDialogElement} */ (find(this, 'dialog')).showModal();
    try {
      const { candidates } = await call('GET', laneUrl(store.lane, '/candidates'));
      this.seen = candidates;
      fill(content, candidates.length === 0
        ? html`<p>Nothing: whatever looked like a hole became a shot.</p>`
        : html`<ul class="doubts">${candidates.map(doubt)}</ul>`);
    } catch (error) {
      const { title, detail } = /** @type {import('./api.js').ApiError} */ (error);
      fill(content, html`<p class="error"><b>${title}</b> ${detail}</p>`);
    }
  }
}

/** @param {any} candidate of docs/events.md @param {number} i */
function doubt({ t_us, reason, x_mm, y_mm, score_tenths, confidence, picture }, i) {
  return html`<li>${picture && html`<img src="${picture}" loading="lazy"
    alt="Before and after">`}<p><b>${told(reason)}</b> ${timeText(t_us)},
    ${clockWords(x_mm, y_mm)}; it would have been ${scoreText(score_tenths,
    Math.floor(score_tenths / 10), true)}. A shot to ${Math.round(100 * confidence)} %.</p>
    <button type="button" data-do="count" data-seen="${i}">It was a shot</button></li>`;
}

customElements.define('doubt-dialog', DoubtDialog);
