/*
 * The page that scores a photograph: the target is found in it, its holes are
 * tapped, and score, group and card come out.  It needs no camera and no lane,
 * and keeps nothing.
 */

import { ask } from './ask.js';
import { calm } from './form.js';
import { fill, find, html, setText } from './html.js';
import { keep, kept, themed } from './kept.js';
import './photo-stage.js';
import { WORDS } from './photo-text.js';
import { speech } from './speech.js';
import { autoLevel, faceSvg, isCard, mm, shotSvg, zoomLevels } from './target.js';
import { lang } from './words.js';

const LAST = 'gmshoot.photo';

/** A photograph is made no larger than this before it goes out. */
const SIDE_MAX = 1920;
const QUALITY = 0.9;

const WAIT_MS = 120;
const RETRY_MS = 2000;
const TIMEOUT_MS = 20000;

const header = find(document, 'header');
const main = find(document, 'main');

const { say, number } = speech(WORDS, lang);

/** @type {any[]} */
let targets = [];

/** The photograph, upright. @type {HTMLCanvasElement | null} */
let photo = null;

/** What the holes are worth. @type {any} */
let scored = null;

let turn = 0;

const stage = () => /** @type {any} */ (find(main, 'photo-stage'));
const wish = () => ({
  target: /** @type {HTMLSelectElement} */ (find(header, '[name=target]')).value,
  caliber_mm: Number(/** @type {HTMLInputElement} */ (find(header, '[name=caliber]')).value),
});

/** @param {ImageBitmap | HTMLCanvasElement} image @param {number} quarters clockwise @returns {HTMLCanvasElement} */
function drawn(image, quarters) {
  const least = Math.min(1, SIDE_MAX / Math.max(image.width, image.height));
  const [w, h] = [Math.max(1, Math.round(image.width * least)), Math.max(1, Math.round(image.height * least))];
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = quarters % 2 ? [h, w] : [w, h];
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  pen.translate(canvas.width / 2, canvas.height / 2);
  pen.rotate((quarters * Math.PI) / 2);
  pen.drawImage(image, -w / 2, -h / 2, w, h);
  return canvas;
}

/** @param {Blob | undefined | null} file */
async function take(file) {
  if (!file) {
    return;
  }
  const image = await createImageBitmap(file).catch(() => null);
  if (!image) {
    trouble({ title: say('nothing'), detail: '' }, null);
    return;
  }
  photo = drawn(image, 0);
  image.close();
  await look();
}

/** @param {any} error @param {(() => unknown) | null} again */
function trouble(error, again) {
  const place = find(main, '.trouble');
  calm(place, error, again ?? (() => fill(place, html``)));
}

/** Looks for the target in the photograph. */
async function look() {
  const now = ++turn;
  const { target, caliber_mm } = wish();
  keep({ target, caliber_mm }, LAST);
  if (!photo) {
    return;
  }
  document.body.classList.add('has-photo');
  fill(find(main, '.trouble'), html``);
  setText(find(main, '.status'), say('finding'));
  stage().show(photo, null, say('picture'));
  try {
    const blob = await new Promise((done) => { photo?.toBlob(done, 'image/jpeg', QUALITY); });
    const found = await sent(`/api/photo?${new URLSearchParams({ target })}`, blob);
    if (now !== turn) {
      return;
    }
    setText(find(main, '.status'), `${say('found', { mm: number(found.residual_mm, 2), deg: number(found.tilt_deg, 0) })} ${say('tap')}`);
    stage().caliber_mm = caliber_mm;
    stage().show(photo, found, say('picture'));
  } catch (error) {
    if (now === turn) {
      setText(find(main, '.status'), '');
      trouble(error, look);
    }
  }
}

/** @param {string} url @param {Blob} blob */
async function sent(url, blob) {
  const response = await fetch(url, { method: 'POST', body: blob, headers: { 'content-type': 'image/jpeg', accept: 'application/json' },
    signal: AbortSignal.timeout(TIMEOUT_MS) }).catch(() => null);
  const answer = await response?.json().catch(() => null);
  if (!response?.ok || !answer) {
    throw Object.assign(new Error(), { title: answer?.title ?? say('lost'), detail: answer?.detail ?? '' });
  }
  return answer;
}

