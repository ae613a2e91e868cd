/*
 * <calibration-stage>: the camera's picture, upright as somebody looks at it,
 * with the rings of a map over it and points that can be moved, with a loupe
 * beside the finger.  Tells of a moved point by 'moved' ({ index, done }), of a
 * place that was tapped by 'tapped' ({ x_px, y_px, done }).
 */

import { drawn, step, untransform } from './admin-calibration-map.js';
import { pixelsPerMm, toPx, transform } from './geometry.js';
import { fill, find, html, setText } from './html.js';
import { windowFor } from './picture.js';
import { faceRadius } from './target.js';

/** @typedef {import('./admin-calibration-map.js').CardMap} CardMap */
/** A point in the camera's picture, and its name for who cannot see it.
 * @typedef {{ x_px: number, y_px: number, name: string, kind: string }} Point */
/** anchor: while it is the same, what is seen stays where it is.
 * @typedef {{ view: import('./geometry.js').Upright, face: import('./types').Face | null, map: CardMap | null,
 *   top: string, points: Point[], tapping: boolean, hole_mm: number, anchor: string }} Look */

/** How much of the target's surroundings is seen. */
const AROUND = 1.15;

const NEARER = Math.SQRT2;
const LEVELS = 8;

const LOUPE_PX = 168;
const LOUPE_TIMES = 6;
const LOUPE_AWAY_PX = 48;

/** @type {Record<string, [number, number]>} */
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const STEP_PX = 0.1;
const STEP_SHIFT_PX = 1;

class CalibrationStage extends HTMLElement {
  /** @type {Look | null} */
  look = null;

  /** @type {ImageBitmap | null} */
  bitmap = null;

  /** How near: 0 is all of the picture, 1 the target. */
  level = 1;

  /** Somebody has pushed it there, in the view. @type {{ x: number, y: number } | null} */
  pushed = null;

  window = { x: 0, y: 0, w: 1, h: 1 };

  /** What the window is laid around: a place of the camera's picture and a radius in it. @type {{ x: number, y: number, r: number } | null} */
  around = null;

  /** What a finger or the mouse does now. @type {{ index: number, dx: number, dy: number } | { push: { x: number, y: number } } | null} */
  drag = null;

  resized = new ResizeObserver(() => this.draw());

  connectedCallback() {
    fill(this, html`<canvas class="camera" aria-hidden="true"></canvas><svg role="img" preserveAspectRatio="none"><g class="fits"></g></svg>
      <div class="points" role="group"></div><canvas class="loupe" width="${2 * LOUPE_PX}" height="${2 * LOUPE_PX}" aria-hidden="true" hidden></canvas>
      <p class="note" hidden></p>`);
    this.addEventListener('pointerdown', (event) => this.down(event));
    this.addEventListener('pointermove', (event) => this.move(event));
    this.addEventListener('pointerup', () => this.up());
    this.addEventListener('pointercancel', () => this.up());
    this.addEventListener('keydown', (event) => this.key(event));
    this.addEventListener('focusin', (event) => this.reach(/** @type {HTMLElement} */ (event.target)));
    this.addEventListener('focusout', () => this.hideLoupe());
    this.resized.observe(this);
  }

  disconnectedCallback() {
    this.resized.disconnect();
    this.bitmap?.close();
    this.bitmap = null;
  }

  /** @param {{ picture: string, points: string }} labels */
  label({ picture, points }) {
    find(this, 'svg').setAttribute('aria-label', picture);
    find(this, '.points').setAttribute('aria-label', points);
  }

  /** @param {ImageBitmap} bitmap is this element's from now on */
  picture(bitmap) {
    if (!this.isConnected) {
      bitmap.close();
      return;
    }
    this.bitmap?.close();
    this.bitmap = bitmap;
    this.say('');
    this.draw();
  }

  /** @param {string} words of why there is no picture, or '' */
  say(words) {
    const note = find(this, '.note');
    setText(note, words);
    note.hidden = words === '';
  }

