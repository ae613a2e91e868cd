/*
 * <history-heat>: how often each place of one target was hit.
 */

import { ask } from './ask.js';
import { calm } from './form.js';
import { filterOf } from './history-figures.js';
import { fill, find, html, setText } from './html.js';
import { faceRadius, faceSvg, isCard, mm } from './target.js';

/** So many shades, from a single shot to the most. */
const LEVELS = 8;

class HistoryHeat extends HTMLElement {
  turn = 0;

  /** @param {import('./history.js').Page} page */
  async show(page) {
    const turn = ++this.turn;
    const { say, number, wishes } = page;
    if (!this.firstElementChild) {
      fill(this, html`<section class="card"><h2>${say('heat')}</h2><svg role="img" aria-label="${say('heat')}" hidden></svg>
        <p class="soft says"></p><div class="trouble"></div></section>`);
    }
    const svg = find(this, 'svg');
    const target = wishes.target || page.only;
    svg.toggleAttribute('hidden', true);
    setText(find(this, '.says'), target ? '' : say('heatOne'));
    if (!target) {
      return;
    }
    try {
      const [heat, face] = await Promise.all([
        ask('GET', `/api/heat?${new URLSearchParams({ ...filterOf(wishes, new Date()), target })}`), page.face(target)]);
      if (turn !== this.turn || !face) {
        return;
      }
      fill(find(this, '.trouble'), html``);
      const most = Math.max(0, ...heat.bins.map((/** @type {number[]} */ b) => b[2]));
      const values = { n: number(heat.shots, 0), of: number(heat.of, 0), most: number(most, 0) };
      setText(find(this, '.says'), say(heat.shots < heat.of ? 'heatNewest' : 'heatSays', values));
      this.draw(svg, heat, face, most);
    } catch (error) {
      if (turn === this.turn) {
        calm(find(this, '.trouble'), error, () => this.show(page));
      }
    }
  }

  /** @param {Element} svg @param {any} heat @param {any} face @param {number} most */
  draw(svg, heat, face, most) {
    const bin = heat.bin_mm;
    const far = Math.max(face.black_mm / 2, ...heat.bins.map((/** @type {number[]} */ [i, j]) =>
      Math.max(Math.abs(i), Math.abs(i + 1), Math.abs(j), Math.abs(j + 1)) * bin));
    const r = isCard(face) ? far * 1.06 : Math.min(faceRadius(face) * 1.02, far * 1.06);
    /** @type {string[]} */
    const paths = Array(LEVELS).fill('');
    for (const [i, j, n] of heat.bins) {
      const level = Math.min(LEVELS - 1, Math.floor(Math.sqrt(n / most) * LEVELS));
      paths[level] += `M${mm(i * bin)} ${mm(-(j + 1) * bin)}h${mm(bin)}v${mm(bin)}h${mm(-bin)}z`;
    }
    svg.toggleAttribute('hidden', false);
    svg.setAttribute('viewBox', `${mm(-r)} ${mm(-r)} ${mm(2 * r)} ${mm(2 * r)}`);
    svg.innerHTML = `<g class="face">${faceSvg(face)}</g>` + paths.map((d, k) => (d ? `<path class="heat is-${k}" d="${d}"/>` : '')).join('');
  }
}

customElements.define('history-heat', HistoryHeat);
