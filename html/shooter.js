/*
 * The shooter's page: which lane, its one event stream, and the user's wishes.
 */

import { call, laneUrl } from './api.js';
import { Events } from './events.js';
import { find } from './html.js';
import { store } from './store.js';
import { say } from './words.js';
import './lane-header.js';
import './lane-banner.js';
import './lane-stage.js';
import './lane-score.js';
import './lane-actions.js';

const VIEW = 'gmshoot.view';
const TICK_MS = 500;
const TABLES_MS = 1000;
const RETRY_MS = 3000;

/** No screen falls asleep so soon. */
const AWAKE_MS = 5000;
let awake = 0;

/** What this device prefers, kept from visit to visit. */
function restoreView() {
  let kept = {};
  try {
    kept = JSON.parse(localStorage.getItem(VIEW) ?? '{}') ?? {};
  } catch {
    /* forbidden or spoilt: the usual view */
  }
  const { tenths = null, theme = 'dark', voice = false } = /** @type {any} */ (kept);
  store.setView({ decimal: tenths, theme: String(theme), voice: Boolean(voice) });
}

function keepView() {
  const { decimal, theme, voice } = store.view;
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(VIEW, JSON.stringify({ tenths: decimal, theme, voice }));
  } catch {
    /* see above */
  }
}

/** They have nothing to show before the first shot, but should be there when it
 * comes; a press when the network is gone. */
function tables() {
  import('./intents.js');
  import('./lane-menu.js');
  import('./lane-series.js');
  import('./lane-shots.js');
}

/** @type {((intent: string) => void) | undefined} */
let act;

/** At once, when it is here already. @param {string} intent */
async function wish(intent) {
  act ??= (await import('./intents.js')).act;
  act(intent);
}

/** Every lane that there is; the first is ours if the address names none. */
async function chooseLane() {
  const named = new URLSearchParams(location.search).get('lane');
  if (named) {
    store.lane = named;
    begin();
  }
  try {
    const answer = await call('GET', '/api/lanes');
    store.lanes = answer.lanes ?? [];
    const own = store.lanes.find((l) => l.name === (named ?? store.lanes[0]?.name));
    if (!named && own) {
      store.lane = own.name;
      begin();
    } else if (!own) {
      store.fail(named ? { title: say`There is no lane ${named}`, detail: say`Choose another.` }
        : { title: say`There is no lane yet`, detail: say`One is declared in the range file.` });
    }
    find(document, 'lane-header').dispatchEvent(new Event('lanes'));
    if (own?.process === 'down' || answer.link === 'down') {
      store.setConnection({ process: own?.process ?? 'down', link: answer.link });
    }
  } catch (error) {
    if (!named) {
      store.setConnection({ state: 'lost', lostSince: Date.now() });
      setTimeout(chooseLane, RETRY_MS);
    }
  }
}

function begin() {
  const events = new Events(laneUrl(store.lane, '/events'), store);
  events.follow(document);
}

restoreView();
keepView();
store.subscribe((change) => {
  if (change.kind === 'view') {
    keepView();
  }
  if (change.kind === 'reset' && store.shots.length > 0) {
    tables();
  }
  if (store.openSessions.length > 1 || store.doc?.session?.walk_up || store.doc?.session?.sighters) {
    import('./lane-sessions.js');
  }
  if (store.calibrating) {
    import('./lane-calibration.js');
  }
  if (store.doc?.course) {
    import('./lane-course.js');
  }
  if (store.doc?.show || store.doc?.session?.tips?.length) {
    import('./lane-coach.js');
  }
  if (store.doc?.complaints?.length) {
    import('./lane-protests.js');
  }
  if (store.open && !awake) {
    awake = setTimeout(() => import('./awake.js'), AWAKE_MS);
  }
});
/* Most shooters have no keyboard.  A dialog may be gone when the keys are here. */
document.addEventListener('keydown', async (event) => {
  if (!document.querySelector('dialog[open]')) {
    const { intentOf } = await import('./keys.js');
    wish(intentOf(event));
  }
});
document.addEventListener('intent', (event) => wish(/** @type {CustomEvent} */ (event).detail));
setTimeout(tables, TABLES_MS);
setTimeout(() => import('./lane-access.js'), TABLES_MS);
setInterval(() => store.tick(Date.now()), TICK_MS);
chooseLane();
if (new URLSearchParams(location.search).get('truth') === '1') {
  import('./truth.js');
}