  /** @param {Look} look */
  show(look) {
    const turned = JSON.stringify(this.look?.view.matrix) !== JSON.stringify(look.view.matrix);
    const elsewhere = this.look?.anchor !== look.anchor;
    this.look = look;
    if (turned || elsewhere) {
      this.pushed = null;
      this.around = this.surroundings(look);
    }
    this.toggleAttribute('data-hold', look.tapping || this.level > 1);
    this.draw();
  }

  /** @param {Look} look */
  surroundings({ face, map }) {
    const h = map?.homography_mm_to_px;
    return map && h && face ? { ...toPx(map, 0, 0), r: faceRadius(face) * pixelsPerMm(map, 0, 0) } : null;
  }

  /** @param {number} way 1 nearer, -1 farther, 0 all of the picture */
  zoom(way) {
    this.level = way === 0 ? 0 : Math.max(0, Math.min(LEVELS, this.level + way));
    this.pushed = way === 0 ? null : this.pushed;
    this.toggleAttribute('data-hold', this.look?.tapping || this.level > 1);
    this.draw();
  }

  /** The part of the view that is seen. @param {import('./geometry.js').Upright} view */
  framing(view) {
    const aspect = this.clientWidth / (this.clientHeight || 1) || 1;
    const { around } = this;
    if (this.level === 0 || !around) {
      return windowFor(view, null, aspect);
    }
    const half = (AROUND * around.r) / NEARER ** (this.level - 1);
    return windowFor(view, { ...(this.pushed ?? transform(view.matrix, around)), half }, aspect);
  }

  draw() {
    const { look } = this;
    const canvas = /** @type {HTMLCanvasElement} */ (find(this, '.camera'));
    if (!look || !this.clientWidth) {
      return;
    }
    if (!this.drag) {
      this.window = this.framing(look.view); /* it stays while a point is moved */
    }
    const { x, y, w, h } = this.window;
    const scale = (this.clientWidth * devicePixelRatio) / w;
    canvas.width = Math.round(this.clientWidth * devicePixelRatio);
    canvas.height = Math.round(this.clientHeight * devicePixelRatio);
    const pen = canvas.getContext('2d');
    if (pen && this.bitmap) {
      pen.setTransform(scale, 0, 0, scale, -x * scale, -y * scale);
      pen.transform(...this.matrix());
      pen.drawImage(this.bitmap, -0.5, -0.5);
    }
    const svg = find(this, 'svg');
    svg.setAttribute('viewBox', `${x} ${y} ${w} ${h}`);
    find(svg, '.fits').innerHTML = this.rings().map(({ name, d }) => `<path class="casing" d="${d}"/><path class="${name}" d="${d}"/>`).join('')
      + this.topSvg(look);
    this.showPoints(look);
  }

  /** @returns {[number, number, number, number, number, number]} */
  matrix() {
    return /** @type {any} */ (this.look?.view.matrix ?? [1, 0, 0, 1, 0, 0]);
  }

  rings() {
    const { look } = this;
    if (!look?.map?.homography_mm_to_px || !look.face) {
      return [];
    }
    const c = transform(look.view.matrix, toPx(look.map, 0, 0));
    const arm = 2.5 * pixelsPerMm(look.map, 0, 0);
    return [...drawn(look.face, look.map, look.view.matrix), { name: 'fit', d: `M${c.x - arm} ${c.y}h${2 * arm}M${c.x} ${c.y - arm}v${2 * arm}` }];
  }

  /** Where the map has the top of the card. @param {Look} look */
  topSvg({ map, face, top, view }) {
    if (!map?.homography_mm_to_px || !face || !top) {
      return '';
    }
    const r = faceRadius(face);
    const [tip, foot] = [1.12, 1].map((f) => transform(view.matrix, toPx(map, 0, f * r)));
    const size = (15 * this.window.w) / this.clientWidth;
    const d = Math.hypot(tip.x - foot.x, tip.y - foot.y) || 1;
    const [ux, uy] = [((tip.x - foot.x) / d) * size, ((tip.y - foot.y) / d) * size];
    const words = document.createElement('i');
    words.textContent = top;
    return `<g class="top"><path d="M${foot.x + ux * 1.6} ${foot.y + uy * 1.6}L${foot.x + uy * 0.6} ${foot.y - ux * 0.6}L${foot.x - uy * 0.6} ${foot.y + ux * 0.6}Z"/>`
      + `<text x="${foot.x + ux * 2.5}" y="${foot.y + uy * 2.5}" font-size="${size}">${words.innerHTML}</text></g>`;
  }

