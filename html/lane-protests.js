/*
 * <lane-protests>: on the page of who shoots, the protests that wait and what
 * was decided, until he has seen it.  Fetched with the first of them.
 */

import { fill, find, html, style } from './html.js';
import { store } from './store.js';

await style('lane-protests.css');

/** What this device remembers. */
const SEEN = 'gmshoot.decided';

/** @typedef {import('./types').Complaint} Complaint */

/** @param {Complaint} complaint */
function lineOf({ id, shot, state, text, decided_by: by }) {
  const about = shot > 0 ? html`<button type="button" data-shot="${shot}">Shot ${shot}</button>` : html`<b>A shot is missing</b>`;
  if (state === 'open') {
    return html`<p>${about} <span>The range officer has it.</span></p>`;
  }
  return html`<p>${about} <span>${state === 'upheld' ? html`<b>Upheld</b> by ${by}: ${text}` : html`<b>Denied</b> by ${by}: ${text}`}</span>
    <button type="button" data-seen="${id}">Got it</button></p>`;
}

class LaneProtests extends HTMLElement {
  /** Decisions that were read. @type {Set<string>} */
  seen = new Set();

  shown = '';

  connectedCallback() {
    try {
      this.seen = new Set(JSON.parse(sessionStorage.getItem(SEEN) ?? '[]'));
    } catch {
      /* a browser may forbid it */
    }
    fill(this, html`<section class="card" role="status"></section>`);
    this.addEventListener('click', ({ target }) => {
      const { shot, seen } = /** @type {HTMLElement} */ (target).dataset;
      if (shot) {
        this.dispatchEvent(new CustomEvent('intent', { bubbles: true, detail: `shot ${shot}` }));
      } else if (seen) {
        this.read(seen);
      }
    });
    store.subscribe(({ kind }) => {
      if (['complaint', 'reset', 'session'].includes(kind)) {
        this.update();
      }
    });
    this.update();
  }

  update() {
    const id = store.doc?.session?.id;
    const list = (store.doc?.complaints ?? []).filter((c) => c.session === id && c.state !== 'withdrawn'
      && !this.seen.has(this.name(c.id)));
    const text = JSON.stringify(list);
    this.hidden = list.length === 0;
    if (text !== this.shown) {
      this.shown = text;
      fill(find(this, 'section'), html`${list.map(lineOf)}`);
    }
  }

  /** Numbers are those of one journal. @param {string} id */
  name(id) {
    return `${store.epoch}-${id}`;
  }

  /** @param {string} id */
  read(id) {
    this.seen.add(this.name(id));
    try {
      sessionStorage.setItem(SEEN, JSON.stringify([...this.seen]));
    } catch {
      /* see above */
    }
    this.update();
  }
}

customElements.define('lane-protests', LaneProtests);
find(document, '.side').prepend(new LaneProtests());
