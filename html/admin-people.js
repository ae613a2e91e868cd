/*
 * <admin-people>: who shoots: names, and the hand that holds the gun.
 */

import { Paged } from './paged.js';
import { say } from './words.js';

/** @type {[string, string][]} */
const HANDS = [['', say`Not said`], ['right', say`Right`], ['left', say`Left`]];

class AdminPeople extends Paged {
  about = {
    url: '/api/shooters', key: 'shooters', noun: 'shooter', title: say`People`, add: say`Add a person`,
    count: (/** @type {number} */ n) => (n === 1 ? say`1 shooter` : say`${n} shooters`),
    note: say`Erase, held for a second, leaves no name behind; sessions keep the id. It cannot be undone.`,
    words: (/** @type {any} */ { id, name, hand, erased }) => ({
      name: erased ? say`Erased` : name || id, old: erased,
      about: [(name || erased) && id !== name && id, hand && (hand === 'left' ? say`left hand` : say`right hand`), !name && !erased && say`has shot, has no name yet`].filter(Boolean).join(' · '),
    }),
    fields: [
      { name: 'name', label: say`Name`, required: true, hint: say`As it stands on cards and lists.` },
      { name: 'id', label: say`Id`, max: 63, hint: say`Small letters, digits, - and _; left empty, one is made up.` },
      { name: 'hand', label: say`Hand`, choices: HANDS, hint: say`That holds the gun; advice needs it.` },
    ],
    change: (/** @type {any} */ { name, erased }) => (erased ? []
      : [{ name: 'name', label: say`Name`, required: true, value: name ?? '' }]),
    body: (/** @type {Record<string, string>} */ { name, id, hand }) => ({ name, ...(id && { id }), ...(hand && { hand }) }),
    actions: (/** @type {any} */ { erased }) => (erased || document.body.dataset.role !== 'admin' ? []
      : [{ name: 'erase', title: say`Erase`, held: true, method: 'DELETE' }]),
  };
}

customElements.define('admin-people', AdminPeople);
