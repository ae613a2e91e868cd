/*
 * <coach-film>: the camera's pictures around a shot, by their times, with the
 * shots of the session as a strip to choose from; or the newest picture, live.
 */

import { laneUrl } from './api.js';
import { ask } from './ask.js';
import { fill, find, html, setText } from './html.js';
import { store } from './store.js';
import { fillOf } from './target.js';
import { scoreText, timeText } from './text.js';
import './frame-view.js';
import { say } from './words.js';

/** @typedef {import('./types').Shot} Shot */

/** Pictures before and after a shot. */
const REACH = '1s';

/** From one live picture to the next, and from one to the next of a film. */
const LIVE_MS = 600;
const LEAST_FILM_MS = 33;

/** Of the strip, in its own units. */
const WIDE = 600;
const TALL = 40;

/** Shots by their times, each as high as it is worth, in the colour of its series; clicked it is chosen.
 * @param {[Shot, number][]} shots with their series @param {number} chosen @param {(shot: Shot) => string} words */
export function stripSvg(shots, chosen, words) {
  const from = shots[0]?.[0].t_us ?? 0;
  const long = Math.max(1, (shots.at(-1)?.[0].t_us ?? 0) - from);
  return shots.map(([shot, series]) => {
    const x = 6 + ((shot.t_us - from) / long) * (WIDE - 12);
    const height = 8 + (shot.score_tenths / 109) * (TALL - 14);
    const at = shot.n === chosen;
    return `<g data-n="${shot.n}"><rect class="${at ? 'tick at' : 'tick'}" x="${(x - 2).toFixed(1)}" y="${(TALL - height).toFixed(1)}"`
      + ` width="4" height="${height.toFixed(1)}" fill="${fillOf(series)}"/>`
      + `<title>${words(shot)}</title>`
      + `${at ? `<path class="here" d="M${(x - 5).toFixed(1)} 0h10l-5 6z"/>` : ''}</g>`;
  }).join('');
}

export class CoachFilm extends HTMLElement {
  /** Number of the shot that is looked at; 0: none. */
  shot = 0;

  live = true;

  /** @type {{ t_us: number, picture: string }[]} of that shot, in their order */
  frames = [];

  at = 0;

  /** When that shot was seen first. */
  around_us = 0;

  /** Set while it plays, or while it is live. @type {ReturnType<typeof setTimeout> | undefined} */
  timer;

  playing = false;

  /** @type {number[][]} in mm */
  strokes = [];

  connectedCallback() {
    fill(this, html`<h2 class="title"></h2><frame-view></frame-view>
      <div class="card acts"><div class="row steps">
        <button type="button" data-step="-1" aria-label="Shot before">‹ Shot</button>
        <button type="button" data-frame="-1" aria-label="Picture before">−1</button>
        <button type="button" data-play aria-pressed="false">Play</button>
        <button type="button" data-frame="1" aria-label="Next picture">+1</button>
        <button type="button" data-step="1" aria-label="Next shot">Shot ›</button>
        <button type="button" data-live aria-pressed="true">Live</button></div>
      <label class="scrub"><span class="unseen">Picture of this shot</span><input type="range" min="0" max="0" value="0" disabled></label>
      <svg class="strip" viewBox="0 0 ${WIDE} ${TALL}" preserveAspectRatio="none" role="img" aria-label="Shots by their times"></svg></div>`);
    this.view = /** @type {any} */ (find(this, 'frame-view'));
    this.range = /** @type {HTMLInputElement} */ (find(this, 'input'));
    this.range.addEventListener('input', () => this.seek(Number(this.range?.value)));
    this.addEventListener('click', (event) => this.press(/** @type {Element} */ (event.target)));
    this.unsubscribe = store.subscribe(({ kind }) => {
      if (['reset', 'shot', 'removed'].includes(kind)) {
        this.strip();
        this.state();
      } else if (kind === 'view') {
        this.draw(this.strokes); /* nearer, or farther away */
      }
    });
    this.strip();
    this.goLive();
  }

  disconnectedCallback() {
    this.unsubscribe?.();
    clearTimeout(this.timer);
    this.playing = false;
    this.live = false;
  }

  /** Shots that have a place in time. */
  get shots() {
    return store.shots.filter((shot) => !shot.removed && shot.t_us > 0);
  }

  /** What is seen, for who shows it to somebody. */
  get seen() {
    const frame = this.frames[this.at];
    return { shot: this.shot, t_us: frame?.t_us ?? 0 };
  }

  /** @param {Element} target */
  press(target) {
    const tick = /** @type {SVGElement | null} */ (target.closest('[data-n]'));
    const button = /** @type {HTMLElement | null} */ (target.closest('button'));
    if (tick) {
      this.choose(Number(tick.dataset.n));
    } else if (button?.dataset.step) {
      this.step(Number(button.dataset.step));
    } else if (button?.dataset.frame) {
      this.stop();
      this.seek(this.at + Number(button.dataset.frame));
    } else if (button && 'play' in button.dataset) {
      this.play();
    } else if (button) {
      this.goLive();
    }
  }

  /** @param {number} by to the next shot, -1 to the one before */
  step(by) {
    const { shots } = this;
    const at = shots.findIndex(({ n }) => n === this.shot);
    const next = at < 0 ? shots.at(-1) : shots[Math.max(0, Math.min(shots.length - 1, at + by))];
    if (next) {
      this.choose(next.n);
    }
  }

