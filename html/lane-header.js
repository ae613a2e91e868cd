/*
 * <lane-header>: which lane, in what state, how old its picture, and the menu's sign.
 */

import { fill, find, html, setText } from './html.js';
import { store } from './store.js';
import { ageText, stateWords } from './text.js';
import { say, told } from './words.js';

/** A picture younger than this is as good as now. */
const FRESH_MS = 2000;

class LaneHeader extends HTMLElement {
  connectedCallback() {
    fill(this, html`<h1></h1>
      <span class="chip face" hidden></span>
      <span class="gap"></span>
      <span class="chip age" hidden></span>
      <span class="chip state" role="status"><i></i><b></b></span>
      <details class="menu"><summary aria-label="Menu">☰</summary><lane-menu></lane-menu></details>`);
    this.title1 = find(this, 'h1');
    this.menu = /** @type {HTMLDetailsElement} */ (find(this, '.menu'));
    this.menu.addEventListener('toggle', () => import('./lane-menu.js'));
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
    const { shape, words } = stateWords(doc, store.connection);
    find(this, '.state i').dataset.shape = shape;
    setText(find(this, '.state b'), words);
    if (!doc) {
      return;
    }
    if (store.lanes.length < 2) {
      this.name();
    }
    this.chip('.face', told(doc.face.title, doc.face.name) || doc.face.name);
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
