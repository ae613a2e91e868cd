/*
 * The page of a phone or laptop that is a lane's camera: shows what it sees
 * and what the lane makes of it, and sends its pictures for as long as it is
 * open and was not stopped.
 */

import { call, laneUrl, newKey } from './api.js';
import { laneWords, missingWords, sendingWords, troubleWords } from './camera-words.js';
import { Sender } from './camera-sender.js';
import { Events } from './events.js';
import { Markup, fill, find, html, setText } from './html.js';
import { keep, kept, themed } from './kept.js';
import { fittedSvg } from './picture.js';
import { store } from './store.js';
import { lang, say } from './words.js';

const CAMERA = 'gmshoot.camera';
const SENDER = 'gmshoot.sender';
const TICK_MS = 1000;
const RETRY_MS = 3000;

/** A camera that gives nothing for so long, while somebody could see it, is started again. */
const FROZEN_MS = 10000;

/** Sharp holes cost bytes: below this a bullet hole's edge frays. */
const QUALITY = 0.88;
const SIZE = { width: 1280, height: 720 };

/** May let a phone in; a camera and who looks on may not. */
const INVITES = ['shooter', 'coach', 'admin'];

const video = /** @type {HTMLVideoElement} */ (find(document, 'video'));
const which = /** @type {HTMLSelectElement} */ (find(document, '.which select'));
const canvas = document.createElement('canvas');
const part = (/** @type {string} */ name) => find(document, `[data-part="${name}"]`);
const button = (/** @type {string} */ name) => /** @type {HTMLButtonElement} */ (find(document, `[data-do="${name}"]`));

/** A tab that is loaded again is the same camera. */
function tab() {
  try {
    const id = sessionStorage.getItem(SENDER) ?? newKey();
    sessionStorage.setItem(SENDER, id);
    return id;
  } catch {
    return newKey();
  }
}

/** @type {MediaStream | null} */
let stream = null;

/** It was started and not stopped: whatever ends it, it goes on. */
let wanted = false;

/** @type {import('./camera-words.js').Words | null} why there is no picture */
let trouble = null;

/** @type {Sender} */
let sender;

/** @type {WakeLockSentinel | null} */
let awake = null;

/* ---- the camera ---- */

/** The frame that the video shows: when it was taken, when it was seen, and whether it was sent. */
const frame = { at: 0, seen: 0, fresh: false };

/** @param {number} _now @param {VideoFrameCallbackMetadata} [about] */
function watch(_now, about) {
  frame.at = performance.timeOrigin + (about?.captureTime ?? performance.now());
  frame.seen = performance.now();
  frame.fresh = true;
  if (stream) {
    arm();
  }
}

/** A browser that does not tell of each frame is asked for one a display's frame. */
function arm() {
  if (video.requestVideoFrameCallback) {
    video.requestVideoFrameCallback(watch);
  } else {
    requestAnimationFrame(watch);
  }
}

/** @returns {Promise<import('./camera-sender.js').Shutter | null>} */
async function shutter() {
  const { videoWidth: width, videoHeight: height } = video;
  if (!frame.fresh || !width) {
    return null;
  }
  frame.fresh = false;
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
    overlay();
  }
  const t_us = frame.at * 1000;
  canvas.getContext('2d', { alpha: false })?.drawImage(video, 0, 0);
  const blob = await new Promise((done) => { canvas.toBlob(done, 'image/jpeg', QUALITY); });
  return blob ? { blob: /** @type {Blob} */ (blob), t_us } : null;
}

/** Size and rate as the lane's configuration has them. */
function wishes() {
  const camera = /** @type {any} */ (store.doc?.camera);
  const [, width, height] = /^(\d+)x(\d+)$/.exec(camera?.asked ?? '') ?? [];
  const { device } = kept(CAMERA);
  return {
    audio: false,
    video: {
      width: { ideal: Number(width) || SIZE.width }, height: { ideal: Number(height) || SIZE.height },
      frameRate: { ideal: 30 },
      ...(device ? { deviceId: { ideal: device } } : { facingMode: { ideal: 'environment' } }),
    },
  };
}

async function start() {
  wanted = true;
  button('start').disabled = true;
  keep({ on: store.lane }, CAMERA);
  try {
    shut();
    stream = await navigator.mediaDevices.getUserMedia(wishes());
    trouble = null;
    const [track] = stream.getVideoTracks();
    track.addEventListener('ended', () => retry(track));
    video.srcObject = stream;
    frame.seen = performance.now();
    await video.play().catch(() => {});
    arm();
    await list(track.getSettings().deviceId);
    sender.start();
    stayAwake();
  } catch (error) {
    trouble = troubleWords(error);
    shut();
  }
  button('start').disabled = false;
  show();
}

