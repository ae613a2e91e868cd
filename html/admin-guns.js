/*
 * <admin-guns>: guns and their sights, and whose they are.
 */

import { Paged } from './paged.js';
import { number, say } from './words.js';

/** @type {Map<string, string>} */
const KINDS = new Map([['pistol', say`Pistol`], ['pistol-two-hands', say`Pistol, two hands`], ['rifle', say`Rifle`]]);

/** @type {[string, string][]} */
const CHOICES = [['', say`Not said`], ...KINDS];

class AdminGuns extends Paged {
  about = {
    url: '/api/equipment', key: 'equipment', noun: 'gun', title: say`Guns`, add: say`Add a gun`,
    count: (/** @type {number} */ n) => (n === 1 ? say`1 gun` : say`${n} guns`),
    note: say`With its sights known, advice is told in clicks.`,
    words: (/** @type {any} */ e) => ({
      name: e.name || say`Its owner was erased`, old: e.retired || !e.name,
      about: [e.shooter, KINDS.get(e.gun ?? ''), e.caliber_mm && `${number(e.caliber_mm, e.caliber_mm % 1 && 1)} mm`, e.click && say`click ${e.click}`,
        e.retired && say`no longer in use`].filter(Boolean).join(' · '),
    }),
    fields: [
      { name: 'name', label: say`Name`, required: true, hint: say`Such as “LP500”.` },
      { name: 'shooter', label: say`Whose`, required: true, max: 63, hint: say`The id of a person in the list of people.` },
      { name: 'gun', label: say`Kind`, choices: CHOICES },
      { name: 'caliber_mm', label: say`Caliber in mm`, mode: 'decimal', max: 10, hint: say`Such as ${number(4.5, 1)}; may be left empty.` },
      { name: 'click', label: say`One click of the sights`, max: 20, hint: say`0.25moa, 0.1mrad or 0.6mm; may be left empty.` },
    ],
    change: (/** @type {any} */ { name }) => (name ? [{ name: 'name', label: say`Name`, required: true, value: name }] : []),
    body: (/** @type {Record<string, string>} */ { name, shooter, gun, caliber_mm: caliber, click }) => {
      const mm = Number(caliber.replace(',', '.'));
      return { name, shooter, ...(gun && { gun }), ...(click && { click }),
        ...(caliber && { caliber_mm: Number.isNaN(mm) ? caliber : mm }) };
    },
    actions: (/** @type {any} */ { retired, name }) => (name ? [{ name: 'retire', held: false, method: 'PATCH',
      title: retired ? say`In use again` : say`Retire`, body: { retired: !retired } }] : []),
  };
}

customElements.define('admin-guns', AdminGuns);