  /** Looks at a shot: its pictures where they are still kept, else its evidence. @param {number} n */
  async choose(n) {
    const session = store.doc?.session?.id ?? '';
    this.stop();
    this.live = false;
    clearTimeout(this.timer);
    this.shot = n;
    this.strip();
    /** @type {{ around_us: number, frames: { t_us: number, picture: string }[] }} */
    const { around_us, frames } = await ask('GET', laneUrl(store.lane, `/frames?around=${n}&reach=${REACH}`))
      .catch(() => ({ around_us: 0, frames: [] })); /* of a shot of long ago there is the evidence */
    if (this.shot !== n || this.live) {
      return;
    }
    this.frames = frames;
    this.around_us = around_us;
    if (frames.length > 0) {
      const after = frames.findIndex((f) => f.t_us >= around_us);
      this.seek(after < 0 ? frames.length - 1 : after);
    } else {
      this.at = 0;
      await this.view.evidence(`/api/sessions/${encodeURIComponent(session)}/shots/${n}.jpg`);
    }
    this.changed();
  }

  /** @returns {Shot | undefined} */
  get chosen() {
    return store.shots.find(({ n }) => n === this.shot);
  }

  /** @param {number} at */
  seek(at) {
    this.at = Math.max(0, Math.min(this.frames.length - 1, at));
    const frame = this.frames[this.at];
    if (frame) {
      this.view.frame(frame.picture, this.chosen, this.strokes);
    }
    this.changed();
  }

  goLive() {
    this.stop();
    this.live = true;
    this.shot = 0;
    this.strip();
    this.next();
    this.changed();
  }

  /** The newest picture, and then the one after it. */
  async next() {
    clearTimeout(this.timer);
    if (!document.hidden && store.lane) {
      const frames = await ask('GET', laneUrl(store.lane, '/frames?reach=1s')).then((a) => a.frames ?? [], () => null);
      if (!this.live) {
        return;
      }
      const newest = frames?.at(-1);
      if (newest) {
        this.frames = [newest];
        this.at = 0;
        await this.view.frame(newest.picture, undefined, this.strokes);
        this.state();
      } else if (frames) {
        this.view.none(say`No picture from this camera just now`);
      }
    }
    if (this.live) {
      this.timer = setTimeout(() => this.next(), LIVE_MS);
    }
  }

  play() {
    if (this.playing) {
      this.stop();
      return;
    }
    if (this.frames.length > 1) {
      this.playing = true;
      this.seek(this.at + 1 < this.frames.length ? this.at : 0);
      this.run();
    }
  }

  /** As fast as it was. */
  run() {
    const here = this.frames[this.at];
    const next = this.frames[this.at + 1];
    if (!this.playing || !next) {
      this.stop();
      return;
    }
    this.timer = setTimeout(() => {
      this.seek(this.at + 1);
      this.run();
    }, Math.max(LEAST_FILM_MS, (next.t_us - here.t_us) / 1000));
  }

  stop() {
    if (this.playing) {
      this.playing = false;
      clearTimeout(this.timer);
    }
    this.state();
  }

  changed() {
    this.state();
    this.dispatchEvent(new CustomEvent('film', { bubbles: true }));
  }

  state() {
    if (!this.range) {
      return;
    }
    const { frames, at, live, playing, chosen } = this;
    const several = !live && frames.length > 1;
    this.range.max = String(Math.max(0, frames.length - 1));
    this.range.value = String(at);
    this.range.disabled = !several;
    const off = chosen && frames[at] ? Math.round((frames[at].t_us - this.around_us) / 1000) : 0;
    this.range.setAttribute('aria-valuetext', `${off} ms`);
    find(this, '[data-play]').setAttribute('aria-pressed', String(playing));
    setText(find(this, '[data-play]'), playing ? say`Pause` : say`Play`);
    this.querySelectorAll('[data-play], [data-frame]').forEach((b) => b.toggleAttribute('disabled', !several));
    this.querySelectorAll('[data-step]').forEach((b) => b.toggleAttribute('disabled', this.shots.length === 0));
    find(this, '[data-live]').setAttribute('aria-pressed', String(live));
    const sign = off < 0 ? '−' : off > 0 ? '+' : '';
    setText(find(this, '.title'), live ? say`Camera · live` : !chosen ? say`Camera`
      : say`Camera · shot ${chosen.n} · ${frames.length ? `${sign}${Math.abs(off)} ms` : say`evidence`}`);
  }

  strip() {
    /** @type {[Shot, number][]} */
    const shots = [];
    store.eachSeries((shot, series) => {
      if (!shot.removed && shot.t_us > 0) {
        shots.push([shot, series]);
      }
    });
    find(this, '.strip').innerHTML = stripSvg(shots, this.shot, (shot) =>
      say`Shot ${shot.n}: ${scoreText(shot.score_tenths, shot.ring, store.decimal)}, ${timeText(shot.t_us)}`);
  }

  /** @param {number[][]} strokes */
  draw(strokes) {
    const { doc } = store;
    this.strokes = strokes;
    if (doc?.calibration.homography_mm_to_px && this.frames.length > 0) {
      this.view.frame(this.frames[this.at].picture, this.chosen, strokes);
    }
  }
}

customElements.define('coach-film', CoachFilm);