/** A cable was pulled, or a call came: it is tried again until it is back.
 * @param {MediaStreamTrack} track */
function retry(track) {
  if (wanted && stream?.getVideoTracks().includes(track)) {
    trouble = troubleWords({ name: 'NotReadableError' });
    shut();
    show();
    again();
  }
}

function again() {
  setTimeout(async () => {
    if (wanted && !stream) {
      await start();
      if (!stream) {
        again();
      }
    }
  }, RETRY_MS);
}

function shut() {
  const old = stream;
  stream = null;
  frame.fresh = false;
  old?.getTracks().forEach((track) => track.stop());
  video.srcObject = null;
  sender.stop();
}

function stop() {
  wanted = false;
  trouble = null;
  keep({ on: '' }, CAMERA);
  shut();
  awake?.release().catch(() => {});
  show();
}

/** Their names are told once one may be used. @param {string} [used] */
async function list(used) {
  const cameras = (await navigator.mediaDevices.enumerateDevices()).filter((d) => d.kind === 'videoinput');
  fill(which, html`${cameras.map((d, i) => html`<option value="${d.deviceId}"
    ${d.deviceId === used && html`selected`}>${d.label || say`Camera ${i + 1}`}</option>`)}`);
  find(document, '.which').hidden = cameras.length < 2;
}

/** A phone that goes to sleep sends nothing. */
function stayAwake() {
  if (wanted && !document.hidden && !awake && 'wakeLock' in navigator) {
    navigator.wakeLock.request('screen').then((lock) => {
      awake = lock;
      lock.addEventListener('release', () => { awake = null; });
    }, () => {});
  }
}

/* ---- the page ---- */

/** @param {HTMLElement} place @param {import('./camera-words.js').Words} words @param {Markup | false} [more] */
function tell(place, { shape, title, detail }, more = false) {
  const text = html`<p><i data-shape="${shape}" aria-hidden="true"></i><b>${title}</b></p>
    ${detail && html`<p class="small">${detail}</p>`}${more}`;
  if (place.dataset.said !== text.text) { /* a screen reader says it once */
    place.dataset.said = text.text;
    fill(place, text);
  }
}

/** @type {Markup | false} where the page is to be had with https */
let way = false;

function show() {
  const missing = missingWords({ secure: isSecureContext, media: Boolean(navigator.mediaDevices?.getUserMedia) });
  tell(part('sending'), missing ?? trouble ?? sendingWords(sender.how, Date.now()), missing ? way : false);
  part('found').hidden = !store.doc;
  if (store.doc) {
    tell(part('found'), laneWords(store.doc));
  }
  video.hidden = !stream;
  find(document, 'lane-picture svg').toggleAttribute('hidden', !stream);
  button('start').hidden = Boolean(missing) || Boolean(stream) || !store.lane;
  button('stop').hidden = !wanted;
  setText(part('hint'), !stream ? say`The preview of the camera comes here.`
    : 'wakeLock' in navigator ? say`Keep this page open; the screen stays on by itself.`
      : say`Keep this page open, and keep the screen from going off: this browser does not.`);
}

/** The rings that the lane has found, or where they should be. */
function overlay() {
  const { width, height } = canvas;
  const svg = find(document, 'lane-picture svg');
  const doc = store.doc;
  const same = doc && doc.camera.width === width && doc.camera.height === height;
  const found = doc?.calibration.homography_mm_to_px?.length === 9 && doc.calibration.origin !== 'none' && same && doc.face.scoring !== 'by-hand';
  const r = 0.44 * Math.min(width, height);
  const cross = `M${width / 2 - r / 8} ${height / 2}h${r / 4}M${width / 2} ${height / 2 - r / 8}v${r / 4}`;
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  find(document, 'lane-picture').style.aspectRatio = width ? `${width} / ${height}` : '';
  find(svg, '.fitted').innerHTML = found ? fittedSvg(doc.face, { card: doc.calibration, m: [1, 0, 0, 1, 0.5, 0.5], caliber_mm: doc.caliber_mm }) : '';
  find(svg, '.frame').innerHTML = found ? '' : ['casing', ''].map((name) =>
    `<circle class="${name}" cx="${width / 2}" cy="${height / 2}" r="${r}"/><path class="${name}" d="${cross}"/>`).join('');
}

/** @param {unknown} problem */
function note(problem) {
  const { title = '', detail = '' } = /** @type {any} */ (problem ?? {});
  part('note').hidden = !title;
  fill(part('note'), html`<b>${title}</b> ${detail}`);
}

/** The address of these pages that a phone's browser lends its camera to. */
async function secureOrigin() {
  if (isSecureContext && !['localhost', '127.0.0.1', '[::1]'].includes(location.hostname)) {
    return location.origin;
  }
  return (await tls())?.origin ?? '';
}