/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/** The holes have changed: asks what they are worth, when the finger rests. */
function changed() {
  clearTimeout(timer);
  timer = setTimeout(score, WAIT_MS);
}

async function score() {
  const now = turn;
  const { holes, found } = stage();
  if (!found) {
    result(null);
    return;
  }
  const { target, caliber_mm } = wish();
  try {
    const answer = await ask('POST', '/api/photo/score', { target, caliber_mm, shots: holes });
    if (now === turn && holes === stage().holes) {
      result(answer);
    }
  } catch (error) {
    if (now === turn) {
      const { status = 0 } = /** @type {any} */ (error);
      if (status === 0 || status >= 500 || status === 429) {
        setText(find(main, '.status'), say('lost'));
        timer = setTimeout(score, RETRY_MS);
      } else {
        trouble(error, score);
      }
    }
  }
}

/** @param {any} shot @param {any} face */
const worth = (shot, face) => (shot.ring === 0 && shot.score_tenths === 0 ? say('miss')
  : face.count === 'integer' ? `${number(shot.ring, 0)}${shot.inner ? '×' : ''}` : `${number(shot.score_tenths / 10, 1)}${shot.inner ? '×' : ''}`);

/** @param {any} answer */
function result(answer) {
  scored = answer;
  const { found, caliber_mm } = stage();
  const face = found?.face;
  const place = find(main, '.result');
  place.hidden = !answer || !face;
  if (!answer || !face) {
    return;
  }
  const total = face.count === 'integer' ? number(answer.total_rings, 0) : number(answer.total_tenths / 10, 1);
  const group = answer.group ?? {};
  const length = (/** @type {any} */ v) => `${number(v?.mm, 1)} mm`;
  fill(find(place, '.sums'), html`<div class="big"><dt>${say('total')}</dt><dd>${total}</dd></div>
    <div><dt>${say('shots')}</dt><dd>${number(answer.counted, 0)}</dd></div><div><dt>${say('inner')}</dt><dd>${number(answer.inner, 0)}</dd></div>
    ${answer.counted > 1 && html`<div><dt>${say('spread')}</dt><dd>${length(group.extreme_spread)}</dd></div>
    <div><dt>${say('radius')}</dt><dd>${length(group.mean_radius_rayleigh)}</dd></div>
    <div><dt>${say('centre')}</dt><dd>${number(group.mpi_x?.mm, 1)} / ${number(group.mpi_y?.mm, 1)} mm</dd></div>`}`);
  fill(find(place, '.list'), html`${answer.shots.map((/** @type {any} */ s, /** @type {number} */ i) => html`<li>
    <button type="button" data-hole="${i}" aria-pressed="${String(i === stage().chosen)}">${say('shot', { n: s.n, value: worth(s, face) })}</button></li>`)}`);
  plot(find(place, 'svg'), answer, face, caliber_mm);
  setText(find(main, '.status'), `${say('found', { mm: number(found.residual_mm, 2), deg: number(found.tilt_deg, 0) })} ${say('tap')}`);
}

/** @param {Element} svg @param {any} answer @param {any} face @param {number} caliber_mm */
function plot(svg, answer, face, caliber_mm) {
  svg.toggleAttribute('hidden', isCard(face));
  const levels = zoomLevels(face);
  const r = levels[autoLevel(levels, face, answer.shots, caliber_mm)];
  svg.setAttribute('viewBox', `${mm(-r)} ${mm(-r)} ${mm(2 * r)} ${mm(2 * r)}`);
  svg.innerHTML = `<g class="face">${faceSvg(face)}</g>` + answer.shots.map((/** @type {any} */ s) => shotSvg({ ...s, window: '' }, caliber_mm, 0)).join('');
}

