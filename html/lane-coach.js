/*
 * <lane-coach>: what a coach says on the page of who shoots, the drill that is
 * being done, and what he shows.  Fetched with the first of them.
 */

import { call, laneUrl } from './api.js';
import { doneShare, drillWords, openTips, resultOf, RESULTS, ruleWords } from './coach-text.js';
import { fill, find, html, setText, style } from './html.js';
import { store } from './store.js';
import { say, told, tongue } from './words.js';

await style('lane-coach.css');
await tongue?.more('drills').catch(() => {});

/** @typedef {import('./types').Tip} Tip */

/** What this device remembers. */
const MUTED = 'gmshoot.muted';

/** How the drills are done, by their ids; asked for with the first. @type {Promise<Map<string, import('./types').Drill>> | null} */
let drills = null;

/** @param {string} id @returns {Promise<import('./types').Drill | undefined>} */
async function drillOf(id) {
  drills ??= call('GET', '/api/drills').then(({ drills: list }) =>
    new Map(list.map((/** @type {any} */ d) => [d.id, d])));
  return (await drills.catch(() => {
    drills = null;
    return new Map();
  })).get(id);
}

/** @param {Tip} tip @param {string | null} result of its drill */
function tipOf(tip, result) {
  const running = result === 'running';
  const { drill } = tip;
  return html`<article class="${tip.urgent ? 'tip urgent' : 'tip'}" data-tip="${tip.tip}">
    <p>${tip.urgent && html`<b class="word">Now</b> `}${drill && html`<b>${told(drill.title)}</b> `}${tip.text}</p>
    ${drill && html`<p class="small rule">${ruleWords(drill.judge)}${!running && html` – <b>${
      RESULTS[result ?? ''] ?? ''}</b>`}</p>
      ${running && html`<progress max="1" value="0"></progress><p class="small now" role="status"></p>`}
      <ol hidden></ol>`}
    <div class="row">${tip.shot > 0 && html`<button type="button" data-shot="${tip.shot}">Shot ${tip.shot}</button>`}
      ${drill && html`<button type="button" data-how="${drill.id}" aria-expanded="false">How</button>`}
      ${!tip.acknowledged_us && html`<button type="button" class="main" data-seen="${tip.tip}">Got it</button>`}</div></article>`;
}

class LaneCoach extends HTMLElement {
  /** What it was made from. */
  shown = '';

  muted = false;

  connectedCallback() {
    try {
      this.muted = sessionStorage.getItem(MUTED) === '1';
    } catch {
      /* a browser may forbid it */
    }
    fill(this, html`<section class="card" aria-label="Coach" aria-live="polite"><div class="tips"></div>
      <footer><h2>Coach</h2><span class="count small"></span><button type="button" data-mute></button></footer></section>`);
    this.addEventListener('click', (event) => this.press(/** @type {HTMLElement} */ (event.target)));
    store.subscribe(({ kind }) => {
      if (['coach', 'reset', 'status', 'session'].includes(kind)) {
        this.update();
      }
    });
    this.update();
  }

  /** One at a time, what is urgent first, and the drill that is being done; a muted one is counted, but
   * what is urgent is told all the same. */
  update() {
    const { drill = null, session, show } = store.doc ?? {};
    const tips = session?.tips ?? [];
    const open = store.open ? openTips(tips) : [];
    const done = drill && tips.find((tip) => tip.tip === drill.tip && tip.acknowledged_us);
    const urgent = open.filter((tip) => tip.urgent);
    const list = [...done ? [done] : [], ...(this.muted || urgent.length ? urgent : open).slice(0, 1)];
    const text = JSON.stringify([list.map((tip) => [tip, resultOf(tip, tips)]), this.muted]);
    this.hidden = open.length === 0 && !done;
    if (text !== this.shown) {
      this.shown = text;
      fill(find(this, '.tips'), html`${list.map((tip) => tipOf(tip, resultOf(tip, tips)))}`);
      setText(find(this, '[data-mute]'), this.muted ? say`Show tips` : say`Mute`);
    }
    const more = open.length + (done ? 1 : 0) - list.length;
    setText(find(this, '.count'), more <= 0 ? '' : this.muted ? say`${more} more, muted` : say`${more} more`);
    if (drill) {
      this.progress(drill);
    }
    if (show || document.querySelector('lane-show')) {
      import('./lane-show.js').then(({ showIt }) => showIt(store.doc?.show ?? null));
    }
  }

  /** @param {import('./types').DrillNow} drill */
  progress(drill) {
    const card = this.querySelector(`[data-tip="${drill.tip}"]`);
    const bar = card?.querySelector('progress');
    if (card && bar) {
      bar.value = doneShare(drill);
      bar.setAttribute('aria-label', told(drill.title));
      setText(find(card, '.now'), drillWords(drill));
    }
  }

  /** The steps of a drill come when they are asked for. @param {HTMLElement} button */
  async explain(button) {
    const list = button.closest('article')?.querySelector('ol');
    const drill = await drillOf(button.dataset.how ?? '');
    if (drill && list) {
      list.hidden = !list.hidden;
      button.setAttribute('aria-expanded', String(!list.hidden));
      fill(list, html`${drill.steps.map((step) => html`<li>${told(step)}</li>`)}`);
    }
  }

  /** @param {HTMLElement} target */
  async press(target) {
    const button = /** @type {HTMLButtonElement | null} */ (target.closest('button'));
    if (button?.dataset.shot) {
      this.dispatchEvent(new CustomEvent('intent', { bubbles: true, detail: `shot ${button.dataset.shot}` }));
    } else if (button?.dataset.how) {
      this.explain(button);
    } else if (button?.dataset.seen) {
      button.disabled = true;
      try {
        await call('PATCH', laneUrl(store.lane, `/tips/${button.dataset.seen}`),
          { session: store.doc?.session?.id, acknowledged: true });
      } catch (error) {
        store.fail(/** @type {import('./api.js').ApiError} */ (error));
        button.disabled = false;
      }
    } else if (button) {
      this.mute();
    }
  }

  mute() {
    this.muted = !this.muted;
    try {
      sessionStorage.setItem(MUTED, this.muted ? '1' : '');
    } catch {
      /* see above */
    }
    this.update();
  }
}

customElements.define('lane-coach', LaneCoach);
find(document, '.side').prepend(new LaneCoach());
