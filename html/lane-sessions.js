/*
 * <lane-sessions>: who shoots on this lane: a press gives the lane to another
 * shooter, claims or discards shots that nobody started a session for, and
 * ends the sighters.  Fetched when there is something of this to show.
 */

import { call, laneUrl } from './api.js';
import { fill, html, style } from './html.js';
import { store } from './store.js';
import { scoreText, shotsWords } from './text.js';
import { say } from './words.js';

await style('sessions.css');

class LaneSessions extends HTMLElement {
  /** What it was made from. */
  shown = '';

  connectedCallback() {
    this.addEventListener('click', (event) => {
      const button = /** @type {HTMLElement} */ (event.target).closest('button');
      if (button) {
        this.press(button);
      }
    });
    store.subscribe((change) => {
      if (['reset', 'session', 'shot', 'removed', 'view'].includes(change.kind)) {
        this.update();
      }
    });
    this.update();
  }

  update() {
    const open = store.openSessions;
    const active = open.find((s) => s.active);
    const several = open.length > 1;
    const sighters = active?.sighters && !store.doc?.session?.course; /* which says it itself */
    this.hidden = !(several || active?.walk_up || sighters);
    const text = this.hidden ? html`` : html`${several && html`<div class="row" role="group"
      aria-label="Who shoots">${open.map((s) => this.shooter(s))}</div>`}
      ${active?.walk_up && this.stray()}
      ${sighters && html`<p><i class="corner"></i> Sighters: shots do not count
        <button type="button" data-change='{"record":true}'>For record</button></p>`}`;
    if (text.text !== this.shown) {
      this.shown = text.text;
      fill(this, text);
    }
  }

  /** @param {import('./types').SessionSummary} s */
  shooter(s) {
    const sums = s.active ? store.sums : s;
    return html`<button type="button" aria-pressed="${String(s.active)}" data-session="${s.id}"
      data-change='{"active":true}'>${s.shooter || say`Nobody yet`}
      <b>${scoreText(sums.total_tenths, sums.total_rings, store.decimal)}</b></button>`;
  }

  /** Shots without a session. */
  stray() {
    return html`<div class="row"><p>${shotsWords(store.sums.counted)} without a session.
      Whose?</p><input name="shooter" maxlength="63" placeholder="Name" aria-label="Your name"
      autocomplete="nickname"><button type="button" class="main" data-do="claim">Mine</button>
      <button type="button" data-change='{"state":"discarded"}'>Nobody’s</button></div>`;
  }

  /** @param {HTMLElement} button */
  async press(button) {
    const name = this.querySelector('input')?.value.trim();
    const change = button.dataset.do === 'claim' ? { nickname: name || 'guest' }
      : JSON.parse(button.dataset.change ?? '{}');
    const id = button.dataset.session;
    button.toggleAttribute('disabled', true);
    try {
      await call('PATCH', laneUrl(store.lane, id ? `/sessions/${encodeURIComponent(id)}` : '/session'),
        change);
    } catch (error) {
      store.fail(/** @type {import('./api.js').ApiError} */ (error));
    }
    button.toggleAttribute('disabled', false);
  }
}

customElements.define('lane-sessions', LaneSessions);
