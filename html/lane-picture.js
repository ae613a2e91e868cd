/*
 * <lane-picture>: the camera's newest still, upright, with the fitted rings
 * and every shot drawn where the calibration puts it.  Fetched when asked for.
 */

import { laneUrl } from './api.js';
import { pixelsPerMm, toPx, transform, upright } from './geometry.js';
import { fill, find, html, setText, style } from './html.js';
import {
  aroundHoleSvg, aroundLastSvg, aroundSvg, fittedSvg, windowFor,
} from './picture.js';
import { Stills } from './still.js';
import { store } from './store.js';
import { halfWidths, level } from './zoom.js';

await style('picture.css');

class LanePicture extends HTMLElement {
  /** Size and pose that the overlay was drawn for. */
  drawnFor = '';

  /** @type {ImageBitmap | null} */
  bitmap = null;

  connectedCallback() {
    fill(this, html`<canvas aria-hidden="true"></canvas>
      <svg role="img" aria-label="Camera picture with rings and shots">
        <g class="fitted"></g><g class="shots"></g><g class="holes"></g><g class="lasts"></g></svg>
      <p class="note" hidden></p>`);
    this.canvas = /** @type {HTMLCanvasElement} */ (find(this, 'canvas'));
    this.svg = /** @type {SVGSVGElement} */ (find(this, 'svg'));
    this.note = find(this, '.note');
    this.layers = {
      fitted: find(this, '.fitted'), shots: find(this, '.shots'),
      holes: find(this, '.holes'), lasts: find(this, '.lasts'),
    };
    this.stills = new Stills(() => laneUrl(store.lane, '/frame.jpg'),
      (picture) => this.show(picture), (title) => this.say(title));
    store.subscribe((change) => this.changed(change));
    document.addEventListener('visibilitychange', () => this.run());
    new ResizeObserver(() => this.draw()).observe(this);
    this.rebuild();
    this.run();
  }

  /** Stills come only while somebody can see them. */
  run() {
    if (!this.hidden && !document.hidden) {
      this.stills?.start();
    } else {
      this.stills?.stop();
    }
  }

  /** To be called when `hidden` has changed. */
  shown() {
    this.rebuild();
    this.run();
  }

  /** @param {import('./types').Change} change */
  changed(change) {
    if (this.hidden || !store.doc || !this.layers) {
      return;
    }
    switch (change.kind) {
      case 'shot':
        this.addShot(/** @type {import('./types').Shot} */ (change.shot));
        break;
      case 'hole':
        if (change.mark) {
          this.layers.holes.insertAdjacentHTML('beforeend',
            aroundHoleSvg(change.mark, this.placing()));
        }
        break;
      case 'hole.gone':
        this.layers.holes.querySelector(`[data-hole="${change.mark?.hole}"]`)?.remove();
        break;
      case 'status':
        if (this.pose() !== this.drawnFor) {
          this.rebuild();
        }
        break;
      case 'view':
        this.draw();
        break;
      case 'reset':
      case 'removed':
      case 'calibration':
        this.rebuild();
        break;
    }
  }

  pose() {
    const { width, height, rotate, mirror, region } = store.doc?.camera ?? {};
    return JSON.stringify([width, height, rotate, mirror, region]);
  }

  /** How the camera's pixels stand; its size may still be unknown. */
  view() {
    const camera = store.doc?.camera;
    return upright({
      .../** @type {import('./types').Camera} */ (camera),
      width: camera?.width || this.bitmap?.width || 1280,
      height: camera?.height || this.bitmap?.height || 720,
    });
  }

  placing() {
    const card = store.doc?.calibration;
    const found = card?.origin !== 'none' && card?.homography_mm_to_px?.length === 9;
    return {
      card: found ? card : null, m: this.view().matrix, caliber_mm: store.doc?.caliber_mm ?? 5,
    };
  }

  rebuild() {
    const doc = store.doc;
    if (this.hidden || !doc || !this.layers) {
      return;
    }
    this.drawnFor = this.pose();
    const placing = this.placing();
    let shots = '';
    store.eachSeries((shot, series) => {
      shots += shot.removed || shot.unplaced ? '' : this.around(shot, series);
    });
    this.layers.fitted.innerHTML = store.byHand ? '' : fittedSvg(doc.face, placing);
    this.layers.shots.innerHTML = shots;
    this.layers.holes.innerHTML = [...store.marks.values()]
      .map((mark) => aroundHoleSvg(mark, placing)).join('');
    this.markLast();
    this.draw();
  }

  /** Where a shot that was added by hand lies in the picture nobody knows.
   * @param {import('./types').Shot} shot @param {number} series */
  around(shot, series) {
    return store.byHand ? '' : aroundSvg(shot, this.placing(), series);
  }

  /** @param {import('./types').Shot} shot */
  addShot(shot) {
    this.layers?.shots.insertAdjacentHTML('beforeend', this.around(shot, store.series));
    this.markLast();
    if (store.view.zoom === null) {
      this.draw();
    }
  }

  markLast() {
    const last = store.last;
    if (this.layers) {
      this.layers.lasts.innerHTML = last && !store.byHand ? aroundLastSvg(last, this.placing()) : '';
    }
  }

  /** @param {ImageBitmap} picture */
  show(picture) {
    this.bitmap?.close();
    this.bitmap = picture;
    this.say('');
    this.draw();
  }

  /** @param {string} words */
  say(words) {
    if (this.note) {
      setText(this.note, words);
      this.note.hidden = words === '';
    }
  }

  /** The part of the view in sight. */
  window() {
    const view = this.view();
    const { card, m } = this.placing();
    const at = store.view.zoom === null && store.calibrating ? 1 : level();
    if (!card || at === 0) {
      return windowFor(view, null, this.clientWidth / this.clientHeight);
    }
    const half = halfWidths()[at] * pixelsPerMm(card, 0, 0);
    const centre = transform(m, toPx(card, 0, 0));
    return windowFor(view, { ...centre, half }, this.clientWidth / this.clientHeight);
  }

  draw() {
    if (this.hidden || !this.canvas || !this.svg || !store.doc
        || !this.clientWidth || !this.clientHeight) {
      return;
    }
    const part = this.window();
    this.classList.toggle('fitting', store.calibrating);
    this.svg.setAttribute('viewBox', `${part.x} ${part.y} ${part.w} ${part.h}`);
    const dense = Math.min(2, devicePixelRatio || 1);
    const width = Math.round(this.clientWidth * dense);
    const height = Math.round(this.clientHeight * dense);
    if (this.canvas.width !== width || this.canvas.height !== height) {
      this.canvas.width = width;
      this.canvas.height = height;
    }
    const ctx = this.canvas.getContext('2d');
    if (ctx && this.bitmap) {
      this.paint(ctx, this.bitmap, part);
    }
  }

  /** @param {CanvasRenderingContext2D} ctx @param {ImageBitmap} bitmap
   * @param {{ x: number, y: number, w: number, h: number }} part */
  paint(ctx, bitmap, part) {
    const s = ctx.canvas.width / part.w;
    const [a, b, c, d, e, f] = this.view().matrix;
    const camera = store.doc?.camera;
    ctx.setTransform(1, 0, 0, 1, 0, 0);
    ctx.clearRect(0, 0, ctx.canvas.width, ctx.canvas.height);
    ctx.setTransform(s * a, s * b, s * c, s * d, s * (e - part.x), s * (f - part.y));
    ctx.drawImage(bitmap, -0.5, -0.5, camera?.width || bitmap.width,
      camera?.height || bitmap.height);
  }
}

customElements.define('lane-picture', LanePicture);
export { LanePicture };
