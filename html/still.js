/*
 * Newest stills of a camera, one after the other: the next is asked for only
 * when the last has arrived, and none while nobody looks.
 */

import { problem } from './api.js';
import { say } from './words.js';

/** From one still to the next, and after a failure. */
const PAUSE_MS = 600;
const FAILED_MS = 2000;
const TIMEOUT_MS = 8000;

export class Stills {
  /**
   * @param {() => string} url
   * @param {(picture: ImageBitmap) => void} shown owns the bitmap
   * @param {(title: string) => void} failed
   */
  constructor(url, shown, failed) {
    this.url = url;
    this.shown = shown;
    this.failed = failed;
    this.running = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.timer = undefined;
    /** @type {AbortController | null} */
    this.request = null;
  }

  start() {
    if (!this.running) {
      this.running = true;
      this.next();
    }
  }

  stop() {
    this.running = false;
    clearTimeout(this.timer);
    this.request?.abort();
  }

  async next() {
    const begun = performance.now();
    const request = new AbortController();
    const limit = setTimeout(() => request.abort(), TIMEOUT_MS);
    let pause = PAUSE_MS;
    this.request = request;
    try {
      const picture = await this.fetch(request.signal);
      if (this.running) {
        this.shown(picture);
      }
    } catch (error) {
      pause = FAILED_MS;
      if (this.running && this.request === request) {
        const title = error instanceof Error && 'title' in error ? String(error.title) : '';
        this.failed(title || say`No picture`);
      }
    }
    clearTimeout(limit);
    if (this.running && this.request === request) {
      const spent = performance.now() - begun;
      this.timer = setTimeout(() => this.next(), Math.max(50, pause - spent));
    }
  }

  /** @param {AbortSignal} signal @returns {Promise<ImageBitmap>} */
  async fetch(signal) {
    /* no-cache: asks each time, but an unchanged picture is not sent again */
    const response = await fetch(this.url(), { signal, cache: 'no-cache' });
    if (!response.ok) {
      throw problem(await response.json().catch(() => null), response);
    }
    return createImageBitmap(await response.blob());
  }
}
