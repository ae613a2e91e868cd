/*
 * <lane-menu>: what else can be done on the page.  Fetched a moment after it, or when
 * the menu is opened.
 */

import { fill, find, html, setText } from './html.js';
import { languageButton } from './language.js';
import { store } from './store.js';
import { say } from './words.js';

class LaneMenu extends HTMLElement {
  connectedCallback() {
    fill(this, html`<button type="button" data-do="calibrate">Check the camera</button>
      <button type="button" data-do="join" hidden>Another shooter</button>
      <button type="button" data-do="sighters" hidden></button>
      <button type="button" data-do="doubt">Was there a shot?</button>
      <button type="button" data-do="view">What is shown</button>
      <button type="button" data-do="theme"></button>
      <button type="button" data-do="voice" aria-pressed="false">Speak scores</button>
      <button type="button" data-do="full">Full screen</button>
      <button type="button" data-do="help">Keys and help</button>`);
    this.append(languageButton());
    Object.assign(this.style, { maxHeight: 'calc(100vh - 70px)', overflowY: 'auto' }); /* a phone that lies */
    this.addEventListener('click', (event) => this.chosen(event));
    store.subscribe(({ kind }) => {
      if (['view', 'reset', 'session', 'status'].includes(kind)) {
        this.update();
      }
    });
    this.update();
  }

  /** @param {MouseEvent} event */
  chosen(event) {
    const what = /** @type {HTMLElement} */ (event.target).closest('[data-do]');
    if (what) {
      /** @type {HTMLDetailsElement} */ (this.parentElement).open = false;
      this.dispatchEvent(new CustomEvent('intent', {
        bubbles: true, detail: what.getAttribute('data-do'),
      }));
    }
  }

  update() {
    const { doc, open, view } = store;
    const button = (/** @type {string} */ name) => find(this, `[data-do="${name}"]`);
    setText(button('theme'), view.theme === 'sun' ? say`Dark theme` : say`Sun theme`);
    button('voice').setAttribute('aria-pressed', String(view.voice));
    button('join').hidden = !open;
    button('sighters').hidden = !open || !!doc?.session?.course;
    setText(button('sighters'), doc?.session?.sighters ? say`For record` : say`Sighters`);
  }
}

customElements.define('lane-menu', LaneMenu);
