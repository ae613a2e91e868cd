/*
 * <lane-plot>: the face and every shot at true scale.
 */

import { fill, find, html } from './html.js';
import { store } from './store.js';
import { faceSvg, holeSvg, isCard, lastSvg, shotSvg } from './target.js';
import { shotWords, shotsWords } from './text.js';
import { say } from './words.js';
import { halfWidths, level } from './zoom.js';

/** A number in a smaller mark cannot be read. */
const LEAST_RADIUS_PX = 8;

class LanePlot extends HTMLElement {
  /** Half width in sight, mm. */
  half = 100;

  connectedCallback() {
    fill(this, html`<svg role="img" aria-label="Target" viewBox="-100 -100 200 200">
      <g class="face"></g><g class="shots"></g><g class="holes"></g><g class="lasts"></g></svg>`);
    this.svg = /** @type {SVGSVGElement} */ (find(this, 'svg'));
    this.layers = {
      face: find(this, '.face'), shots: find(this, '.shots'),
      holes: find(this, '.holes'), lasts: find(this, '.lasts'),
    };
    store.subscribe((change) => this.changed(change));
    new ResizeObserver(() => this.scale()).observe(this);
    this.rebuild();
  }

  /** @param {import('./types').Change} change */
  changed(change) {
    switch (change.kind) {
      case 'reset':
        this.rebuild();
        break;
      case 'shot':
        this.addShot(/** @type {import('./types').Shot} */ (change.shot));
        break;
      case 'removed':
        this.layers?.shots.querySelector(`[data-n="${change.shot?.n}"]`)?.remove();
        this.markLast();
        this.zoom();
        break;
      case 'hole':
        if (store.doc && change.mark) {
          this.append('holes', holeSvg(change.mark, store.doc.caliber_mm));
        }
        break;
      case 'hole.gone':
        this.layers?.holes.querySelector(`[data-hole="${change.mark?.hole}"]`)?.remove();
        break;
      case 'view':
        this.zoom();
        this.filter();
        break;
    }
  }

  /** @param {'shots' | 'holes'} layer @param {string} svg */
  append(layer, svg) {
    this.layers?.[layer].insertAdjacentHTML('beforeend', svg);
  }

  rebuild() {
    const doc = store.doc;
    if (!doc || !this.layers) {
      return;
    }
    let shots = '';
    store.eachSeries((shot, series) => {
      shots += shot.removed || shot.unplaced ? '' : shotSvg(shot, doc.caliber_mm, series, doc.face);
    });
    this.drawFace(doc.face, this.layers.face);
    this.layers.shots.innerHTML = shots;
    this.layers.holes.innerHTML = [...store.marks.values()]
      .map((mark) => holeSvg(mark, doc.caliber_mm)).join('');
    this.markLast();
    this.zoom();
    this.filter();
  }

  /** @param {import('./types').Face} face @param {HTMLElement} layer */
  async drawFace(face, layer) {
    const svg = isCard(face) ? (await import('./card.js')).cardSvg(face) : faceSvg(face);
    if (store.doc?.face === face) {
      layer.innerHTML = svg;
    }
  }

  /** @param {import('./types').Shot} shot */
  addShot(shot) {
    const doc = store.doc;
    if (!doc) {
      return;
    }
    this.append('shots', shotSvg(shot, doc.caliber_mm, store.series, doc.face));
    this.markLast();
    if (store.view.zoom === null) {
      this.zoom();
    }
    if (store.view.onlySeries) {
      this.filter();
    }
  }

  /** The last shot lies on top of all others. */
  markLast() {
    const last = store.last;
    if (!this.layers || !this.svg || !store.doc) {
      return;
    }
    this.layers.lasts.innerHTML = last ? lastSvg(last, store.doc.caliber_mm, store.doc.face) : '';
    const words = last ? `, ${shotWords(last, store.decimal)}` : '';
    this.svg.setAttribute('aria-label', say`Target with ${shotsWords(store.sums.counted)}${words}`);
  }

  zoom() {
    const half = halfWidths()[level()];
    if (half !== this.half) {
      this.half = half;
      this.svg?.setAttribute('viewBox', `${-half} ${-half} ${2 * half} ${2 * half}`);
      this.scale();
    }
  }

  /** Hides numbers that could not be read. */
  scale() {
    const px = Math.min(this.clientWidth, this.clientHeight);
    const radius = ((store.doc?.caliber_mm ?? 0) / 2) * (px / (2 * this.half));
    this.classList.toggle('tiny', radius < LEAST_RADIUS_PX);
  }

  /** Shows the current series alone, if wished. */
  filter() {
    const current = String(store.series);
    for (const mark of this.layers?.shots.children ?? []) {
      const past = store.view.onlySeries && mark.getAttribute('data-series') !== current;
      mark.classList.toggle('past', past);
    }
  }
}

customElements.define('lane-plot', LanePlot);
