/*
 * <lane-call>: who shoots says where a shot went before it is shown: a tap on
 * the target, or the arrow keys and Enter.  Fetched when scores are to be shown
 * after that.
 */

import { call, laneUrl, newKey } from './api.js';
import { fill, find, html, setText, style } from './html.js';
import { store } from './store.js';
import { clockWords } from './text.js';
import { number, say } from './words.js';
import { halfWidths, level } from './zoom.js';

await style('lane-call.css');

/** What a key moves the cross by, in parts of what is in sight; with Shift a tenth. */
const STEP = 1 / 40;

/** @type {Record<string, [number, number]>} */
const KEYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** A cross and its casing. @param {number} x @param {number} y down @param {number} size */
const crossSvg = (x, y, size) => ['casing', ''].map((name) =>
  `<path class="${name}" d="M${x - size} ${y}H${x + size}M${x} ${y - size}V${y + size}"/>`).join('');

class LaneCall extends HTMLElement {
  /** Numbers of shots that wait to be called, oldest first. @type {number[]} */
  queue = [];

  at = { x: 0, y: 0 };

  /** One at a time is said. */
  busy = false;

  /** What is done when all are called, or nobody wants to. */
  done = () => {};

  connectedCallback() {
    this.tabIndex = -1;
    this.setAttribute('role', 'group');
    this.layer = document.createElementNS('http://www.w3.org/2000/svg', 'g');
    this.layer.classList.add('call');
    find(document, 'lane-plot svg').append(this.layer);
    const svg = find(document, 'lane-plot svg');
    const aim = (/** @type {Event} */ event) => this.asks && this.aim(/** @type {PointerEvent} */ (event));
    svg.addEventListener('pointerdown', (event) => {
      this.held = this.asks;
      aim(event);
    });
    svg.addEventListener('pointermove', (event) => this.held && aim(event));
    svg.addEventListener('pointercancel', () => { this.held = false; });
    svg.addEventListener('pointerup', (event) => {
      if (this.held && aim(event)) {
        this.say();
      }
      this.held = false;
    });
    document.addEventListener('keydown', (event) => this.key(event));
    store.subscribe(({ kind, shot }) => {
      if (kind === 'removed') {
        this.drop(shot?.n);
      } else if (kind === 'reset') {
        this.queue = this.queue.filter((n) => this.shot(n) && !this.shot(n)?.removed);
        if ((this.classList.contains('asks') && !this.asks) || (this.last && !this.shot(this.last))) {
          this.next(); /* another session, or what a person said of the shot */
        }
      }
    });
    this.next();
  }

  held = false;

  /** What was called last. */
  last = 0;

  get asks() {
    return this.queue.length > 0;
  }

  /** @param {number | undefined} n */
  shot(n) {
    return store.shots.find((shot) => shot.n === n);
  }

  /** One more. @param {number} n @param {() => void} done */
  ask(n, done) {
    this.done = done;
    if (!this.shot(n)?.by_hand) {
      this.queue.push(n);
    }
    if (!this.asks) {
      done();
    } else if (this.queue.length === 1) {
      this.next();
    }
  }

  /** @param {number | undefined} n */
  drop(n) {
    const first = this.queue[0] === n;
    this.queue = this.queue.filter((one) => one !== n);
    if (first) {
      this.next();
    }
  }

  /** Asks for the oldest, or shows them all. @param {string} [words] of the one before */
  next(words = '') {
    const was = this.classList.contains('asks');
    this.classList.toggle('asks', this.asks);
    document.body.classList.toggle('asked', this.asks);
    if (this.asks) {
      this.hidden = false;
      this.setAttribute('aria-label', say`Call of shot ${this.queue[0]}: arrow keys, then Enter`);
      fill(this, html`<p><b>Where did shot ${this.queue[0]} go?</b> Tap there, or arrow keys and Enter.</p>
        <p class="unseen" aria-live="polite"></p><p class="error" role="alert" hidden></p>
        <button type="button">I do not know</button>`);
      find(this, 'button').addEventListener('click', () => this.stop());
      this.at = { x: 0, y: 0 };
      this.draw('');
      if (store.view.picture) {
        store.setView({ picture: false });
      }
      if (document.activeElement === document.body || was) {
        this.focus();
      }
      return;
    }
    this.blur();
    this.hidden = words === '';
    fill(this, html`<p role="status">${words}</p>`);
    if (words === '') {
      this.last = 0;
      this.draw('');
    }
    if (was) {
      this.done();
    }
  }

