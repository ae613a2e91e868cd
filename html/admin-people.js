/*
 * <admin-people>: who shoots: names, and the hand that holds the gun.
 */

import { Paged } from './paged.js';

/** @type {[string, string][]} */
const HANDS = [['', 'Not said'], ['right', 'Right'], ['left', 'Left']];

class AdminPeople extends Paged {
  about = {
    url: '/api/shooters', key: 'shooters', noun: 'shooter', title: 'People', add: 'Add a person',
    note: 'Erase, held for a second, leaves no name behind; sessions keep the id. It cannot be undone.',
    words: (/** @type {any} */ { id, name, hand, erased }) => ({
      name: erased ? 'Erased' : name || id, old: erased,
      about: [(name || erased) && id !== name && id, hand && `${hand} hand`, !name && !erased && 'has shot, has no name yet'].filter(Boolean).join(' · '),
    }),
    fields: [
      { name: 'name', label: 'Name', required: true, hint: 'As it stands on cards and lists.' },
      { name: 'id', label: 'Id', max: 63, hint: 'Small letters, digits, - and _; left empty, one is made up.' },
      { name: 'hand', label: 'Hand', choices: HANDS, hint: 'That holds the gun; advice needs it.' },
    ],
    change: (/** @type {any} */ { name, erased }) => (erased ? []
      : [{ name: 'name', label: 'Name', required: true, value: name ?? '' }]),
    body: (/** @type {Record<string, string>} */ { name, id, hand }) => ({ name, ...(id && { id }), ...(hand && { hand }) }),
    actions: (/** @type {any} */ { erased }) => (erased || document.body.dataset.role !== 'admin' ? []
      : [{ name: 'erase', title: 'Erase', held: true, method: 'DELETE' }]),
  };
}

customElements.define('admin-people', AdminPeople);
