/*
 * <admin-lanes>: every lane at a glance, what is wrong first, and the commands
 * that go to several lanes at once.
 */

import { ask } from './ask.js';
import { newKey, laneUrl } from './api.js';
import { COMMANDS, PHASES } from './course.js';
import { onHold } from './hold.js';
import { fill, find, html, setText } from './html.js';
import { Gallery } from './gallery.js';
import { range, troublesOf } from './range.js';
import { ageText, scoreText, shotsWords, stateWords, watching } from './text.js';
import { say } from './words.js';

/** A picture younger than this is as good as now. */
const FRESH_MS = 3000;

/** A lane is lit for so long after a hand was before its target. */
const LIT_MS = 3000;

/** The command of a course of fire that is held. */
const HELD = 'start';

/** @typedef {import('./range.js').Lane} Lane */

/** @param {Lane} lane @param {number} now ms @returns {number} of its newest picture, ms; -1: none */
function pictureAge({ store }, now) {
  const t_us = store.doc?.camera.t_frame_us;
  return t_us ? Math.max(0, (store.statusTime - t_us) / 1000 + now - store.statusAt) : -1;
}

/** @param {Lane} lane */
function stateOf(lane) {
  if (lane.store.failed) {
    return { shape: 'triangle', words: say`Does not work` };
  }
  const { doc } = lane.store;
  const said = stateWords(doc, lane.store.connection);
  return doc?.range === 'cold' && said.shape !== 'triangle' ? watching(doc) : said;
}

/** Who shoots, in a word. @param {Lane} lane */
function shooterOf({ store }) {
  const session = store.doc?.session;
  if (session?.state !== 'open') {
    return say`Free`;
  }
  return session.shooter || say`Nobody has said who`;
}

class AdminLanes extends HTMLElement {
  /** Lanes that the commands go to. @type {Set<string>} */
  marked = new Set();

  /** Until when each is lit, ms. @type {Map<string, number>} */
  lit = new Map();

  gallery = new Gallery();

  /** @type {(() => void) | undefined} */
  unsubscribe;

  /** Lanes to be written anew with the next frame of the screen. @type {Set<Lane>} */
  dirty = new Set();

  troubles = '';

  connectedCallback() {
    fill(this, html`<section class="troubles" aria-label="What needs somebody" hidden></section>
      <section class="card acts" aria-label="Commands">
        <div class="range"><b class="word" role="status"></b><span class="row">
          <button type="button" data-range="cold">Range cold</button>
          <button type="button" data-range="hot">Range hot</button></span></div>
        <div class="range"><span><b>Course of fire</b> <span class="count"></span></span><span class="row">
          <button type="button" data-mark aria-pressed="false">All lanes</button>
          ${Object.entries(COMMANDS).map(([name, words]) => html`<button type="button" data-command="${name}">${words}</button>`)}</span></div>
        <ul class="answers" role="status" hidden></ul></section>
      <p class="hint"><b>Which lane is this?</b> Hold a hand before its target: the lane lights up here.
        <span class="which" role="status"></span></p>
      <section class="lanes" aria-label="Lanes"></section>`);
    for (const word of ['cold', 'hot']) {
      onHold(find(this, `[data-range=${word}]`), () => this.setRange(word));
    }
    for (const name of Object.keys(COMMANDS)) {
      const button = find(this, `[data-command=${name}]`);
      if (name === HELD) {
        onHold(button, () => this.command(name));
      } else {
        button.addEventListener('click', () => this.command(name));
      }
    }
    find(this, '[data-mark]').addEventListener('click', () => this.markAll());
    find(this, '.lanes').addEventListener('change', (event) => this.mark(/** @type {any} */ (event.target)));
    this.unsubscribe = range.subscribe((change) => {
      if (change.kind === 'lane' && change.lane) {
        this.soon(change.lane);
      } else if (change.kind === 'lanes') {
        this.build();
      } else if (change.kind !== 'gap') {
        range.lanes.forEach((lane) => this.soon(lane));
      }
    });
    this.build();
  }