  /** The same buttons as long as there are as many. @param {Look} look */
  showPoints({ points, view }) {
    const place = find(this, '.points');
    while (place.children.length > points.length) {
      place.lastElementChild?.remove();
    }
    while (place.children.length < points.length) {
      const button = document.createElement('button');
      button.type = 'button';
      place.append(button);
    }
    points.forEach((point, i) => {
      const button = /** @type {HTMLElement} */ (place.children[i]);
      const p = transform(view.matrix, { x: point.x_px, y: point.y_px });
      button.style.left = `${((p.x - this.window.x) / this.window.w) * 100}%`;
      button.style.top = `${((p.y - this.window.y) / this.window.h) * 100}%`;
      button.dataset.kind = point.kind;
      button.dataset.point = String(i);
      button.setAttribute('aria-label', point.name);
    });
  }

  /** A point that has the focus is in sight. @param {HTMLElement} button */
  reach(button) {
    const point = this.look?.points[Number(button.dataset.point)];
    const { x, y, w, h } = this.window;
    if (!point || this.drag) {
      return;
    }
    const p = transform(this.matrix(), { x: point.x_px, y: point.y_px });
    if (p.x < x || p.y < y || p.x > x + w || p.y > y + h) {
      this.pushed = p;
      this.draw();
    }
  }

  /** Where in the view. @param {PointerEvent} event */
  at(event) {
    const box = this.getBoundingClientRect();
    return { x: this.window.x + ((event.clientX - box.left) / box.width) * this.window.w,
      y: this.window.y + ((event.clientY - box.top) / box.height) * this.window.h };
  }

  /** @param {PointerEvent} event */
  down(event) {
    const { look } = this;
    if (!look || event.button !== 0 || !event.isPrimary) {
      return;
    }
    const p = this.at(event);
    const index = Number(/** @type {HTMLElement} */ (event.target).closest('button')?.dataset.point ?? -1);
    event.preventDefault();
    this.setPointerCapture(event.pointerId);
    if (index >= 0) {
      const { x_px, y_px } = look.points[index];
      const at = transform(look.view.matrix, { x: x_px, y: y_px });
      this.drag = { index, dx: at.x - p.x, dy: at.y - p.y };
      this.button(index)?.focus({ preventScroll: true });
      this.loupe(at, event);
    } else if (look.tapping) {
      this.drag = { index: -1, dx: 0, dy: 0 };
      this.move(event);
    } else {
      this.drag = { push: p };
    }
  }

  /** @param {number} index */
  button(index) {
    return /** @type {HTMLElement | null} */ (this.querySelector(`[data-point="${index}"]`));
  }

  /** @param {PointerEvent} event */
  move(event) {
    const { drag, look } = this;
    if (!drag || !look) {
      return;
    }
    const p = this.at(event);
    if ('push' in drag) {
      this.window = { ...this.window, x: this.window.x + drag.push.x - p.x, y: this.window.y + drag.push.y - p.y };
      this.pushed = { x: this.window.x + this.window.w / 2, y: this.window.y + this.window.h / 2 };
      this.draw();
      return;
    }
    const to = { x: p.x + drag.dx, y: p.y + drag.dy };
    this.put(drag.index, untransform(look.view.matrix, to), false);
    this.loupe(to, event);
  }

  /** Moves a point, or tells of a place. @param {number} index @param {{ x: number, y: number }} px @param {boolean} done */
  put(index, px, done) {
    const point = this.look?.points[index];
    if (point) {
      point.x_px = px.x;
      point.y_px = px.y;
      this.dispatchEvent(new CustomEvent('moved', { detail: { index, done, ...px } }));
    } else {
      this.last = px;
      this.dispatchEvent(new CustomEvent('tapped', { detail: { done, ...px } }));
    }
  }

  /** @type {{ x: number, y: number }} */
  last = { x: 0, y: 0 };

