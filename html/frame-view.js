/*
 * <frame-view>: one picture of a camera, upright, with the rings as the
 * calibration has them, a shot and strokes drawn over it; or the evidence of a
 * shot as it is.
 */

import { pixelsPerMm, toPx, transform, upright } from './geometry.js';
import { strokePath } from './coach-text.js';
import { fill, find, html, setText, style } from './html.js';
import { aroundLastSvg, fittedSvg } from './picture.js';
import { store } from './store.js';
import { say } from './words.js';
import { halfWidths, level } from './zoom.js';

await style('frame-view.css');
await style('strokes.css');

class FrameView extends HTMLElement {
  /** The picture that is to be seen; one that comes later than the next is dropped. */
  wanted = '';

  connectedCallback() {
    fill(this, html`<svg role="img" aria-label="Camera picture" preserveAspectRatio="xMidYMid meet"><g class="camera"><image
      preserveAspectRatio="none"/></g><g class="fitted"></g><g class="shots"></g><g class="strokes"></g></svg>
      <img alt="Before the shot, after it, and the hole as it was fitted" hidden><p class="note" hidden></p>`);
  }

  /** @param {string} words */
  say(words) {
    const note = find(this, '.note');
    setText(note, words);
    note.hidden = words === '';
  }

  /** @param {string} url @returns {Promise<boolean>} it is there, and still wanted */
  async load(url) {
    const image = new Image();
    this.wanted = url;
    image.src = url;
    const good = await image.decode().then(() => true, () => false);
    if (this.wanted === url) {
      this.say(good ? '' : say`This picture is not kept any more`);
    }
    return good && this.wanted === url;
  }

  /** Nothing to see. @param {string} words */
  none(words) {
    this.wanted = '';
    find(this, 'svg').toggleAttribute('hidden', true);
    find(this, 'img').hidden = true;
    this.say(words);
  }

  /** @param {string} url */
  async evidence(url) {
    if (await this.load(url)) {
      find(this, 'svg').toggleAttribute('hidden', true);
      const img = /** @type {HTMLImageElement} */ (find(this, 'img'));
      img.src = url;
      img.hidden = false;
    }
  }

  /**
   * @param {string} url
   * @param {import('./types').Shot | undefined} shot
   * @param {number[][]} strokes
   * @returns {Promise<boolean>} it is seen now
   */
  async frame(url, shot, strokes) {
    const { doc } = store;
    if (!doc || !await this.load(url)) {
      return false;
    }
    const view = upright(doc.camera);
    const { width, height } = doc.camera;
    const card = doc.calibration.origin !== 'none' && doc.calibration.homography_mm_to_px ? doc.calibration : null;
    const placing = { card, m: view.matrix, caliber_mm: doc.caliber_mm };
    const image = find(this, 'image');
    for (const [name, value] of Object.entries({ href: url, x: -0.5, y: -0.5, width, height })) {
      image.setAttribute(name, String(value));
    }
    find(this, 'img').hidden = true;
    const svg = find(this, 'svg');
    svg.toggleAttribute('hidden', false);
    svg.setAttribute('viewBox', this.window(view, card));
    find(this, '.camera').setAttribute('transform', `matrix(${view.matrix.join(' ')})`);
    find(this, '.fitted').innerHTML = card && !store.byHand ? fittedSvg(doc.face, placing) : '';
    find(this, '.shots').innerHTML = shot && !store.byHand && !shot.unplaced ? aroundLastSvg(shot, placing) : '';
    this.draw(strokes, placing);
    return true;
  }

  /** Strokes in mm, where they lie in the picture. @param {number[][]} strokes
   * @param {{ card: import('./geometry.js').CardMap | null, m: number[] }} placing */
  draw(strokes, { card, m }) {
    const d = card ? strokePath(strokes, (x, y) => transform(m, toPx(card, x, y))) : '';
    find(this, '.strokes').innerHTML = `<path class="casing" d="${d}"/><path d="${d}"/>`;
  }

  /** As near as the plot shows it; all of the picture while nobody knows where the target is.
   * @param {import('./geometry.js').Upright} view @param {import('./geometry.js').CardMap | null} card */
  window(view, card) {
    if (!card) {
      return `0 0 ${view.width} ${view.height}`;
    }
    const c = transform(view.matrix, toPx(card, 0, 0));
    const half = halfWidths()[level()] * pixelsPerMm(card, 0, 0);
    return `${c.x - half} ${c.y - half} ${2 * half} ${2 * half}`;
  }
}

customElements.define('frame-view', FrameView);
