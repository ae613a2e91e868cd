/*
 * <photo-stage>: the photograph, the rings that were found in it, and the
 * holes that are tapped on it, with a loupe beside the finger.  Tells of every
 * change by 'holes'.
 */

import { find } from './html.js';
import { project, ringPath } from './geometry.js';
import { faceRadius, mm } from './target.js';

/** Pixels of the photograph are its own coordinates here. */
const AS_IT_IS = [1, 0, 0, 1, 0, 0];

/** A finger means a mark that is so near to its edge, in pixels of the screen. */
const NEAR_PX = 6;

/** Undo goes back so far. */
const STEPS_MAX = 200;

const LOUPE_PX = 150;
const LOUPE_TIMES = 3;

/** @typedef {{ x_mm: number, y_mm: number }} Hole */

class PhotoStage extends HTMLElement {
  /** @type {Hole[]} */
  holes = [];

  /** @type {Hole[][]} */
  steps = [];

  /** Which hole the keys move; -1: none. */
  chosen = -1;

  /** What was found, as the server tells it. @type {any} */
  found = null;

  /** @type {HTMLCanvasElement | null} */
  picture = null;

  caliber_mm = 4.5;

  connectedCallback() {
    this.innerHTML = '<div class="scroll"><div class="sheet"><svg tabindex="0" role="application"></svg></div></div>'
      + `<canvas class="loupe" width="${LOUPE_PX}" height="${LOUPE_PX}" hidden></canvas>`;
    const svg = find(this, 'svg');
    svg.addEventListener('pointerdown', (event) => this.down(/** @type {PointerEvent} */ (event)));
    svg.addEventListener('pointermove', (event) => this.move(/** @type {PointerEvent} */ (event)));
    svg.addEventListener('pointerup', () => this.up());
    svg.addEventListener('pointercancel', () => this.up());
    svg.addEventListener('keydown', (event) => this.key(/** @type {KeyboardEvent} */ (event)));
  }

  /** @param {HTMLCanvasElement} picture @param {any} found @param {string} label */
  show(picture, found, label) {
    this.picture = picture;
    this.found = found;
    this.holes = [];
    this.steps = [];
    this.chosen = -1;
    const sheet = find(this, '.sheet');
    sheet.querySelector('canvas')?.remove();
    sheet.prepend(picture);
    const svg = find(sheet, 'svg');
    svg.setAttribute('viewBox', `-0.5 -0.5 ${picture.width} ${picture.height}`);
    svg.setAttribute('aria-label', label);
    this.zoom(0);
    if (found) {
      this.closer();
    }
    this.draw();
    this.tell();
  }

  /** The target as large as there is room. */
  closer() {
    const { face, px_per_mm, homography_mm_to_px: h } = this.found;
    const { width, height } = /** @type {HTMLCanvasElement} */ (this.picture);
    const wide = 2.1 * faceRadius(face) * px_per_mm;
    const scroll = find(this, '.scroll');
    const room = Math.min(1, (0.8 * innerHeight) / (scroll.clientWidth || 1));
    this.size = Math.min(400, Math.max(100, (100 * width * room) / wide));
    find(this, '.sheet').style.width = `${this.size}%`;
    const centre = project(h, 0, 0);
    scroll.scrollTo((centre.x / width) * scroll.scrollWidth - scroll.clientWidth / 2,
      (centre.y / height) * scroll.scrollHeight - scroll.clientHeight / 2);
  }

  /** How large the sheet is, in hundreds of what there is room for. */
  size = 100;

  /** @param {number} way 1 larger, -1 smaller, 0 as large as there is room */
  zoom(way) {
    this.size = way === 0 ? 100 : Math.min(400, Math.max(100, this.size * (way > 0 ? 1.5 : 1 / 1.5)));
    const scroll = find(this, '.scroll');
    const at = [(scroll.scrollLeft + scroll.clientWidth / 2) / scroll.scrollWidth, (scroll.scrollTop + scroll.clientHeight / 2) / scroll.scrollHeight];
    find(this, '.sheet').style.width = `${this.size}%`;
    scroll.scrollTo(at[0] * scroll.scrollWidth - scroll.clientWidth / 2, at[1] * scroll.scrollHeight - scroll.clientHeight / 2);
  }

  /** Pixels of the photograph a pixel of the screen has. */
  get scale() {
    return (this.picture?.width ?? 1) / (find(this, 'svg').getBoundingClientRect().width || 1);
  }

  /** Where in the photograph, pixel centres at integers. @param {PointerEvent} event */
  at(event) {
    const box = find(this, 'svg').getBoundingClientRect();
    return { x: (event.clientX - box.left) * this.scale - 0.5, y: (event.clientY - box.top) * this.scale - 0.5 };
  }

  keep() {
    this.steps = [...this.steps.slice(1 - STEPS_MAX), structuredClone(this.holes)];
  }

  undo() {
    this.holes = this.steps.pop() ?? this.holes;
    this.chosen = -1;
    this.draw();
    this.tell();
  }

  remove() {
    if (this.holes[this.chosen]) {
      this.keep();
      this.holes.splice(this.chosen, 1);
      this.chosen = -1;
      this.draw();
      this.tell();
    }
  }

  /** Whether a finger is down. */
  dragged = false;