  up() {
    const { drag, look } = this;
    this.drag = null;
    this.hideLoupe();
    if (!drag || 'push' in drag || !look) {
      return;
    }
    const point = look.points[drag.index];
    this.put(drag.index, point ? { x: point.x_px, y: point.y_px } : this.last, true);
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const button = /** @type {HTMLElement} */ (event.target).closest('button');
    const point = this.look?.points[Number(button?.dataset.point)];
    const way = KEYS[event.key];
    if (!button || !point || !way || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    event.preventDefault();
    const by = event.shiftKey ? STEP_SHIFT_PX : STEP_PX;
    const d = step(this.matrix(), way[0] * by, way[1] * by);
    this.put(Number(button.dataset.point), { x: point.x_px + d.x, y: point.y_px + d.y }, true);
    this.reach(button);
    const box = button.getBoundingClientRect();
    this.loupe(transform(this.matrix(), { x: point.x_px, y: point.y_px }),
      { clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 });
  }

  hideLoupe() {
    find(this, '.loupe').hidden = true;
  }

  /** Around a place of the view, beside the finger, which hides it; six times the camera's pixels, or what is seen if that is more.
   * @param {{ x: number, y: number }} p @param {{ clientX: number, clientY: number }} beside */
  loupe(p, { clientX, clientY }) {
    const loupe = /** @type {HTMLCanvasElement} */ (find(this, '.loupe'));
    const pen = loupe.getContext('2d');
    const scale = 2 * LOUPE_TIMES * Math.max(1, this.clientWidth / this.window.w);
    loupe.hidden = false;
    loupe.style.left = `${Math.max(4, Math.min(innerWidth - LOUPE_PX - 4, clientX - LOUPE_PX / 2))}px`;
    loupe.style.top = `${clientY > LOUPE_PX + LOUPE_AWAY_PX ? clientY - LOUPE_PX - LOUPE_AWAY_PX : clientY + LOUPE_AWAY_PX}px`;
    if (!pen) {
      return;
    }
    pen.setTransform(1, 0, 0, 1, 0, 0);
    pen.fillStyle = '#000';
    pen.fillRect(0, 0, 2 * LOUPE_PX, 2 * LOUPE_PX);
    pen.setTransform(scale, 0, 0, scale, LOUPE_PX - p.x * scale, LOUPE_PX - p.y * scale);
    pen.save();
    pen.transform(...this.matrix());
    if (this.bitmap) {
      pen.drawImage(this.bitmap, -0.5, -0.5);
    }
    pen.restore();
    for (const [colour, width] of /** @type {[string, number][]} */ ([['#fff', 5], ['#0b57d0', 2.5]])) {
      pen.strokeStyle = colour;
      pen.lineWidth = width / scale;
      this.rings().forEach(({ d }) => pen.stroke(new Path2D(d)));
    }
    pen.setTransform(1, 0, 0, 1, LOUPE_PX, LOUPE_PX);
    this.cross(pen, scale);
  }

  /** The place itself stays free. @param {CanvasRenderingContext2D} pen @param {number} scale */
  cross(pen, scale) {
    const r = this.drag && 'index' in this.drag && (this.drag.index < 0 || this.look?.points[this.drag.index].kind === 'hole')
      ? ((this.look?.hole_mm ?? 0) / 2) * this.pxPerMm() * scale : 0;
    for (const [colour, width] of /** @type {[string, number][]} */ ([['#fff', 5], ['#c1002b', 2.5]])) {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.beginPath();
      for (const [x, y] of [[1, 0], [-1, 0], [0, 1], [0, -1]]) {
        pen.moveTo(x * 12, y * 12);
        pen.lineTo(x * 60, y * 60);
      }
      if (r > 0) {
        pen.moveTo(r, 0);
        pen.arc(0, 0, r, 0, 2 * Math.PI);
      }
      pen.stroke();
    }
  }

  pxPerMm() {
    const map = this.look?.map;
    return map?.homography_mm_to_px ? pixelsPerMm(map, 0, 0) : 0;
  }
}

customElements.define('calibration-stage', CalibrationStage);
