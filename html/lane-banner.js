/*
 * <lane-banner>: what is wrong, in plain words: the connection, the lane's own
 * problems, and the last command that was refused.
 */

import { fill, find, html, setText } from './html.js';
import { store } from './store.js';
import { ageText } from './text.js';
import { say, told } from './words.js';

/** A reconnect is often quicker than this; no need to alarm anybody. */
const GRACE_MS = 1500;

class LaneBanner extends HTMLElement {
  /** What the list of problems was made from. */
  shown = '';

  connectedCallback() {
    fill(this, html`<div class="lost" role="alert" hidden><b>Connection lost.</b>
        <span aria-hidden="true"></span> Trying again…</div>
      <div class="problems" role="status"></div>
      <div class="refused" role="alert" hidden><p></p>
        <button type="button" aria-label="Dismiss">×</button></div>`);
    this.lost = find(this, '.lost');
    this.refused = find(this, '.refused');
    this.problems = find(this, '.problems');
    find(this, 'button').addEventListener('click', () => this.refuse(null));
    store.subscribe((change) => {
      if (change.kind === 'error') {
        this.refuse(change.error ?? null);
      } else if (['status', 'reset', 'connection', 'tick'].includes(change.kind)) {
        this.update();
      }
    });
  }

  /** @param {import('./types').ErrorText | null} error */
  refuse(error) {
    if (this.refused) {
      fill(find(this.refused, 'p'), html`<b>${error?.title}</b> ${error?.detail}`);
      this.refused.hidden = !error;
    }
  }

  update() {
    const { state, lostSince, lastData, process, link } = store.connection;
    const now = Date.now();
    if (!this.lost || !this.problems) {
      return;
    }
    const stale = state === 'lost' && now - lostSince >= GRACE_MS;
    this.lost.hidden = !stale;
    document.body.classList.toggle('stale', stale);
    setText(find(this.lost, 'span'), lastData ? say`Last data ${ageText(now - lastData)} ago.` : '');
    const list = (store.failed ?? store.doc)?.problems ?? [];
    const down = process === 'down' || link === 'down';
    const scene = store.doc?.scene;
    const advice = scene?.grade === 'poor' ? scene.advice[0]?.text : '';
    const unsaved = store.unsaved;
    const text = JSON.stringify([down, list, advice, unsaved]);
    if (text !== this.shown) {
      this.shown = text;
      fill(this.problems, html`${down && html`<p><b>The lane is not running</b>
        Shots on the paper are kept and found again when it is back.</p>`}
        ${unsaved > 0 && html`<p><b>${unsaved === 1 ? say`1 shot is not saved yet` : say`${unsaved} shots are not saved yet`}</b>
        Shown in grey, without a number; shoot on.</p>`}
        ${list.map((p) => html`<p><b>${told(p.title)}</b> ${told(p.detail)}</p>`)}
        ${advice && html`<p class="calm">${told(advice)}</p>`}`);
    }
  }
}

customElements.define('lane-banner', LaneBanner);
