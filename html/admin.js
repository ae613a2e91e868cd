/*
 * The page of who runs the range: its parts.
 */

import { fill, find, html, setText } from './html.js';
import { here, mark, may, openPage } from './range-page.js';
import { range } from './range.js';
import { say } from './words.js';

/** Parts of the page: who sees them, and the element that is fetched for each. */
const PARTS = [
  { name: 'lanes', title: say`Lanes`, role: 'coach' },
  { name: 'calibration', title: say`Calibration`, role: 'admin' },
  { name: 'corrections', title: say`Corrections`, role: 'coach' },
  { name: 'devices', title: say`Devices`, role: 'admin' },
  { name: 'people', title: say`People`, role: 'coach' },
  { name: 'guns', title: say`Guns`, role: 'coach' },
  { name: 'performance', title: say`Performance`, role: 'coach' },
  { name: 'statistics', title: say`Statistics`, role: 'coach' },
  { name: 'system', title: say`System`, role: 'coach' },
];

/** The part that the address names, fetched when it is looked at; behind a slash what it is about. */
async function show() {
  const parts = PARTS.filter((p) => may(p.role));
  const [name] = location.hash.slice(1).split('/');
  const part = parts.find((p) => p.name === name) ?? parts[0];
  const nav = find(document, 'nav');
  if (!nav.firstElementChild) {
    fill(nav, html`${parts.map((p) => html`<a href="${here()}#${p.name}">${p.title}</a>`)}<a href="/coach.html">Coach</a><a
      href="/history.html">History</a>`);
  }
  mark(nav, (a) => a.hash === `#${part.name}`);
  document.title = `${part.title} · GMShoot`;
  await import(`./admin-${part.name}.js`);
  find(document, 'main').replaceChildren(document.createElement(`admin-${part.name}`));
}

/** How many protests and complaints wait, whatever is looked at. */
range.subscribe(({ kind }) => {
  const link = document.querySelector('nav [href$="#corrections"]');
  if (link && kind === 'tick') {
    const n = [...range.lanes.values()].flatMap(({ store }) => store.doc?.complaints ?? []).filter((c) => c.state === 'open').length;
    setText(link, n ? say`Corrections (${n})` : say`Corrections`);
  }
});

openPage({ whom: say`who looks after the range`, show });