  disconnectedCallback() {
    this.unsubscribe?.();
    this.gallery.close();
  }

  /** The cards, anew only when there are other lanes. */
  build() {
    const place = find(this, '.lanes');
    const names = [...range.lanes.keys()];
    if (JSON.stringify(names) !== place.dataset.names) {
      place.dataset.names = JSON.stringify(names);
      fill(place, html`${names.map((name) => html`<article class="card lane" data-lane="${name}">
        <header><label class="mark"><input type="checkbox" value="${name}"><span class="unseen">Mark</span></label>
          <h2><a href="/?lane=${encodeURIComponent(name)}"></a></h2>
          <span class="now"><i></i><span></span></span></header>
        <a class="still" href="/?lane=${encodeURIComponent(name)}" tabindex="-1" aria-hidden="true"><canvas></canvas>
          <span class="age"></span></a>
        <p class="who"><b></b> <span class="total"></span></p>
        <p class="small"><span class="shots"></span> <span class="course"></span></p>
        <a class="button calibrate" href="#calibration/${encodeURIComponent(name)}">Calibrate<span class="unseen"></span></a></article>`)}`);
      this.gallery.watch([...place.querySelectorAll('canvas')]);
      this.marked = new Set([...this.marked].filter((name) => range.lanes.has(name)));
      this.showMarks();
    }
    range.lanes.forEach((lane) => this.update(lane));
    this.updateRange();
  }

  /** @param {Lane} lane */
  soon(lane) {
    if (this.dirty.size === 0) {
      requestAnimationFrame(() => {
        const now = [...this.dirty];
        this.dirty.clear();
        now.forEach((l) => this.update(l));
        this.updateRange();
      });
    }
    this.dirty.add(lane);
  }

  /** @param {Lane} lane */
  update(lane) {
    const card = /** @type {HTMLElement | null} */ (this.querySelector(`[data-lane="${CSS.escape(lane.name)}"]`));
    if (!card) {
      return;
    }
    const { store } = lane;
    const { shape, words } = stateOf(lane);
    const now = Date.now();
    setText(find(card, 'h2 a'), lane.title);
    setText(find(card, '.calibrate span'), ` ${lane.title}`);
    find(card, 'i').dataset.shape = shape;
    setText(find(card, '.now span'), words);
    setText(find(card, '.who b'), shooterOf(lane));
    const open = store.doc?.session?.state === 'open';
    setText(find(card, '.total'), open ? scoreText(store.sums.total_tenths, store.sums.total_rings, store.decimal) : '');
    setText(find(card, '.shots'), open ? shotsWords(store.sums.counted) : store.doc?.face.title ?? '');
    const course = store.doc?.course;
    setText(find(card, '.course'), course ? [course.stage, PHASES[course.phase] ?? course.phase, course.next && say`next ${COMMANDS[course.next] ?? course.next}`]
      .filter(Boolean).join(' · ') : '');
    const age = pictureAge(lane, now);
    setText(find(card, '.age'), age < 0 ? say`no picture` : age < FRESH_MS ? '' : say`${ageText(age)} old`);
    this.light(lane, card, now);
  }

  /** A hand before a target says which lane it is. @param {Lane} lane @param {HTMLElement} card
   * @param {number} now ms */
  light(lane, card, now) {
    if (lane.store.doc?.detector?.state === 'disturbed') {
      this.lit.set(lane.name, now + LIT_MS);
    }
    const lit = (this.lit.get(lane.name) ?? 0) > now;
    if (lit !== card.classList.contains('lit')) {
      card.classList.toggle('lit', lit);
      const titles = [...range.lanes.values()].filter((l) => (this.lit.get(l.name) ?? 0) > now).map((l) => l.title);
      setText(find(this, '.which'), titles.length ? say`It is ${titles.join(', ')}.` : '');
    }
  }

