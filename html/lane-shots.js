/*
 * <lane-shots>: every shot, newest on top; one taken back stays, struck out.
 */

import { fill, find, html, style } from './html.js';
import { store } from './store.js';
import { bearing, clockHour, placeWords, scoreText, shotNotes, timeText } from './text.js';

await style('tables.css');

/** A small arrow, a dot in the centre. @param {import('./types').Shot} shot */
function direction({ x_mm, y_mm, unplaced }) {
  if (unplaced) {
    return '';
  }
  const d = clockHour(x_mm, y_mm) ? 'M0 5V-4M-4 0 0 -5 4 0' : 'M-1 0h2';
  return html`<svg viewBox="-6 -6 12 12" aria-hidden="true"><path d="${d}"
    transform="rotate(${Math.round(bearing(x_mm, y_mm))})"/></svg>`;
}

/** As the plot marks a shot that was fired outside of its window. */
const OUTSIDE = html`<svg viewBox="-6 -6 12 12" aria-hidden="true"><circle r="3"/><path
  d="M2 2 5 5M2 -2 5 -5M-2 2 -5 5M-2 -2 -5 -5"/></svg>`;

class LaneShots extends HTMLElement {
  connectedCallback() {
    this.addEventListener('click', (event) => {
      const row = /** @type {HTMLElement} */ (event.target).closest('tbody tr');
      if (row instanceof HTMLElement) {
        this.dispatchEvent(new CustomEvent('intent', {
          bubbles: true, detail: `shot ${row.dataset.n}`,
        }));
      }
    });
    store.subscribe((change) => {
      if (change.kind === 'shot' && change.shot) {
        this.body?.prepend(this.row(change.shot));
        this.hidden = false;
      } else if (change.kind === 'removed' && change.shot) {
        this.body?.querySelector(`[data-n="${change.shot.n}"]`)?.replaceWith(this.row(change.shot));
      } else if (change.kind === 'reset'
          || (change.kind === 'view' && change.was?.decimal !== store.view.decimal)) {
        this.rebuild();
      }
    });
    this.rebuild();
  }

  rebuild() {
    fill(this, html`<table><caption class="unseen">Shots, newest first</caption>
      <thead><tr><th scope="col">Shot</th><th scope="col">Score</th>
      <th scope="col">Where</th><th scope="col">Time</th></tr></thead><tbody></tbody></table>`);
    this.body = find(this, 'tbody');
    this.body.append(...store.shots.map((shot) => this.row(shot)).reverse());
    this.hidden = store.shots.length === 0;
  }

  /** @param {import('./types').Shot} shot */
  row(shot) {
    const row = document.createElement('tr');
    const score = scoreText(shot.score_tenths, shot.ring, store.decimal);
    const note = shotNotes(shot).join(', ');
    row.dataset.n = String(shot.n);
    row.classList.toggle('removed', shot.removed || shot.window !== '');
    fill(row, html`<th scope="row"><button type="button" class="plain"
        aria-label="Shot ${shot.n} with its picture">${shot.n}</button></th>
      <td class="score">${shot.removed ? html`<s>${score}</s>` : score}${shot.inner && html`<b class="x"
        title="inner ten">×</b>`}</td>
      <td>${direction(shot)} ${placeWords(shot)}${note && html` ${shot.window && OUTSIDE}<i>${note}</i>`}</td>
      <td>${shot.t_us ? timeText(shot.t_us) : ''}</td>`);
    return row;
  }
}

customElements.define('lane-shots', LaneShots);
