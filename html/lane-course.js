/*
 * <lane-course>: the course of fire that is shot: may one fire, how long
 * still, which stage, and the next command; START is held for a second.
 * Fetched when there is one.
 */

import { call, laneUrl, newKey } from './api.js';
import { COMMANDS, LaneClock, leftWords, signAt, stageWords, timerText } from './course.js';
import { onHold } from './hold.js';
import { fill, find, html, setText, style } from './html.js';
import { store } from './store.js';

await style('course.css');

/** A second press in haste is not the next command. */
const HASTE_MS = 800;

/** A sign says the same by its shape and by its word. @type {Record<string, string>} */
const SHAPES = {
  cross: 'M-8 -8 8 8M8 -8 -8 8', ring: 'M-9 0A9 9 0 1 1 9 0A9 9 0 1 1 -9 0',
  octagon: 'M-4 -9H4L9 -4V4L4 9H-4L-9 4V-4Z', triangle: 'M0 -8 9 8H-9Z',
};

class LaneCourse extends HTMLElement {
  clock = new LaneClock();

  /** Of the timer: drawn with each frame while time runs. */
  frame = 0;

  /** When the button got its present command. */
  since = 0;

  connectedCallback() {
    fill(this, html`<section class="card" aria-label="Course of fire">
      <div class="sign" role="status"><svg viewBox="-12 -12 24 24" aria-hidden="true"><path/></svg><b></b></div>
      <div class="par" role="timer" aria-live="off"><span class="time"></span> <span class="label"></span></div>
      <div><p class="stage"></p><p class="left"></p></div>
      <button type="button" class="main" hidden></button>
      <button type="button" class="main go" hidden>${COMMANDS.start}</button></section>`);
    this.button = find(this, 'button');
    this.go = find(this, '.go');
    this.button.addEventListener('click', () => this.command(/** @type {HTMLElement} */ (this.button)));
    onHold(this.go, () => this.command(/** @type {HTMLElement} */ (this.go)));
    store.subscribe((change) => {
      if (change.kind === 'reset' || change.kind === 'status') {
        this.clock.hear(store.statusTime, store.statusAt);
      }
      if (change.kind !== 'hole' && change.kind !== 'truth') {
        this.update();
      }
    });
    this.clock.hear(store.statusTime, store.statusAt);
    this.update();
  }

  update() {
    const course = store.doc?.course;
    this.hidden = !course;
    document.body.classList.toggle('course', !this.hidden);
    if (!course || !this.button || !this.go) {
      return;
    }
    setText(find(this, '.stage'), stageWords(course).join(' · '));
    setText(find(this, '.left'), leftWords(course.shots_left));
    const next = course.next ?? '';
    if (next !== this.button.dataset.command) {
      this.button.dataset.command = next;
      this.since = Date.now();
      setText(this.button, COMMANDS[next] ?? next);
    }
    this.button.hidden = next === '' || next === 'start';
    this.go.hidden = next !== 'start';
    this.tick();
  }

  /** Sign and timer, as long as somebody looks. */
  tick() {
    const { doc, connection } = store;
    cancelAnimationFrame(this.frame);
    if (!doc?.course) {
      return;
    }
    const now_us = this.clock.at(Date.now());
    const { shape, words, label, time_us } = signAt(doc.course, doc, connection, now_us);
    const sign = find(this, '.sign');
    if (sign.dataset.sign !== shape) {
      sign.dataset.sign = shape;
      find(sign, 'path').setAttribute('d', SHAPES[shape]);
    }
    setText(find(this, '.sign b'), words);
    setText(find(this, '.time'), time_us === null ? '' : timerText(time_us));
    setText(find(this, '.label'), time_us === null ? '' : label);
    if (['preparing', 'running'].includes(doc.course.phase) || doc.course.ends_us !== null) {
      this.frame = requestAnimationFrame(() => this.tick());
    }
  }

  /** @param {HTMLElement} button */
  async command(button) {
    if (Date.now() - this.since < HASTE_MS) {
      return;
    }
    button.toggleAttribute('disabled', true);
    try {
      await call('POST', laneUrl(store.lane, '/command'), { command: this.button?.dataset.command }, newKey());
    } catch (error) {
      store.fail(/** @type {import('./api.js').ApiError} */ (error));
    }
    button.toggleAttribute('disabled', false);
  }
}

customElements.define('lane-course', LaneCourse);
