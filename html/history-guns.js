/*
 * <history-guns>: what somebody shot with, beside each other, with how sure
 * that is.
 */

import { ask } from './ask.js';
import { calm } from './form.js';
import { differing, filterOf } from './history-figures.js';
import { fill, find, html } from './html.js';

class HistoryGuns extends HTMLElement {
  turn = 0;

  /** @param {import('./history.js').Page} page */
  async show(page) {
    const turn = ++this.turn;
    const { say, number, wishes } = page;
    fill(this, html`<section class="card"><h2>${say('guns')}</h2><div class="what"></div><div class="trouble"></div></section>`);
    const what = find(this, '.what');
    if (!wishes.shooter) {
      fill(what, html`<p class="soft">${say('gunsOne')}</p>`);
      return;
    }
    try {
      const [stats, list] = await Promise.all([
        ask('GET', `/api/stats?${new URLSearchParams({ by: 'equipment', ...filterOf(wishes, new Date()) })}`),
        ask('GET', `/api/equipment?${new URLSearchParams({ shooter: wishes.shooter, limit: '200' })}`)]);
      if (turn !== this.turn) {
        return;
      }
      const names = new Map(list.equipment.map((/** @type {any} */ e) => [e.id, e.name || e.id]));
      const groups = stats.groups.filter((/** @type {any} */ g) => g.counted > 0);
      if (!groups.some((/** @type {any} */ g) => g.key)) {
        fill(what, html`<p class="soft">${say('gunsOne')}</p>`);
        return;
      }
      const most = Math.max(...groups.map((/** @type {any} */ g) => g.sigma_high_mm ?? g.sigma_mm ?? 0)) || 1;
      const differ = differing(groups);
      fill(what, html`<table><thead><tr><th scope="col" class="text">${say('gun')}</th><th scope="col">${say('shots')}</th>
        <th scope="col">Ø</th><th scope="col">${say('scatter')}</th></tr></thead><tbody>${
  groups.map((/** @type {any} */ g) => html`<tr><th scope="row" class="text">${g.key ? names.get(g.key) ?? g.key : say('notSaid')}</th>
          <td>${number(g.counted, 0)}</td><td>${number(g.score_per_shot, 2)}</td>
          <td class="reach">${number(g.sigma_mm, 1)} mm<svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">${
    g.sigma_low_mm !== null && html`<rect x="${(g.sigma_low_mm / most) * 98}" y="3" width="${
      Math.max(0.6, ((g.sigma_high_mm - g.sigma_low_mm) / most) * 98)}" height="4"/>`}<rect class="at" x="${
      ((g.sigma_mm ?? 0) / most) * 98}" y="0" width="1.2" height="10"/></svg></td></tr>`)}</tbody></table>
        ${groups.filter((/** @type {any} */ g) => g.key).length > 1 && html`<p>${differ.length
    ? differ.map(([a, b]) => say('gunDiffers', { a: names.get(a) ?? a, b: names.get(b) ?? b })).join(' ') : say('gunSame')}</p>`}
        <p class="soft">${say('guessed')}</p>`);
    } catch (error) {
      if (turn === this.turn) {
        calm(find(this, '.trouble'), error, () => this.show(page));
      }
    }
  }
}

customElements.define('history-guns', HistoryGuns);