  /** Nothing is called any more of what was shot. */
  stop() {
    this.queue = [];
    this.next();
  }

  /** @param {string} svg */
  draw(svg) {
    if (this.layer) {
      this.layer.innerHTML = svg;
    }
  }

  /** Bull of the shot that is asked for. */
  get bull() {
    const { bull = '' } = this.shot(this.queue[0]) ?? {};
    const [x, y] = store.doc?.face.bulls?.find(({ name }) => name === bull)?.at_mm ?? [0, 0];
    return { x, y };
  }

  cross() {
    const half = halfWidths()[level()];
    this.draw(crossSvg(this.bull.x + this.at.x, -this.bull.y - this.at.y, half / 12));
  }

  /** Where the pointer is on the target. @param {PointerEvent} event */
  aim(event) {
    const svg = /** @type {SVGSVGElement} */ (/** @type {unknown} */ (find(document, 'lane-plot svg')));
    const map = svg.getScreenCTM();
    if (!map) {
      return false;
    }
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(map.inverse());
    this.at = { x: x - this.bull.x, y: -y - this.bull.y };
    this.cross();
    return true;
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const target = /** @type {HTMLElement} */ (event.target);
    if (!this.asks || event.ctrlKey || event.altKey || event.metaKey
        || target.closest('input, select, textarea, dialog, .tables, summary')) {
      return;
    }
    const move = KEYS[event.key];
    if (move) {
      const by = halfWidths()[level()] * STEP * (event.shiftKey ? 0.1 : 1);
      this.at = { x: this.at.x + move[0] * by, y: this.at.y + move[1] * by };
      this.cross();
      setText(find(this, '.unseen'), say`${number(Math.hypot(this.at.x, this.at.y), 1)} mm off, ${
        clockWords(this.at.x, this.at.y)}`);
      event.preventDefault();
    } else if (event.key === 'Enter' && !target.closest('button')) {
      event.preventDefault();
      this.say();
    }
  }

  /** There it went. */
  async say() {
    const [n] = this.queue;
    const { x, y } = this.at;
    if (this.busy) {
      return;
    }
    this.busy = true;
    try {
      const told = await call('POST', laneUrl(store.lane, `/shots/${n}/call`),
        { session: store.doc?.session?.id, x_mm: Number(x.toFixed(2)), y_mm: Number(y.toFixed(2)) }, newKey());
      this.called(n, told.call);
    } catch (refused) {
      const { title, detail, status } = /** @type {import('./api.js').ApiError} */ (refused);
      if (status === 404 || status === 409) {
        this.drop(n); /* another phone said so, or it is no shot any more */
      } else if (this.asks) {
        fill(find(this, '.error'), html`<b>${title}</b> ${detail}`);
        find(this, '.error').hidden = false;
      }
    }
    this.busy = false;
  }

  /** @param {number} n @param {{ x_mm: number, y_mm: number, x_off_mm: number, y_off_mm: number, error_mm: number }} told */
  called(n, { x_off_mm, y_off_mm, error_mm }) {
    if (this.queue[0] !== n) {
      return;
    }
    const { x, y } = this.bull;
    const half = halfWidths()[level()];
    const [from_x, from_y] = [x + this.at.x, -y - this.at.y];
    this.queue.shift();
    this.last = n;
    const where = error_mm < 0.3 ? say`Shot ${n} is where you called it`
      : say`Shot ${n} is ${number(error_mm, 1)} mm from your call, ${clockWords(x_off_mm, y_off_mm)}`;
    this.next(this.asks ? '' : where);
    if (!this.asks) {
      this.draw(['casing', ''].map((name) =>
        `<path class="${name}" d="M${from_x} ${from_y}l${x_off_mm} ${-y_off_mm}"/>`).join('')
        + crossSvg(from_x, from_y, half / 20));
    }
  }
}

customElements.define('lane-call', LaneCall);

/** The one of this page. */
export const laneCall = new LaneCall();
find(document, 'lane-score .last').append(laneCall);
