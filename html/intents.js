/*
 * What the keys, the menu and the parts of the shooter's page ask for, by name.
 * Fetched a moment after the page.
 */

import { find } from './html.js';
import { store } from './store.js';
import { zoomBy } from './zoom.js';

import('./lane-view.js').catch(() => {}); /* plain without it */

/** @param {string} intent */
export function act(intent) {
  const { view } = store;
  /** @type {Record<string, () => void>} */
  const intents = {
    in: () => zoomBy(1),
    out: () => zoomBy(-1),
    auto: () => store.setView({ zoom: null }),
    picture: () => store.setView({ picture: !view.picture }),
    only: () => store.setView({ onlySeries: !view.onlySeries }),
    decimal: () => store.setView({ decimal: !store.decimal }),
    voice: () => store.setView({ voice: !view.voice }),
    theme: () => store.setView({ theme: view.theme === 'sun' ? 'dark' : 'sun' }),
    calibrate: () => store.setView({ calibrating: !store.calibrating }),
    full: fullScreen,
    help: () => show('help-dialog'),
    paper: () => show('paper-dialog'),
    doubt: () => show('doubt-dialog'),
    view: () => show('view-dialog'),
    evidence: () => store.last && show('shot-dialog', store.last.n),
    start: () => actions().act('start'),
    join: () => actions().ask('join'),
    sighters: () => actions().sighters(),
    end: () => actions().act('end'),
    pause: () => actions().toggle(),
  };
  const [what, n] = intent.split(' ');
  if (what === 'shot') {
    show('shot-dialog', Number(n));
  } else {
    intents[what]?.();
  }
}

/** Most visits need no dialog: each is fetched when asked for.
 * @param {string} name @param {...unknown} about */
async function show(name, ...about) {
  await import(`./${name}.js`);
  /** @type {any} */ (find(document, name)).show(...about);
}

/** @returns {import('./lane-actions.js').LaneActions} */
function actions() {
  return /** @type {any} */ (find(document, 'lane-actions'));
}

function fullScreen() {
  const done = document.fullscreenElement ? document.exitFullscreen()
    : document.documentElement.requestFullscreen?.();
  done?.catch(() => {});
}
