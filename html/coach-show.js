/*
 * What the coach draws on the target, and shows on the page of who shoots: the
 * shot and picture that he looks at, and his strokes; until he stops.
 */

import { laneUrl } from './api.js';
import { ask } from './ask.js';
import { fill, find, html, setText } from './html.js';
import { strokesSvg } from './lane-show.js';
import { store } from './store.js';
import { say } from './words.js';

/** What the lane takes at most. */
const STROKES_MAX = 40;
const NUMBERS_MAX = 1000;

/** A stroke has no more points than this share of the view apart. */
const THIN = 0.008;

/** While he moves something, so often; and when he does not, the lane is told that he is still there. */
const PAUSE_MS = 100;
const AGAIN_MS = 20000;

const SVG = 'http://www.w3.org/2000/svg';

export class CoachShow {
  /** @type {number[][]} in mm on the target */
  strokes = [];

  drawing = false;

  /** plot or picture, or '': nothing is shown. */
  on = '';

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;

  /**
   * @param {HTMLElement} place of its buttons
   * @param {HTMLElement} stage where is drawn
   * @param {import('./coach-film.js').CoachFilm} film
   */
  constructor(place, stage, film) {
    this.place = place;
    this.stage = stage;
    this.film = film;
    fill(place, html`<div class="row"><button type="button" data-pen aria-pressed="false">Draw</button>
      <button type="button" data-undo>Undo</button><button type="button" data-wipe>Wipe</button></div>
      <div class="row"><button type="button" data-show="plot" aria-pressed="false">Show the target</button>
      <button type="button" data-show="picture" aria-pressed="false">Show the picture</button></div>
      <p class="small" role="status"></p><p class="error" role="alert" hidden></p>`);
    place.addEventListener('click', (event) => this.press(/** @type {HTMLElement} */ (event.target).closest('button')));
    stage.addEventListener('pointerdown', (event) => this.begin(event));
    this.unsubscribe = store.subscribe(({ kind }) => kind === 'coach' && this.heard());
    this.leave = () => this.on && fetch(laneUrl(store.lane, '/show'), { method: 'DELETE', keepalive: true });
    addEventListener('pagehide', this.leave);
    this.lane = store.lane;
    this.draw();
  }

  /** Another lane is looked at: nobody would know what is shown here. */
  close() {
    this.unsubscribe();
    removeEventListener('pagehide', this.leave);
    clearTimeout(this.timer);
    if (this.on) {
      ask('DELETE', laneUrl(this.lane, '/show')).catch(() => {});
    }
  }

  /** @param {HTMLButtonElement | null} button */
  press(button) {
    if (button && 'pen' in button.dataset) {
      this.drawing = !this.drawing;
    } else if (button && 'undo' in button.dataset) {
      this.strokes = this.strokes.slice(0, -1);
    } else if (button && 'wipe' in button.dataset) {
      this.strokes = [];
    } else if (button) {
      this.turn(this.on === button.dataset.show ? '' : String(button.dataset.show));
      return;
    }
    this.draw();
    this.changed();
  }

  /** The svg of the target, and where a pointer is on it in mm.
   * @param {PointerEvent} event */
  where(event) {
    const svg = /** @type {SVGSVGElement | null} */ (this.stage.querySelector('lane-plot svg'));
    const matrix = svg?.getScreenCTM();
    if (!svg || !matrix) {
      return null;
    }
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(matrix.inverse());
    return { x, y: -y, thin: THIN * svg.viewBox.baseVal.width };
  }

  /** @param {PointerEvent} event */
  begin(event) {
    const from = this.where(event);
    if (!this.drawing || !from || event.button !== 0 || /** @type {Element} */ (event.target).closest('button')) {
      return;
    }
    event.preventDefault();
    if (this.strokes.length >= STROKES_MAX) {
      this.strokes = this.strokes.slice(1);
    }
    const stroke = [from.x, from.y, from.x, from.y];
    this.strokes = [...this.strokes, stroke];
    let last = from;
    const move = (/** @type {PointerEvent} */ e) => {
      const to = this.where(e);
      if (to && Math.hypot(to.x - last.x, to.y - last.y) >= to.thin && this.strokes.flat().length + 2 <= NUMBERS_MAX) {
        stroke.push(to.x, to.y);
        last = to;
        this.draw();
        this.changed();
      }
    };
    const end = () => {
      this.stage.removeEventListener('pointermove', move);
      this.film.draw(this.strokes);
    };
    this.stage.setPointerCapture?.(event.pointerId);
    this.stage.addEventListener('pointermove', move);
    this.stage.addEventListener('pointerup', end, { once: true });
    this.stage.addEventListener('pointercancel', end, { once: true });
    this.draw();
    this.changed();
  }

  /** His strokes and the shot that he looks at, on his own target. */
  draw() {
    const svg = this.stage.querySelector('lane-plot svg');
    let layer = svg?.querySelector('.strokes');
    if (svg && !layer) {
      layer = svg.appendChild(document.createElementNS(SVG, 'g'));
      layer.classList.add('strokes');
    }
    if (layer && store.doc) {
      const shot = store.shots.find(({ n }) => n === this.film.shot);
      layer.innerHTML = strokesSvg(this.strokes, shot, store.doc.caliber_mm);
    }
    this.stage.classList.toggle('drawing', this.drawing);
    find(this.place, '[data-pen]').setAttribute('aria-pressed', String(this.drawing));
    for (const name of ['undo', 'wipe']) {
      find(this.place, `[data-${name}]`).toggleAttribute('disabled', this.strokes.length === 0);
    }
  }

  /** @param {string} on plot, picture or '' */
  async turn(on) {
    const was = this.on;
    this.on = on;
    this.state();
    clearTimeout(this.timer);
    if (on) {
      await this.send();
    } else if (was) {
      await ask('DELETE', laneUrl(this.lane, '/show')).catch((error) => this.fail(error));
    }
  }

  /** What he looks at is another thing now. */
  changed() {
    this.draw();
    if (this.on && !this.waiting) {
      this.waiting = true;
      setTimeout(() => {
        this.waiting = false;
        if (this.on) {
          this.send();
        }
      }, PAUSE_MS);
    }
  }

  async send() {
    const { shot, t_us } = this.film.seen;
    const picture = this.on === 'plot' ? 'plot' : t_us ? 'camera' : shot ? 'evidence' : 'plot';
    clearTimeout(this.timer);
    try {
      await ask('POST', laneUrl(this.lane, '/show'), {
        picture, shot: shot || null, t_us: t_us || null,
        strokes: this.strokes.map((s) => s.map((v) => Math.round(v * 10) / 10)) });
      this.fail(null);
      this.timer = setTimeout(() => this.on && this.send(), AGAIN_MS);
    } catch (error) {
      this.on = '';
      this.state();
      this.fail(error);
    }
  }

  /** Somebody else, or the end of the session, may have taken it down. */
  heard() {
    if (this.on && !store.doc?.show) {
      this.on = '';
      clearTimeout(this.timer);
      this.state();
    }
  }

  state() {
    this.place.querySelectorAll('[data-show]').forEach((b) =>
      b.setAttribute('aria-pressed', String(b.getAttribute('data-show') === this.on)));
    setText(find(this.place, '[role=status]'), this.on ? say`Seen on the shooter’s page. Press again to stop.` : '');
  }

  /** @param {unknown} error null: none */
  fail(error) {
    const { title = '', detail = '' } = /** @type {any} */ (error ?? {});
    const place = find(this.place, '.error');
    fill(place, html`<b>${title}</b> ${detail}`);
    place.hidden = !error;
  }
}
