/*
 * Stills of several cameras, one after the other: of those alone that somebody
 * can see, each every few seconds; what has not changed is not sent again.
 */

import { laneUrl } from './api.js';
import { range } from './range.js';

/** From one still of a lane to its next, and at least from any to any. */
const ROUND_MS = 4000;
const PAUSE_MS = 150;
const TIMEOUT_MS = 8000;
const WIDTH = 360;

export class Gallery {
  /** @type {Map<Element, number>} those in sight, and when each was asked for last */
  seen = new Map();

  /** Set while closed. @type {ReturnType<typeof setTimeout> | undefined} */
  timer = undefined;

  closed = false;

  constructor() {
    this.observer = new IntersectionObserver((entries) => entries.forEach(({ target, isIntersecting }) => {
      if (!isIntersecting) {
        this.seen.delete(target);
      } else if (!this.seen.has(target)) {
        this.seen.set(target, -Infinity);
      }
    }));
    this.next();
  }

  /** @param {Element[]} canvases each inside of the element of its lane */
  watch(canvases) {
    this.observer.disconnect();
    this.seen.clear();
    canvases.forEach((canvas) => this.observer.observe(canvas));
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
    this.observer.disconnect();
  }

  async next() {
    const now = performance.now();
    const [oldest] = [...this.seen].sort((a, b) => a[1] - b[1]);
    if (oldest && now - oldest[1] >= ROUND_MS && !document.hidden) {
      this.seen.set(oldest[0], now);
      await this.draw(/** @type {HTMLCanvasElement} */ (oldest[0])).catch(() => {}); /* the card says how old it is */
    }
    if (!this.closed) {
      this.timer = setTimeout(() => this.next(), PAUSE_MS);
    }
  }

  /** @param {HTMLCanvasElement} canvas */
  async draw(canvas) {
    const name = /** @type {HTMLElement | null} */ (canvas.closest('[data-lane]'))?.dataset.lane ?? '';
    const response = await fetch(laneUrl(name, '/frame.jpg'),
      { cache: 'no-cache', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (!response.ok) {
      return;
    }
    const { rotate = 0, mirror = false, region = null } = range.lanes.get(name)?.store.doc?.camera ?? {};
    const whole = await createImageBitmap(await response.blob());
    const [x, y, width, height] = region ?? [0, 0, whole.width, whole.height];
    const turned = rotate % 180 !== 0;
    const scale = WIDTH / (turned ? height : width);
    canvas.width = WIDTH;
    canvas.height = Math.round((turned ? width : height) * scale);
    const to = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
    to.translate(canvas.width / 2, canvas.height / 2);
    to.scale(mirror ? -scale : scale, scale);
    to.rotate((rotate * Math.PI) / 180);
    to.drawImage(whole, x, y, width, height, -width / 2, -height / 2, width, height);
    whole.close();
  }
}
