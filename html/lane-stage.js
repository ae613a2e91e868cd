/*
 * <lane-stage>: plot or picture, the zoom buttons, and what to say over them.
 */

import { fill, find, html, setText } from './html.js';
import { store } from './store.js';
import { watching } from './text.js';
import { say } from './words.js';
import { level, halfWidths, zoomBy } from './zoom.js';
import './lane-plot.js';

class LaneStage extends HTMLElement {
  connectedCallback() {
    fill(this, html`<lane-plot></lane-plot><lane-picture hidden></lane-picture>
      <p class="over" role="status" hidden></p><p class="simulated" hidden>simulated</p>
      <i class="corner sighting" title="Sighters: shots do not count" hidden></i>
      <div class="tools" role="group" aria-label="View">
        <button type="button" data-do="out" aria-label="Zoom out">−</button>
        <button type="button" data-do="auto" aria-pressed="true">Auto</button>
        <button type="button" data-do="in" aria-label="Zoom in">+</button>
        <button type="button" data-do="only" aria-pressed="false" aria-label="Series: this one alone">Series</button>
        <button type="button" data-do="picture">Picture</button>
      </div>`);
    this.plot = find(this, 'lane-plot');
    this.picture = find(this, 'lane-picture');
    this.over = find(this, '.over');
    this.addEventListener('click', (event) => this.clicked(event));
    store.subscribe((change) => {
      if (['reset', 'view', 'status', 'session', 'calibration', 'shot'].includes(change.kind)) {
        this.update();
      }
    });
    this.update();
  }

  /** @param {MouseEvent} event */
  clicked(event) {
    const button = /** @type {HTMLElement} */ (event.target).closest('[data-do]');
    switch (button?.getAttribute('data-do')) {
      case 'in':
        zoomBy(1);
        break;
      case 'out':
        zoomBy(-1);
        break;
      case 'auto':
        store.setView({ zoom: null });
        break;
      case 'only':
        store.setView({ onlySeries: !store.view.onlySeries });
        break;
      case 'picture':
        store.setView({ picture: !store.view.picture });
        break;
    }
  }

  update() {
    const picture = store.view.picture || store.calibrating;
    const button = (/** @type {string} */ name) => find(this, `[data-do="${name}"]`);
    if (this.plot) {
      this.plot.hidden = picture;
    }
    this.showPicture(picture);
    button('auto').setAttribute('aria-pressed', String(store.view.zoom === null));
    button('only').setAttribute('aria-pressed', String(store.view.onlySeries));
    button('only').hidden = picture;
    button('picture').hidden = store.calibrating;
    setText(button('picture'), picture ? say`Plot` : say`Picture`);
    button('in').toggleAttribute('disabled', level() >= halfWidths().length - 1);
    button('out').toggleAttribute('disabled', level() <= 0);
    find(this, '.sighting').hidden = !(store.open && store.doc?.session?.sighters);
    find(this, '.simulated').hidden = store.doc?.camera.kind !== 'simulate';
    this.say();
  }

  /** The picture's code is fetched when it is wanted for the first time.
   * @param {boolean} yes */
  showPicture(yes) {
    if (this.picture && this.picture.hidden === yes) {
      this.picture.hidden = !yes;
      import('./lane-picture.js').then(({ LanePicture }) => {
        if (this.picture instanceof LanePicture) {
          this.picture.shown();
        }
      }, () => store.setView({ picture: false }));
    }
  }

  /** What a shooter must know before firing. */
  say() {
    const doc = store.doc;
    let words = '';
    if (!doc || store.calibrating) {
      words = '';
    } else if (doc.state === 'live') {
      words = watching(doc).advice;
    } else if (doc.state === 'paused') {
      words = say`Paused: shots are not counted`;
    }
    if (this.over) {
      setText(this.over, words);
      this.over.hidden = words === '';
    }
  }
}

customElements.define('lane-stage', LaneStage);
