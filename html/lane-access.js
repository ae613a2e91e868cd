/*
 * <lane-access>: what whoever is here may do on the lane.  Who only looks on is told
 * how to join, in the place of the buttons; who may command can let a phone in, by
 * the menu.  Fetched a moment after the page.
 */

import { call, laneUrl } from './api.js';
import { fill, find, html } from './html.js';
import './lane-menu.js';
import { store } from './store.js';
import { say } from './words.js';

/** Opened by a code that was scanned: it stands behind the #, where no log sees it. */
const scanned = new URLSearchParams(location.hash.slice(1)).get('join');

class LaneAccess extends HTMLElement {
  /** @type {{ role: string, session: string | null }} */
  access = { role: 'admin', session: null };

  connectedCallback() {
    this.className = 'card';
    Object.assign(this.style, { display: 'grid', gap: '12px' });
    this.hidden = true;
    fill(this, html`<p>You look on. Sessions are started on the lane’s tablet; with the code that it
      shows this device commands one.</p><button type="button">Join with a code</button>`);
    find(this, 'button').addEventListener('click', () => this.open(false));
    this.phone = document.createElement('button');
    this.phone.type = 'button';
    this.phone.hidden = true;
    this.phone.dataset.do = 'phone';
    this.phone.textContent = say`Let a phone join`;
    find(document, '.menu [data-do="join"]').after(this.phone);
    document.addEventListener('intent', (event) => {
      if (/** @type {CustomEvent} */ (event).detail === 'phone') {
        this.open(true);
      }
    });
    store.subscribe((change) => {
      if (change.kind === 'reset' || change.kind === 'session') {
        this.ask();
      }
    });
    this.ask();
    if (scanned) {
      this.open(false, scanned);
    }
  }

  /** A token ends with its session, a role may be given or taken at any time. */
  async ask() {
    if (store.lane && store.doc) {
      this.access = await call('GET', laneUrl(store.lane, '/access')).catch(() => this.access);
      this.update();
    }
  }

  update() {
    const { role, session } = this.access;
    const may = !['viewer', 'camera'].includes(role) || (store.open && session === store.doc?.session?.id);
    find(document, 'lane-actions').hidden = !may;
    this.hidden = may;
    /** @type {HTMLElement} */ (this.phone).hidden = !may || !store.open;
  }

  /** @param {boolean} may show a code, else ask for one @param {string} [code] that is known */
  async open(may, code) {
    const { JoinDialog } = await import('./join-dialog.js');
    const dialog = document.querySelector('join-dialog') ?? document.body.appendChild(new JoinDialog());
    if (dialog instanceof JoinDialog) {
      dialog.show(may, code);
    }
  }
}

customElements.define('lane-access', LaneAccess);
find(document, 'lane-actions').before(new LaneAccess());
