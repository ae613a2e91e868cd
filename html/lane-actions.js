/*
 * <lane-actions>: start, pause, resume, paper, end; session-dialog.js asks first.
 */

import { call, laneUrl } from './api.js';
import { fill, find, html } from './html.js';
import { store } from './store.js';

class LaneActions extends HTMLElement {
  connectedCallback() {
    fill(this, html`<button type="button" class="main" data-do="start">Start session</button>
      <button type="button" data-do="pause">Pause</button>
      <button type="button" class="main" data-do="resume">Resume</button>
      <button type="button" data-do="paper">Paper</button>
      <button type="button" data-do="end">End session</button>`);
    this.addEventListener('click', (event) => {
      const button = /** @type {HTMLElement} */ (event.target).closest('[data-do]');
      if (button) {
        this.act(button.getAttribute('data-do') ?? '');
      }
    });
    store.subscribe((change) => {
      if (['reset', 'session', 'status'].includes(change.kind)) {
        this.update();
      }
    });
    this.update();
  }

  update() {
    const show = (/** @type {string} */ name, /** @type {boolean} */ yes) => {
      find(this, `[data-do="${name}"]`).hidden = !yes;
    };
    const paused = store.open && store.doc?.state === 'paused';
    show('start', !store.open);
    show('pause', store.open && !paused);
    show('resume', paused);
    show('end', store.open);
    show('paper', Boolean(store.doc));
    find(this, '[data-do="start"]').toggleAttribute('disabled', !store.doc);
  }

  /** @param {string} what */
  act(what) {
    switch (what) {
      case 'start':
      case 'end':
        this.ask(what);
        break;
      case 'paper':
        this.dispatchEvent(new CustomEvent('intent', { bubbles: true, detail: what }));
        break;
      case 'pause':
        this.change({ state: 'paused' });
        break;
      case 'resume':
        this.change({ state: 'live' });
        break;
    }
  }

  /** Sighters from now on, or for record again. */
  sighters() {
    this.change({ sighters: !store.doc?.session?.sighters });
  }

  /** @param {'start' | 'join' | 'end'} what */
  async ask(what) {
    const { SessionDialog } = await import('./session-dialog.js');
    const dialog = document.querySelector('session-dialog');
    if (dialog instanceof SessionDialog && store.doc && store.open === (what !== 'start')) {
      dialog[what]();
    }
  }

  /** The key P. */
  toggle() {
    if (store.open) {
      this.change({ state: store.doc?.state === 'paused' ? 'live' : 'paused' });
    }
  }

  /** @param {Record<string, unknown>} what of the session */
  async change(what) {
    try {
      await call('PATCH', laneUrl(store.lane, '/session'), what);
    } catch (error) {
      store.fail(/** @type {import('./api.js').ApiError} */ (error));
    }
  }
}

customElements.define('lane-actions', LaneActions);
export { LaneActions };