  /** What concerns all lanes: what is wrong, and whether the range is cold. */
  updateRange() {
    const list = [...range.lanes.values()].flatMap(troublesOf);
    const text = JSON.stringify([list, range.configError]);
    if (text !== this.troubles) {
      this.troubles = text;
      const place = find(this, '.troubles');
      place.hidden = list.length === 0 && !range.configError;
      fill(place, html`${range.configError && html`<p><b>The configuration was not taken</b>
        ${range.configError}: what ran before goes on. Mend it and reload nginx.</p>`}
        ${list.map((t) => html`<p data-trouble="${t.type}"><b><a href="/?lane=${encodeURIComponent(t.lane)}">${t.title}</a></b>
        ${t.remedy || t.detail} ${t.remedy && t.detail && html`<span class="small">${t.detail}</span>`}</p>`)}`);
    }
    const word = range.temperature;
    setText(find(this, '.word'), { cold: say`The range is cold: nothing is recorded`, hot: say`The range is hot: shots count`,
      mixed: say`Some lanes are cold, some hot` }[word] ?? '');
    find(this, '[data-range=cold]').hidden = word === 'cold';
    find(this, '[data-range=hot]').hidden = word === 'hot' || word === '';
  }

  /** @param {HTMLInputElement} box */
  mark(box) {
    if (box.checked) {
      this.marked.add(box.value);
    } else {
      this.marked.delete(box.value);
    }
    this.showMarks();
  }

  markAll() {
    this.marked = new Set(this.marked.size < range.lanes.size ? range.lanes.keys() : []);
    this.showMarks();
  }

  showMarks() {
    const count = this.marked.size;
    this.querySelectorAll('.mark input').forEach((box) => {
      const input = /** @type {HTMLInputElement} */ (box);
      input.checked = this.marked.has(input.value);
      input.closest('.lane')?.classList.toggle('marked', input.checked);
    });
    find(this, '[data-mark]').setAttribute('aria-pressed', String(count === range.lanes.size));
    setText(find(this, '.count'), !count ? say`for the lanes that you mark` : count === 1 ? say`for 1 marked lane` : say`for ${count} marked lanes`);
    this.querySelectorAll('[data-command]').forEach((b) => b.toggleAttribute('disabled', count === 0));
  }

  /** @param {string} word */
  async setRange(word) {
    try {
      const { lanes } = await ask('POST', '/api/range', { range: word }, newKey());
      const refused = lanes.filter((/** @type {any} */ l) => l.status >= 400);
      this.answers(refused.map((/** @type {any} */ l) => [l.name, l.answer ?? {}, false]),
        word === 'cold' ? (refused.length ? say`The range is cold on the other lanes.` : say`The range is cold on all lanes.`)
          : refused.length ? say`The range is hot on the other lanes.` : say`The range is hot on all lanes.`);
    } catch (error) {
      this.answers([['', error, false]]);
    }
  }

  /** The same to each marked lane; one that refuses keeps no other from it. @param {string} command */
  async command(command) {
    const names = [...range.lanes.keys()].filter((name) => this.marked.has(name));
    this.answers(await Promise.all(names.map((name) => this.commandOne(name, command))));
  }

  /** @param {string} name @param {string} command @returns {Promise<[string, any, boolean]>} its answer */
  async commandOne(name, command) {
    try {
      const { course } = await ask('POST', laneUrl(name, '/command'), { command }, newKey());
      return [name, { title: COMMANDS[command], detail: PHASES[course?.phase] ?? '' }, true];
    } catch (error) {
      return [name, error, false];
    }
  }

  /** What each lane said. @param {[string, any, boolean][]} list lane, title and detail, whether it was done
   * @param {string} [first] */
  answers(list, first) {
    const place = find(this, '.answers');
    place.hidden = false;
    fill(place, html`${first && html`<li>${first}</li>`}${list.map(([name, { title, detail }, good]) =>
      html`<li class="${good ? '' : 'error'}"><b>${range.lanes.get(name)?.title ?? name}</b>
        ${[title, detail].filter(Boolean).join(': ')}</li>`)}`);
  }
}

customElements.define('admin-lanes', AdminLanes);