/** Where the pages are to be had with https, and what a device must see first to
 * trust them. @returns {Promise<{ origin: string, trust: string } | null>} */
function tls() {
  return call('GET', '/tls.json').catch(() => null);
}

async function invite() {
  const place = find(document, '.invited');
  button('invite').disabled = true;
  try {
    const [address, own] = await Promise.all([secureOrigin(), tls()]);
    const now = new Date().toLocaleTimeString(lang === 'en' ? 'en-GB' : lang);
    const { link, qr_svg: qr } = await call('POST', laneUrl(store.lane, '/camera/invitation'),
      { name: say`Camera of ${store.lane}, ${now}`, ...(address && { address }) });
    fill(place, html`<p>Scan this with the phone, or open the link there and tap “Use this device”. It works once, within an hour.</p>
      ${qr && html`<div class="scan">${new Markup(qr)}</div>`}<p class="link">${link}</p>
      ${own && html`<p class="small">A phone that says it does not know the certificate scans this first:</p>
        <div class="scan"><img alt="Code of ${own.trust}" src="trust.svg"></div><p class="link"><a href="${own.trust}">${own.trust}</a></p>`}
      ${!address && html`<p class="small">This range has no https yet, and a phone lends its camera to https alone:
        start it with <code>make run TLS=1</code>, or see <a href="/docs/cameras">cameras</a>.</p>`}`);
    place.hidden = false;
    note(null);
  } catch (error) {
    note(error);
  }
  button('invite').disabled = false;
}

/** The lane of the address, else the only one whose camera is a page. */
async function begin() {
  const named = new URLSearchParams(location.search).get('lane');
  try {
    const { lanes } = await call('GET', '/api/lanes');
    const pushed = lanes.filter((/** @type {any} */ l) => l.state?.camera?.kind === 'push');
    const lane = lanes.find((/** @type {any} */ l) => l.name === (named ?? pushed[0]?.name));
    if (!lane || (!named && pushed.length > 1)) {
      note({ title: named ? say`There is no lane ${named}` : say`Which lane?` });
      fill(find(document, '.lane'), html`${pushed.map((/** @type {any} */ l) => html`<a href="?lane=${l.name}">${l.state.title}</a> `)}`);
      if (!pushed.length) {
        note({ title: say`No lane waits for a phone.`, detail: say`One whose configuration says “camera push:” does.` });
      }
      return;
    }
    await use(lane.name);
  } catch (error) {
    note(error);
    setTimeout(begin, RETRY_MS);
  }
}

/** @param {string} lane */
async function use(lane) {
  note(null);
  store.lane = lane;
  sender = new Sender(lane, tab(), shutter, show);
  new Events(laneUrl(lane, '/events'), store).follow(document);
  const { role } = await call('GET', laneUrl(lane, '/access'));
  part('invite').hidden = !INVITES.includes(role);
  if (role === 'viewer') {
    note({ title: say`This device may not send pictures yet.`,
      detail: say`Whoever shoots on the lane, or an admin, lets it in: “Use a phone instead” on this page there.` });
  }
  if (!isSecureContext) {
    const origin = await secureOrigin();
    way = origin ? html`<p><a class="button" href="${origin}/camera.html?lane=${lane}">Open it with https</a></p>
      <p class="small">The first time your device says that it does not know the certificate:
      <a href="/trust.html">let it trust this range</a>.</p>` : false;
  }
  show();
  /* loaded again, after an update perhaps: it goes on */
  const granted = await navigator.permissions?.query({ name: /** @type {any} */ ('camera') }).catch(() => null);
  if (kept(CAMERA).on === lane && granted?.state === 'granted') {
    await start();
  }
}

sender = new Sender('', '', shutter, show);
themed(button('theme'));
button('start').addEventListener('click', start);
button('stop').addEventListener('click', stop);
button('invite').addEventListener('click', invite);
which.addEventListener('change', () => {
  keep({ device: which.value }, CAMERA);
  start();
});
store.subscribe(({ kind }) => {
  if (kind === 'reset' || kind === 'status' || kind === 'calibration') {
    setText(find(document, '.lane'), store.doc?.title ?? store.lane);
    overlay();
    show();
  }
});
document.addEventListener('visibilitychange', stayAwake);
navigator.mediaDevices?.addEventListener?.('devicechange', () => stream && list(stream.getVideoTracks()[0]?.getSettings().deviceId));
setInterval(() => {
  store.emit({ kind: 'tick' });
  if (document.hidden) {
    frame.seen = performance.now(); /* a hidden video shows no frames */
  } else if (stream && performance.now() - frame.seen > FROZEN_MS) {
    start();
  }
  show();
}, TICK_MS);
begin();
