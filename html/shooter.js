/*
 * The shooter's page: which lane, its one event stream, and the user's wishes.
 */

import { call, laneUrl } from './api.js';
import { Events } from './events.js';
import { find } from './html.js';
import { store } from './store.js';
import { zoomBy } from './zoom.js';
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

/** @param {string} intent */
function act(intent) {
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

/** They have nothing to show before the first shot, but should be there when it
 * comes. */
function tables() {
  import('./lane-series.js');
  import('./lane-shots.js');
}

function fullScreen() {
  const done = document.fullscreenElement ? document.exitFullscreen()
    : document.documentElement.requestFullscreen?.();
  done?.catch(() => {});
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
      store.fail(named ? { title: `There is no lane ${named}`, detail: 'Choose another.' }
        : { title: 'There is no lane yet', detail: 'One is declared in the range file.' });
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
  if (store.open && !awake) {
    awake = setTimeout(() => import('./awake.js'), AWAKE_MS);
  }
});
/* Most shooters have no keyboard.  A dialog may be gone when the keys are here. */
document.addEventListener('keydown', async (event) => {
  if (!document.querySelector('dialog[open]')) {
    const { intentOf } = await import('./keys.js');
    act(intentOf(event));
  }
});
document.addEventListener('intent', (event) => act(/** @type {CustomEvent} */ (event).detail));
setTimeout(tables, TABLES_MS);
setTimeout(() => import('./lane-access.js'), TABLES_MS);
setInterval(() => store.tick(Date.now()), TICK_MS);
chooseLane();
if (new URLSearchParams(location.search).get('truth') === '1') {
  import('./truth.js');
}
