/*
 * <view-dialog>: which series are drawn, two beside each other, and when a score
 * is shown.  Fetched when asked for.
 */

import { fill, find, html, style } from './html.js';
import { laneView } from './lane-view.js';
import { store } from './store.js';
import { say } from './words.js';

await style('dialogs.css');

/** Seconds to look after the shot. */
const DELAYS_S = [0, 3, 5, 10];

/** @param {string} value @param {string} text @param {boolean} chosen */
const option = (value, text, chosen) => html`<option value="${value}" ${chosen && html`selected`}>${text}</option>`;

class ViewDialog extends HTMLElement {
  connectedCallback() {
    fill(this, html`<dialog aria-labelledby="view-title"><form method="dialog">
      <h2 id="view-title" tabindex="-1" autofocus>What is shown</h2><div class="content"></div>
      <div class="row"><button type="submit" class="main">Close</button></div></form></dialog>`);
    this.addEventListener('change', () => this.choose());
  }

  /** @param {string} name */
  value(name) {
    return /** @type {HTMLSelectElement} */ (find(this, `[name="${name}"]`)).value;
  }

  choose() {
    const [one, other] = [this.value('one'), this.value('other')];
    const when = this.value('when');
    const series = [one, other].filter((of, i) => /^\d+$/.test(of) && (i === 0 || /^\d+$/.test(one))).map(Number);
    find(this, '[name=other]').toggleAttribute('disabled', !/^\d+$/.test(one));
    store.setView({ onlySeries: one === 'this' });
    laneView.choose({ series: [...new Set(series)], hidden: when === 'hidden', call: when === 'call', delay_s: Number(when) || 0 });
  }

  show() {
    const { series, delay_s, hidden, call } = laneView.choice;
    const all = Array.from({ length: store.series + 1 }, (_, i) => i);
    const of = (/** @type {number | undefined} */ chosen) =>
      all.map((i) => option(`${i}`, say`Series ${i + 1}`, i === chosen));
    fill(find(this, '.content'), html`<label>Shots
        <select name="one">${option('all', say`All, older ones as outlines`, series.length === 0)}${
  option('this', say`This series alone`, series.length === 0 && store.view.onlySeries)}${of(series[0])}</select></label>
      <label>Beside it
        <select name="other">${option('', say`No other`, series.length < 2)}${of(series[1])}</select></label>
      <label>Score
        <select name="when">${DELAYS_S.map((s) => option(`${s}`, s ? say`${s} s after the shot` : say`At once`, s === delay_s))}${
  option('hidden', say`When I ask for it`, hidden)}${option('call', say`When I have called the shot`, call)}</select></label>
      <p class="small">For training: look on over the sights until the score comes. The next session begins as usual.</p>`);
    find(this, '[name=other]').toggleAttribute('disabled', series.length === 0);
    /** @type {HTMLDialogElement} */ (find(this, 'dialog')).showModal();
  }
}

customElements.define('view-dialog', ViewDialog);
document.body.append(new ViewDialog());
