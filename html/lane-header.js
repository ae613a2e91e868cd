/*
 * <lane-header>: which lane, in what state, how old its picture, and the menu.
 */

import { fill, find, html, setText } from './html.js';
import { store } from './store.js';
import { ageText, stateWords } from './text.js';
import { say } from './words.js';

/** A picture younger than this is as good as now. */
const FRESH_MS = 2000;

class LaneHeader extends HTMLElement {
  connectedCallback() {
    fill(this, html`<h1></h1>
      <span class="chip face" hidden></span>
      <span class="gap"></span>
      <span class="chip age" hidden></span>
      <span class="chip state" role="status"><i></i><b></b></span>
      <details class="menu"><summary aria-label="Menu">☰</summary><div>
        <button type="button" data-do="calibrate">Check the camera</button>
        <button type="button" data-do="join" hidden>Another shooter</button>
        <button type="button" data-do="sighters" hidden></button>
        <button type="button" data-do="doubt">Was there a shot?</button>
        <button type="button" data-do="theme"></button>
        <button type="button" data-do="voice" aria-pressed="false">Speak scores</button>
        <button type="button" data-do="full">Full screen</button>
        <button type="button" data-do="help">Keys and help</button></div></details>`);
    this.title1 = find(this, 'h1');
    this.menu = /** @type {HTMLDetailsElement} */ (find(this, '.menu'));
    this.menu.addEventListener('click', (event) => this.chosen(event));
    document.addEventListener('click', (event) => {
      if (this.menu && !this.menu.contains(/** @type {Node} */ (event.target))) {
        this.menu.open = false;
      }
    });
    this.menu.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.menu?.open) {
        this.menu.open = false;
        find(this.menu, 'summary').focus();
      }
    });
    store.subscribe((change) => {
      if (change.kind !== 'shot' && change.kind !== 'hole' && change.kind !== 'truth') {
        this.update();
      }
    });
    this.addEventListener('lanes', () => this.name());
    this.name();
    this.update();
  }

  /** @param {MouseEvent} event */
  chosen(event) {
    const what = /** @type {HTMLElement} */ (event.target).closest('[data-do]');
    if (what) {
      /** @type {HTMLDetailsElement} */ (this.menu).open = false;
      this.dispatchEvent(new CustomEvent('intent', {
        bubbles: true, detail: what.getAttribute('data-do'),
      }));
    }
  }

  /** The lane's title, or a choice if there are several. */
  name() {
    const title1 = this.title1;
    if (!title1) {
      return;
    }
    if (store.lanes.length < 2) {
      const title = store.doc?.title || store.lane || 'GMShoot';
      setText(title1, title);
      document.title = title;
      return;
    }
    const titleOf = (/** @type {import('./types').LaneEntry} */ l) => l.state?.title || l.name;
    fill(title1, html`<label><span class="unseen">Lane</span><select>
      ${store.lanes.map((l) => html`<option value="${l.name}">${titleOf(l)}</option>`)}</select></label>`);
    const select = /** @type {HTMLSelectElement} */ (find(title1, 'select'));
    select.value = store.lane;
    document.title = select.selectedOptions[0]?.textContent ?? 'GMShoot';
    select.addEventListener('change', () => {
      const url = new URL(location.href);
      url.searchParams.set('lane', select.value);
      location.assign(url);
    });
  }

  update() {
    const doc = store.doc;
    const theme = store.view.theme === 'sun' ? say`Dark theme` : say`Sun theme`;
    setText(find(this, '[data-do="theme"]'), theme);
    find(this, '[data-do="voice"]').setAttribute('aria-pressed', String(store.view.voice));
    const { shape, words } = stateWords(doc, store.connection);
    find(this, '.state i').dataset.shape = shape;
    setText(find(this, '.state b'), words);
    if (!doc) {
      return;
    }
    if (store.lanes.length < 2) {
      this.name();
    }
    find(this, '[data-do="join"]').hidden = !store.open;
    find(this, '[data-do="sighters"]').hidden = !store.open || !!doc.session?.course;
    setText(find(this, '[data-do="sighters"]'), doc.session?.sighters ? say`For record` : say`Sighters`);
    this.chip('.face', doc.face.title || doc.face.name);
    this.age(doc);
  }

  /** @param {string} selector @param {string} text */
  chip(selector, text) {
    const chip = find(this, selector);
    setText(chip, text);
    chip.hidden = text === '';
  }

  /** Both instants by the lane's clock, then the time since here.
   * @param {import('./types').StateDocument} doc */
  age(doc) {
    if (!doc.camera.t_frame_us || store.connection.state === 'lost') {
      this.chip('.age', ''); /* none yet, or the banner tells the age of all */
      return;
    }
    const since = store.connection.lastData ? Date.now() - store.statusAt : 0;
    const age = (store.statusTime - doc.camera.t_frame_us) / 1000 + since;
    const old = age >= FRESH_MS;
    this.chip('.age', old ? say`picture ${ageText(age)} old` : say`picture now`);
    find(this, '.age').classList.toggle('old', old);
  }
}

customElements.define('lane-header', LaneHeader);
