/*
 * <lane-show>: what a coach shows over the target: his strokes, a shot, a
 * picture.  Fetched with the first of them.
 */

import { laneUrl } from './api.js';
import { strokePath } from './coach-text.js';
import { fill, find, html, setText, style } from './html.js';
import { store } from './store.js';
import { say } from './words.js';

await style('strokes.css');

/** @typedef {import('./types').Show} Show */

/** Strokes and the ring around a shot, in the units of the plot: mm, y down.
 * @param {number[][]} strokes @param {import('./types').Shot | undefined} shot @param {number} caliber_mm */
export function strokesSvg(strokes, shot, caliber_mm) {
  const d = strokePath(strokes, (x, y) => ({ x, y: -y }));
  const ring = (/** @type {string} */ name) => (shot && !shot.unplaced
    ? `<circle class="${name}" cx="${shot.x_mm}" cy="${-shot.y_mm}" r="${caliber_mm}"/>` : '');
  return `${ring('casing')}${ring('')}<path class="casing" d="${d}"/><path d="${d}"/>`;
}

class LaneShow extends HTMLElement {
  /** What was closed here; the next thing is shown again. */
  closed = '';

  connectedCallback() {
    fill(this, html`<frame-view hidden></frame-view><p class="said" role="status"><span></span>
      <button type="button" aria-label="Close what the coach shows">Close</button></p>`);
    find(this, 'button').addEventListener('click', () => {
      this.closed = JSON.stringify(store.doc?.show);
      this.show(null);
    });
  }

  /** Plot and picture have their own places: the strokes lie in the one that is seen.
   * @param {Show | null} show */
  show(show) {
    if (JSON.stringify(show) === this.closed) {
      return;
    }
    this.hidden = !show;
    document.querySelector('lane-plot .strokes')?.remove();
    const view = /** @type {any} */ (find(this, 'frame-view'));
    view.hidden = !show || show.picture === 'plot';
    if (!show || !store.doc) {
      return;
    }
    const shot = store.shots.find(({ n }) => n === show.shot);
    setText(find(this, 'span'), shot ? say`The coach shows shot ${shot.n}` : say`The coach shows`);
    if (show.picture === 'plot') {
      const layer = document.createElementNS('http://www.w3.org/2000/svg', 'g');
      layer.classList.add('strokes');
      layer.innerHTML = strokesSvg(show.strokes, shot, store.doc.caliber_mm);
      find(document, 'lane-plot svg').append(layer);
      store.setView({ picture: false });
    } else {
      this.picture(view, show, shot);
    }
  }

  /** @param {any} view @param {Show} show @param {import('./types').Shot | undefined} shot */
  async picture(view, show, shot) {
    await import('./frame-view.js');
    if (show.picture === 'evidence') {
      view.evidence(`/api/sessions/${encodeURIComponent(show.session)}/shots/${show.shot}.jpg`);
    } else {
      view.frame(laneUrl(store.lane, `/frames/${show.t_us}.jpg`), shot, show.strokes);
    }
  }
}

customElements.define('lane-show', LaneShow);

/** What it was made from. */
let shown = '';

/** @param {Show | null} show */
export function showIt(show) {
  const text = JSON.stringify([show, store.doc?.session?.id]);
  if (text === shown) {
    return;
  }
  shown = text;
  const there = document.querySelector('lane-show');
  const place = there ?? find(document, 'lane-stage').appendChild(new LaneShow());
  /** @type {LaneShow} */ (place).show(show);
}