/** A table in the layout of gmshoot, so that it can be imported. */
function exported() {
  const { target, caliber_mm } = wish();
  const lines = (scored?.shots ?? []).map((/** @type {any} */ s) =>
    [s.n, 1, s.x_mm.toFixed(3), s.y_mm.toFixed(3), (s.score_tenths / 10).toFixed(1), s.ring, s.inner ? 1 : 0, caliber_mm, target].join(','));
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([['n,round,x_mm,y_mm,score,ring,inner,caliber_mm,target', ...lines, ''].join('\r\n')], { type: 'text/csv' }));
  link.download = 'photo.csv';
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/** @type {Record<string, () => unknown>} */
const DOES = {
  turn: () => {
    photo = photo && drawn(photo, 1);
    look();
  },
  larger: () => stage().zoom(1),
  smaller: () => stage().zoom(-1),
  undo: () => stage().undo(),
  remove: () => stage().remove(),
  print: () => print(),
  csv: exported,
};

function build() {
  const last = kept(LAST);
  const target = targets.some((t) => t.name === last.target) ? last.target : 'issf-10m-air-pistol';
  fill(header, html`<div class="bar"><h1>${say('title')}</h1>
    <label><span>${say('target')}</span><select name="target">${targets.map((t) =>
    html`<option value="${t.name}" ${t.name === target && html`selected`}>${t.title}</option>`)}</select></label>
    <label><span>${say('caliber')}</span><input name="caliber" type="number" min="0.1" max="20" step="any" inputmode="decimal" value="${
  last.caliber_mm > 0 ? last.caliber_mm : 4.5}"></label>
    <span class="gap"></span><a class="button" href="/">${say('lanes')}</a><button type="button" data-do="theme"></button></div>`);
  fill(main, html`<div class="trouble"></div>
    <label class="drop"><b>${say('drop')}</b><span>${say('how')}</span><span class="button main">${say('choose')}</span>
      <input type="file" accept="image/*"></label>
    <section class="work"><p class="status" role="status"></p><div class="row">
        <label class="button"><span>${say('other')}</span><input type="file" accept="image/*" class="unseen"></label>
        <button type="button" data-do="turn">↻ ${say('turn')}</button>
        <button type="button" data-do="larger" aria-label="${say('larger')}">+</button>
        <button type="button" data-do="smaller" aria-label="${say('smaller')}">−</button>
        <button type="button" data-do="undo">${say('undo')}</button><button type="button" data-do="remove">${say('remove')}</button></div>
      <photo-stage></photo-stage></section>
    <section class="result card" hidden><dl class="sums"></dl><svg role="img" aria-label="${say('card')}"></svg><ol class="list"></ol>
      <div class="row"><button type="button" class="main" data-do="print">${say('print')}</button>
      <button type="button" data-do="csv">${say('csv')}</button></div></section>`);
  themed(find(header, '[data-do=theme]'), { sun: say('sun'), dark: say('dark') });
}

/** @param {Event} event */
function pressed({ target }) {
  const button = /** @type {HTMLElement} */ (target).closest('button');
  if (button?.dataset.hole) {
    stage().chosen = Number(button.dataset.hole);
    stage().draw();
    find(stage(), 'svg').focus();
    changed();
  }
  DOES[button?.dataset.do ?? '']?.();
}

async function begin() {
  try {
    ({ targets } = await ask('GET', '/api/targets'));
    targets = targets.filter((t) => t.scoring === 'camera');
    build();
  } catch (error) {
    calm(main, error, begin);
  }
}

document.title = `GMShoot: ${say('title')}`;
header.addEventListener('click', pressed);
main.addEventListener('click', pressed);
header.addEventListener('change', ({ target }) => {
  if (/** @type {HTMLInputElement} */ (target).name === 'target') {
    look();
  } else {
    stage().caliber_mm = wish().caliber_mm;
    stage().draw();
    keep(wish(), LAST);
    changed();
  }
});
main.addEventListener('change', ({ target }) => {
  const input = /** @type {HTMLInputElement} */ (target);
  take(input.files?.[0]);
  input.value = '';
});
main.addEventListener('holes', changed);
addEventListener('dragover', (event) => event.preventDefault());
addEventListener('drop', (event) => {
  event.preventDefault();
  take(event.dataTransfer?.files[0]);
});
addEventListener('paste', (event) => take(event.clipboardData?.files[0]));
begin();
