/*
 * Sends the pictures of a camera to its lane: one at a time, each taken when
 * the one before was answered, so that a slow network makes them fewer and
 * never older.  How fast, the lane's answers say.  No DOM.
 */

import { laneUrl, problem } from './api.js';

/** A lane that does not answer for so long is asked with a new picture. */
const PATIENCE_MS = 5000;

/** From picture to picture before the lane has said how fast. */
const FIRST_MS = 100;

/** Waits after a refusal: for a moment's trouble, and for one that somebody must mend. */
const MOMENT_MS = 250;
const MOMENT_MAX_MS = 3000;
const MEND_MS = 2000;

/** The shown rate: mean over about this many pictures. */
const RATE_WEIGHT = 1 / 8;

/**
 * @typedef {object} Sending how it goes
 * @property {'idle' | 'begun' | 'sending' | 'lost' | 'busy' | 'taken' | 'refused'} state
 * @property {string} title of what was refused
 * @property {string} detail
 * @property {number} fps as sent
 * @property {number} interval_ms that the lane wants
 * @property {number} least_ms the shortest that it ever wanted
 * @property {number} since ms, of Date.now(), of the last picture that was taken
 */

/** @typedef {{ blob: Blob, t_us: number }} Shutter */

export class Sender {
  running = false;

  /** Raised with each start: a loop of before sees that it is over. */
  turn = 0;

  /** @type {Sending} */
  how = { state: 'idle', title: '', detail: '', fps: 0, interval_ms: 0, least_ms: 0, since: 0 };

  /**
   * @param {string} lane
   * @param {string} id of this tab
   * @param {() => Promise<Shutter | null>} shutter the newest picture; null: none since the last
   * @param {(how: Sending) => void} told
   * @param {{ fetch: typeof fetch, now: () => number, wait: (ms: number) => Promise<unknown> }} [world]
   */
  constructor(lane, id, shutter, told, world) {
    this.lane = lane;
    this.id = id;
    this.shutter = shutter;
    this.told = told;
    this.world = world ?? {
      fetch: (...a) => fetch(...a), now: () => performance.now(),
      wait: (ms) => new Promise((done) => { setTimeout(done, ms); }),
    };
  }

  start() {
    if (!this.running) {
      this.running = true;
      this.tell({ state: 'begun', fps: 0 });
      this.run(++this.turn);
    }
  }

  stop() {
    this.running = false;
    this.turn++;
    this.tell({ state: 'idle', fps: 0 });
  }

  /** @param {Partial<Sending>} how */
  tell(how) {
    this.how = { ...this.how, title: '', detail: '', ...how };
    this.told(this.how);
  }

  /** For ever: whatever goes wrong may go right the next time. @param {number} turn */
  async run(turn) {
    const { now, wait } = this.world;
    let last = now();
    let due = last;
    let pause = MOMENT_MS;
    while (turn === this.turn) {
      const began = now();
      const picture = await this.shutter();
      if (turn !== this.turn) {
        return;
      }
      if (!picture) {
        await wait(FIRST_MS / 4);
        continue;
      }
      const { delay, well } = await this.post(picture, pause);
      if (turn !== this.turn) {
        return;
      }
      pause = well ? MOMENT_MS : Math.min(2 * pause, MOMENT_MAX_MS);
      if (well) {
        const ms = Math.max(began - last, 1);
        const mean = this.how.fps ? 1000 / this.how.fps : ms;
        last = began;
        this.tell({ ...this.how, fps: 1000 / (mean + RATE_WEIGHT * (ms - mean)) });
      }
      /* in step: one that was a little late makes no other late */
      due = (well ? Math.max(due, began - delay) : now()) + delay;
      if (due > now()) {
        await wait(due - now());
      }
    }
  }

  /** @param {Shutter} picture @param {number} pause after a moment's trouble
   * @returns {Promise<{ delay: number, well: boolean }>} until the next */
  async post({ blob, t_us }, pause) {
    let response;
    try {
      response = await this.world.fetch(laneUrl(this.lane, `/camera/frame?sender=${this.id}&t_us=${Math.round(t_us)}`), {
        method: 'POST', body: blob, cache: 'no-store', headers: { 'content-type': 'image/jpeg' },
        signal: AbortSignal.timeout(PATIENCE_MS),
      });
    } catch {
      this.tell({ state: 'lost', fps: 0 });
      return { delay: pause, well: false };
    }
    const answer = await response.json().catch(() => null);
    if (response.ok && answer) {
      const interval = Number(answer.interval_ms) || FIRST_MS;
      this.tell({ state: 'sending', interval_ms: interval, since: Date.now(),
        least_ms: Math.min(this.how.least_ms || interval, interval) });
      return { delay: interval, well: true };
    }
    return this.refused(answer, response, pause);
  }

  /** @param {any} answer @param {Response} response @param {number} pause */
  refused(answer, response, pause) {
    const { title, detail } = problem(answer, response);
    const { status } = response;
    if (status === 429) {
      return { delay: this.how.interval_ms || FIRST_MS, well: false };
    }
    if (status >= 500) {
      this.tell({ state: 'busy', title, detail, fps: 0 });
      return { delay: pause, well: false };
    }
    const taken = String(answer?.type).endsWith('#camera-taken');
    this.tell({ state: taken ? 'taken' : 'refused', title, detail, fps: 0 });
    return { delay: taken ? MEND_MS / 2 : MEND_MS, well: false };
  }
}
