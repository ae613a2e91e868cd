/*
 * <admin-guns>: guns and their sights, and whose they are.
 */

import { Paged } from './paged.js';

class AdminGuns extends Paged {
  about = {
    url: '/api/equipment', key: 'equipment', noun: 'gun', title: 'Guns', add: 'Add a gun',
    note: 'With its sights known, advice is told in clicks.',
    words: (/** @type {any} */ e) => ({
      name: e.name || 'Its owner was erased', old: e.retired || !e.name,
      about: [e.shooter, e.gun?.replaceAll('-', ' '), e.caliber_mm && `${e.caliber_mm} mm`, e.click && `click ${e.click}`,
        e.retired && 'no longer in use'].filter(Boolean).join(' · '),
    }),
    fields: [
      { name: 'name', label: 'Name', required: true, hint: 'Such as “LP500”.' },
      { name: 'shooter', label: 'Whose', required: true, max: 63, hint: 'The id of a person in the list of people.' },
      { name: 'gun', label: 'Kind', choices: /** @type {[string, string][]} */ ([['', 'Not said'], ['pistol', 'Pistol'],
        ['pistol-two-hands', 'Pistol, two hands'], ['rifle', 'Rifle']]) },
      { name: 'caliber_mm', label: 'Caliber in mm', mode: 'decimal', max: 10, hint: 'Such as 4.5; may be left empty.' },
      { name: 'click', label: 'One click of the sights', max: 20, hint: '0.25moa, 0.1mrad or 0.6mm; may be left empty.' },
    ],
    change: (/** @type {any} */ { name }) => (name ? [{ name: 'name', label: 'Name', required: true, value: name }] : []),
    body: (/** @type {Record<string, string>} */ { name, shooter, gun, caliber_mm: caliber, click }) => {
      const mm = Number(caliber.replace(',', '.'));
      return { name, shooter, ...(gun && { gun }), ...(click && { click }),
        ...(caliber && { caliber_mm: Number.isNaN(mm) ? caliber : mm }) };
    },
    actions: (/** @type {any} */ { retired, name }) => (name ? [{ name: 'retire', held: false, method: 'PATCH',
      title: retired ? 'In use again' : 'Retire', body: { retired: !retired } }] : []),
  };
}

customElements.define('admin-guns', AdminGuns);