  /** @param {PointerEvent} event */
  down(event) {
    if (!this.found || event.button !== 0 || !event.isPrimary) {
      return;
    }
    event.preventDefault();
    const p = this.at(event);
    let best = -1;
    let least = NEAR_PX * this.scale + this.radius(p);
    this.holes.forEach((hole, i) => {
      const q = project(this.found.homography_mm_to_px, hole.x_mm, hole.y_mm);
      const d = Math.hypot(q.x - p.x, q.y - p.y);
      if (d < least) {
        least = d;
        best = i;
      }
    });
    this.keep();
    find(this, 'svg').setPointerCapture(event.pointerId);
    this.dragged = true;
    if (best < 0) {
      best = this.holes.length;
      this.holes.push(this.place(p));
    }
    this.chosen = best;
    this.draw();
    this.look(event);
  }

  /** @param {{ x: number, y: number }} p @returns {Hole} */
  place(p) {
    const q = project(this.found.homography_px_to_mm, p.x, p.y);
    return { x_mm: q.x, y_mm: q.y };
  }

  /** @param {PointerEvent} event */
  move(event) {
    if (this.dragged && this.holes[this.chosen]) {
      this.holes[this.chosen] = this.place(this.at(event));
      this.draw();
      this.look(event);
    }
  }

  up() {
    if (this.dragged) {
      this.dragged = false;
      find(this, '.loupe').hidden = true;
      find(this, 'svg').focus({ preventScroll: true });
      this.tell();
    }
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const step = event.shiftKey ? 1 : 0.1;
    const [x, y] = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, step], ArrowDown: [0, -step] }[event.key] ?? [0, 0];
    const hole = this.holes[this.chosen];
    if (event.key === 'Delete' || event.key === 'Backspace') {
      event.preventDefault();
      this.remove();
    } else if (event.key === 'z' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.undo();
    } else if (hole && (x || y)) {
      event.preventDefault();
      this.keep();
      this.holes[this.chosen] = { x_mm: hole.x_mm + x, y_mm: hole.y_mm + y };
      this.draw();
      this.tell();
    } else if (event.key === 'Enter' && this.found) {
      /* by the keyboard alone: one in the middle, to be moved */
      this.keep();
      this.chosen = this.holes.push({ x_mm: 0, y_mm: 0 }) - 1;
      this.draw();
      this.tell();
    }
  }

  /** The photograph around the finger, which hides it. @param {PointerEvent} event */
  look(event) {
    const loupe = /** @type {HTMLCanvasElement} */ (find(this, '.loupe'));
    const pen = loupe.getContext('2d');
    const p = this.at(event);
    const side = (LOUPE_PX / LOUPE_TIMES) * this.scale;
    loupe.hidden = false;
    loupe.style.left = `${Math.max(4, Math.min(innerWidth - LOUPE_PX - 4, event.clientX - LOUPE_PX / 2))}px`;
    loupe.style.top = `${event.clientY > LOUPE_PX + 60 ? event.clientY - LOUPE_PX - 40 : event.clientY + 50}px`;
    if (!pen || !this.picture) {
      return;
    }
    pen.fillStyle = '#000';
    pen.fillRect(0, 0, LOUPE_PX, LOUPE_PX);
    pen.drawImage(this.picture, p.x + 0.5 - side / 2, p.y + 0.5 - side / 2, side, side, 0, 0, LOUPE_PX, LOUPE_PX);
    const r = this.radius(p) * (LOUPE_PX / side);
    for (const [colour, width] of /** @type {[string, number][]} */ ([['#fff', 3], ['#d1002c', 1.5]])) {
      pen.strokeStyle = colour;
      pen.lineWidth = width;
      pen.beginPath();
      pen.arc(LOUPE_PX / 2, LOUPE_PX / 2, r, 0, 2 * Math.PI);
      pen.stroke();
    }
  }

  /** Of the caliber at a place, px. @param {{ x: number, y: number }} p */
  radius(p) {
    const { x_mm, y_mm } = this.place(p);
    const q = project(this.found.homography_mm_to_px, x_mm + this.caliber_mm / 2, y_mm);
    return Math.hypot(q.x - p.x, q.y - p.y);
  }

  draw() {
    if (!this.found) {
      return;
    }
    const h = this.found.homography_mm_to_px;
    const rings = this.found.face.rings.map((/** @type {any} */ ring) =>
      `<path class="ring" d="${ringPath(this.found, AS_IT_IS, ring.diameter_mm / 2)}"/>`);
    const holes = this.holes.map((hole, i) => {
      const p = project(h, hole.x_mm, hole.y_mm);
      const r = this.radius(p);
      return `<g class="hole${i === this.chosen ? ' chosen' : ''}"><circle cx="${mm(p.x)}" cy="${mm(p.y)}" r="${mm(r)}"/>`
        + `<text x="${mm(p.x + r * 1.15)}" y="${mm(p.y - r * 1.15)}" font-size="${mm(Math.max(r * 1.1, 13 * this.scale))}">${i + 1}</text></g>`;
    });
    find(this, 'svg').innerHTML = rings.join('') + holes.join('');
  }

  tell() {
    this.dispatchEvent(new CustomEvent('holes', { bubbles: true }));
  }
}

customElements.define('photo-stage', PhotoStage);
