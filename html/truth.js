/*
 * On simulated lanes, with ?truth=1: a cross where each shot really went.
 * For who works on the detector.
 */

import { find } from './html.js';
import { store } from './store.js';

const STROKE = 'fill="none" stroke="#ff00c8" stroke-width="2" vector-effect="non-scaling-stroke"';

const layer = document.createElementNS('http://www.w3.org/2000/svg', 'g');
find(document, 'lane-plot svg').append(layer);

store.subscribe(({ kind, truth }) => {
  if (kind === 'truth' && truth) {
    const [n, x, y] = [truth.n, truth.x_mm, -truth.y_mm].map(Number);
    layer.insertAdjacentHTML('beforeend',
      `<path ${STROKE} data-truth="${n}" d="M${x} ${y}m-2 0h4m-2 -2v4"/>`);
  } else if (kind === 'reset') {
    layer.replaceChildren();
  }
});
