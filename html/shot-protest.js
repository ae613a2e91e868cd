/*
 * <shot-protest>: the protest of the shot that is looked at, and what was
 * decided.  A part of <shot-dialog>.
 */

import { call, laneUrl, newKey } from './api.js';
import { fill, find, html } from './html.js';
import { store } from './store.js';
import { timeText } from './text.js';

export class ShotProtest extends HTMLElement {
  /** @type {import('./types').Shot | undefined} */
  shot;

  /** What it was made from. */
  shown = '';

  /** One wish has one key, however often it is sent. */
  key = '';

  connectedCallback() {
    fill(this, html`<div class="protest" role="status"></div><p class="error" role="alert" hidden></p>`);
    this.addEventListener('click', ({ target }) => {
      const button = /** @type {HTMLButtonElement | null} */ (/** @type {HTMLElement} */ (target).closest('button[data-protest]'));
      if (button) {
        this.press(button);
      }
    });
    store.subscribe(({ kind }) => {
      if (kind === 'complaint' && this.shot) {
        this.show(this.shot);
      }
    });
  }

  /** @param {import('./types').Shot} shot */
  show(shot) {
    const protest = latest(shot);
    const text = JSON.stringify([store.doc?.session?.id, shot.n, protest]);
    this.shot = shot;
    if (text !== this.shown) { /* words that are being written stay */
      this.shown = text;
      this.key = '';
      find(this, '.error').hidden = true;
      fill(find(this, '.protest'), partOf(protest));
    }
  }

  /** @param {HTMLButtonElement} button */
  async press(button) {
    const { shot } = this;
    const session = store.doc?.session?.id;
    const said = (/** @type {string} */ name) => /** @type {HTMLInputElement | null} */ (
      this.querySelector(`[name="${name}"]`))?.value.trim() ?? '';
    const error = find(this, '.error');
    this.key ||= newKey();
    button.disabled = true;
    error.hidden = true;
    try {
      if (button.dataset.protest === 'send') {
        const reason = [said('why'), said('words')].filter(Boolean).join(': ');
        await call('POST', laneUrl(store.lane, '/complaints'), { session, shot: shot?.n, reason }, this.key);
      } else {
        await call('PATCH', laneUrl(store.lane, `/complaints/${button.dataset.protest}`), { session, state: 'withdrawn' }, this.key);
      }
      this.key = '';
    } catch (refused) {
      const { title, detail } = /** @type {import('./api.js').ApiError} */ (refused);
      fill(error, html`<b>${title}</b> ${detail}`);
      error.hidden = false;
      button.disabled = false;
    }
  }
}

/** The newest protest of a shot. @param {import('./types').Shot} shot */
function latest({ n }) {
  const id = store.doc?.session?.id;
  return (store.doc?.complaints ?? []).filter(({ session, shot }) => session === id && shot === n).at(-1);
}

/** @param {import('./types').Complaint | undefined} protest */
function partOf(protest) {
  if (protest?.state === 'open') {
    return html`<p><b>The protest is sent.</b> “${protest.reason}”, ${timeText(protest.t_us)}: the range officer looks at the
      shot and its picture. It counts as it is until then.</p>
      <div class="row"><button type="button" data-protest="${protest.id}">Withdraw the protest</button></div>`;
  }
  return html`${protest?.state === 'upheld' && html`<p><b>The protest was upheld</b> by ${protest.decided_by}: ${protest.text}</p>`}
    ${protest?.state === 'denied' && html`<p><b>The protest was denied</b> by ${protest.decided_by}: ${protest.text}</p>`}
    <details><summary>Protest</summary><label>What is wrong
    <select name="why"><option>The value</option><option>It is not mine</option><option>It is two shots</option>
    <option>It is no shot</option></select></label>
    <label>In your words <input name="words" maxlength="90" autocomplete="off"></label>
    <div class="row"><button type="button" data-protest="send">Send it to the officer</button></div></details>`;
}

customElements.define('shot-protest', ShotProtest);
