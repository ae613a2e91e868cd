/*
 * <lane-score>: the last score, as large as it goes, and the totals.
 */

import { fill, find, html, setText } from './html.js';
import { store } from './store.js';
import {
  bearing, clockHour, durationText, placeWords, scoreText, shotWords, spokenWords, windowWords,
} from './text.js';
import { lang, number, say } from './words.js';

class LaneScore extends HTMLElement {
  /** The figures by name. @type {Record<string, HTMLElement>} */
  cells = {};

  connectedCallback() {
    fill(this, html`<section class="card last" aria-label="Last shot">
        <div class="big"><span class="value">–</span><span class="beside"><b class="inner" hidden>×</b>
          <svg class="arrow" viewBox="-50 -50 100 100" aria-hidden="true" hidden>
            <circle r="46"/><path d="M0 -33 17 -7H7V31H-7V-7H-17Z"/><circle class="dot" r="9"/></svg></span>
        </div>
        <p class="words"></p>
        <p class="unseen" aria-live="polite"></p>
      </section>
      <section class="card totals" aria-label="Result">
        <dl>
          <div><dt>Total</dt><dd data-sum="total"></dd></div>
          <div><dt>Inner tens</dt><dd data-sum="inner"></dd></div>
          <div><dt>Shots</dt><dd data-sum="counted"></dd></div>
          <div><dt>Average</dt><dd data-sum="average"></dd></div>
          <div><dt>Time</dt><dd data-sum="time"></dd></div>
        </dl>
        <button type="button" class="tenths" aria-pressed="true">Tenths</button>
      </section>`);
    this.value = find(this, '.value');
    this.words = find(this, '.words');
    this.spoken = find(this, '.unseen');
    this.arrow = find(this, '.arrow');
    for (const cell of this.querySelectorAll('[data-sum]')) {
      this.cells[cell.getAttribute('data-sum') ?? ''] = /** @type {HTMLElement} */ (cell);
    }
    find(this, '.tenths').addEventListener('click', () => {
      store.setView({ decimal: !store.decimal });
    });
    store.subscribe((change) => this.changed(change));
    this.update();
  }

  /** @param {import('./types').Change} change */
  changed(change) {
    if (change.kind === 'shot' && change.shot) {
      this.update();
      this.tell(change.shot);
    } else if (['reset', 'removed', 'session', 'view'].includes(change.kind)) {
      this.update();
    } else if (change.kind === 'tick' || change.kind === 'status') {
      this.clock();
    }
  }

  /** For who does not see the score: screen reader, and the voice if wished.
   * @param {import('./types').Shot} shot */
  tell(shot) {
    if (this.spoken) {
      setText(this.spoken, shotWords(shot, store.decimal));
    }
    if (store.view.voice && 'speechSynthesis' in globalThis) {
      speechSynthesis.cancel();
      const words = new SpeechSynthesisUtterance(spokenWords(shot, store.decimal));
      words.lang = lang;
      speechSynthesis.speak(words);
    }
  }

  update() {
    if (!this.value || !this.words) {
      return;
    }
    const last = store.last;
    this.value.classList.toggle('none', !last);
    this.value.classList.toggle('out', !!last?.window);
    setText(this.value, last ? scoreText(last.score_tenths, last.ring, store.decimal) : '–');
    find(this, '.inner').hidden = !last?.inner;
    setText(this.words, last ? this.describe(last) : this.hint());
    this.point(last);
    this.sum();
    const tenths = find(this, '.tenths');
    tenths.hidden = store.doc?.face.decimal === 'none';
    tenths.setAttribute('aria-pressed', String(store.decimal));
  }

  /** @param {import('./types').Shot} shot */
  describe(shot) {
    const mm = number(Math.hypot(shot.x_mm, shot.y_mm), 1);
    const more = [windowWords(shot), shot.sighter && say`sighter`, shot.overlap && say`beside another hole`,
      shot.recovered && say`found afterwards`].filter(Boolean).map((s) => ` · ${s}`).join('');
    return say`Shot ${shot.n} · ${placeWords(shot)} · ${mm} mm from centre${more}`;
  }

  hint() {
    if (!store.doc) {
      return say`Waiting for the lane…`;
    }
    return store.open ? say`No shot yet` : say`Start a session, then shoot`;
  }

  /** @param {import('./types').Shot | undefined} shot */
  point(shot) {
    if (!this.arrow) {
      return;
    }
    this.arrow.toggleAttribute('hidden', !shot);
    if (shot) {
      const centre = clockHour(shot.x_mm, shot.y_mm) === 0;
      this.arrow.classList.toggle('centre', centre);
      find(this.arrow, 'path').setAttribute('transform',
        `rotate(${bearing(shot.x_mm, shot.y_mm).toFixed(0)})`);
    }
  }

  sum() {
    const { counted, total_tenths, total_rings, inner } = store.sums;
    const cells = this.cells;
    const average = store.decimal ? total_tenths / 10 : total_rings;
    setText(cells.total, scoreText(total_tenths, total_rings, store.decimal));
    setText(cells.inner, `${inner}×`);
    setText(cells.counted, String(counted));
    setText(cells.average, counted ? number(average / counted, 2) : '–');
    this.clock();
  }

  /** By the lane's clock as far as it is known. */
  clock() {
    const session = store.doc?.session;
    const cell = this.cells.time;
    if (!cell) {
      return;
    }
    if (!session) {
      setText(cell, '–');
      return;
    }
    const now = Math.max(store.statusTime, session.started_us);
    setText(cell, durationText((session.ended_us || now) - session.started_us));
  }
}

customElements.define('lane-score', LaneScore);
