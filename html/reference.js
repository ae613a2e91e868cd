/*
 * What the API can do, read from openapi.json, for people who write programs
 * against it: found, opened, and, where it changes nothing, tried.
 */

import { fill, find, html, setText } from './html.js';
import { themed } from './kept.js';
import { address, inner, nameOf, operations, resolve, typeText } from './reference-schema.js';
import { say } from './words.js';

/** @typedef {ReturnType<typeof operations>[number]} Operation */

/** How much of an answer is shown, in characters. */
const SHOWN = 20000;
/** How long a stream is listened to. */
const LISTEN_MS = 10000;

const main = find(document, 'main');
const seek = /** @type {HTMLInputElement} */ (find(document, '.seek input'));

/** @type {any} */
let doc = null;
/** @type {Operation[]} */
let all = [];
/** What a lane is called, to begin with. */
let lane = 'lane1';

/* ---- documents ---- */

/** What can be opened below a member; it is filled when it is opened.
 * @param {any} schema */
const below = (schema) => inner(schema).map((one) => html`
  <details class="schema" data-schema="${JSON.stringify(one)}"><summary>${nameOf(one) || say`its members`}</summary></details>`);

/** @param {any} given */
function members(given) {
  const schema = resolve(doc, given);
  if (!schema?.properties) {
    return html`<p><code>${schema ? typeText(schema) : say`unknown`}</code> ${schema?.description}</p>${
      below(schema?.$ref ? null : schema)}`;
  }
  const needed = new Set(schema.required ?? []);
  return html`${schema.description && html`<p class="soft">${schema.description}</p>`}<dl class="members">${
    Object.entries(schema.properties).map(([name, /** @type {any} */ member]) => html`<div>
      <dt><code>${name}</code>${needed.has(name) && html`<b>always</b>`}</dt>
      <dd><div><code>${typeText(member)}</code></div>${member.description && html`<div>${member.description}</div>`}${
  below(member)}</dd></div>`)}</dl>`;
}

/** @param {any} content */
const documents = (content) => Object.entries(content ?? {}).map(([type, /** @type {any} */ media]) => html`
  <p class="soft"><code>${type}</code></p>${media.example && html`<pre>${JSON.stringify(media.example, null, 1)}</pre>`}
  ${media['x-events']
    ? html`<dl class="members">${Object.entries(media['x-events']).map(([name, schema]) =>
      html`<div><dt><code>${name}</code></dt><dd>${below(schema)}</dd></div>`)}</dl>`
    : members(media.schema)}`);

/* ---- one operation ---- */

/** @param {any[]} parameters */
const table = (parameters) => parameters.length > 0 && html`<h3>Parameters</h3><dl class="members">${
  parameters.map((p) => html`<div><dt><code>${p.name}</code>${p.required && html`<b>always</b>`}</dt>
    <dd><div><code>${typeText(p.schema)}</code> <span class="soft">${p.in === 'path' ? say`in the path` : p.in}</span></div>
    <div>${p.description}</div></dd></div>`)}</dl>`;

/** The command that asks for it in a terminal. @param {Operation} operation @param {string} path */
function curl({ method, what }, path) {
  const body = resolve(doc, what.requestBody)?.content?.['application/json'];
  const example = body && (body.example ?? resolve(doc, body.schema)?.example ?? {});
  return ['curl', method !== 'get' && `-X ${method.toUpperCase()}`,
    body && `-H 'Content-Type: application/json' -d '${JSON.stringify(example).replaceAll("'", "'\\''")}'`,
    `'${location.origin}${path}'`].filter(Boolean).join(' ');
}

/** @param {Operation} operation */
function insides(operation) {
  const { method, what, parameters } = operation;
  const body = resolve(doc, what.requestBody);
  return html`<div class="inside">
    ${what.description && html`<p>${what.description}</p>`}
    ${table(parameters)}
    ${body && html`<h3>What is sent</h3><div>${documents(body.content)}</div>`}
    <h3>What comes back</h3>
    <div class="answers">${Object.entries(what.responses).map(([status, given]) => {
    const answer = resolve(doc, given);
    return html`<details class="answer" data-answer="${status}" ${status.startsWith('2') && html`open`}>
      <summary>${status}</summary><p>${answer?.description}</p>${documents(answer?.content)}</details>`;
  })}</div>
    <h3>${method === 'get' ? say`Try it` : say`In a terminal`}</h3>
    <form class="try">${parameters.filter((p) => p.in !== 'header' && (method === 'get' || p.in === 'path')).map((p) => html`
      <label>${p.name}<input name="${p.name}" ${p.required && html`required`} autocomplete="off" value="${
  p.name === 'lane' ? lane : p.in === 'path' ? p.example ?? '' : ''}" placeholder="${p.example ?? ''}"></label>`)}
      ${method === 'get' && html`<button class="main">Ask</button>`}</form>
    <pre class="command"></pre>
    <div class="came" role="status"></div>
  </div>`;
}

/** @param {Element} el @returns {Operation} */
const operationOf = (el) => /** @type {Operation} */ (all.find(({ id }) => id === el.closest('.operation')?.id));

/** @param {HTMLFormElement} form */
const asked = (form) => {
  const operation = operationOf(form);
  return address(operation.path, operation.parameters,
    /** @type {Record<string, string>} */ (Object.fromEntries(new FormData(form))));
};

/** @param {HTMLFormElement} form */
function command(form) {
  setText(find(/** @type {Element} */ (form.parentElement), '.command'), curl(operationOf(form), asked(form)));
}

/* ---- trying it ---- */

/** The text of an answer as far as it is shown; a stream is left after a while.
 * @param {Response} response @param {(text: string) => void} show */
async function read(response, show) {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) {
    return '';
  }
  let text = '';
  const stream = /event-stream|mixed-replace/.test(response.headers.get('content-type') ?? '');
  const timer = stream && setTimeout(() => reader.cancel(), LISTEN_MS);
  for (let part = await reader.read(); !part.done && text.length < SHOWN; part = await reader.read()) {
    text += part.value;
    stream && show(text);
  }
  clearTimeout(timer || 0);
  reader.cancel().catch(() => {});
  return text;
}

/** @param {string} text @param {string} type */
function told(text, type) {
  let whole = text;
  if (/json/.test(type)) {
    try {
      whole = JSON.stringify(JSON.parse(text), null, 1);
    } catch {
      /* cut off, or no JSON after all: as it came */
    }
  }
  return whole.length > SHOWN ? `${whole.slice(0, SHOWN)}\n… ${say`and more`}` : whole;
}

/** @param {HTMLFormElement} form */
async function ask(form) {
  const came = find(/** @type {Element} */ (form.parentElement), '.came');
  const path = asked(form);
  const began = performance.now();
  fill(came, html`<p>Asking …</p>`);
  try {
    const response = await fetch(path, { cache: 'no-store' });
    const type = response.headers.get('content-type') ?? '';
    const head = html`<p><b>${response.status}</b> ${type}, after ${Math.round(performance.now() - began)} ms</p>`;
    if (/^image\/|mixed-replace/.test(type)) {
      response.body?.cancel().catch(() => {});
      fill(came, html`${head}<img src="${path}" alt="What came">`);
      return;
    }
    const text = await read(response, (part) => fill(came, html`${head}<pre>${part.slice(-SHOWN)}</pre>`));
    fill(came, html`${head}<pre>${told(text, type)}</pre>`);
  } catch {
    fill(came, html`<p>No answer: is the network there?</p>`);
  }
}

/* ---- the page ---- */

/** @param {Operation} operation */
const row = ({ id, method, path, what }) => html`<details class="operation" id="${id}"><summary>
  <span class="method ${method}">${method.toUpperCase()}</span><code>${path}</code>
  <span class="says">${what.summary}</span><span class="role">${what['x-role'] ?? ''}</span></summary></details>`;

function list() {
  const words = seek.value.toLowerCase().split(/\s+/).filter(Boolean);
  const found = all.filter(({ method, path, what, parameters }) => {
    const text = `${method} ${path} ${what.summary} ${what.description ?? ''} ${parameters.map((p) => p.name).join(' ')}`;
    return words.every((word) => text.toLowerCase().includes(word));
  });
  const parts = doc.tags.filter((/** @type {any} */ tag) => found.some((o) => o.tag === tag.name));
  fill(main, html`${!words.length && html`<p class="soft">${doc.info.description}</p>
    <p class="soft">Right of each stands the least role that may ask: viewer, shooter, coach or admin.</p>`}
    ${parts.map((/** @type {any} */ tag) => html`<section class="part" id="part-${tag.name}">
      <h2>${tag.name}</h2><p class="soft">${tag.description}</p>
      ${found.filter((o) => o.tag === tag.name).map(row)}</section>`)}
    ${!found.length && html`<p>Nothing has these words.</p>`}`);
  fill(find(document, '.sides nav'), html`${parts.map((/** @type {any} */ tag) =>
    html`<a href="#part-${tag.name}">${tag.name}</a>`)}`);
}

/** Opens what the address names. */
function follow() {
  const el = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (el instanceof HTMLDetailsElement) {
    el.open = true;
  }
  el?.scrollIntoView();
}

main.addEventListener('toggle', ({ target }) => {
  const el = /** @type {HTMLDetailsElement} */ (target);
  if (!el.open || el.childElementCount > 1) {
    return; /* shut, or filled already */
  }
  if (el.matches('.schema')) {
    el.insertAdjacentHTML('beforeend', members(JSON.parse(el.dataset.schema ?? 'null')).text);
  } else if (el.matches('.operation')) {
    el.insertAdjacentHTML('beforeend', insides(operationOf(el)).text);
    command(find(el, 'form'));
    history.replaceState(null, '', `#${el.id}`);
  }
}, { capture: true });

main.addEventListener('input', ({ target }) => {
  const form = /** @type {HTMLElement} */ (target).closest('form');
  form && command(form);
});

main.addEventListener('submit', (event) => {
  event.preventDefault();
  ask(/** @type {HTMLFormElement} */ (event.target));
});

seek.addEventListener('input', list);
addEventListener('hashchange', follow);

themed(find(document, '[data-do=theme]'));

try {
  const [described, lanes] = await Promise.all([
    fetch('/openapi.json').then((r) => (r.ok ? r.json() : Promise.reject(new Error(String(r.status))))),
    fetch('/api/lanes').then((r) => r.json()).catch(() => null)]);
  doc = described;
  lane = lanes?.lanes?.[0]?.name ?? lane;
  all = operations(doc);
  list();
  follow();
} catch {
  const alert = find(document, '.calm');
  alert.hidden = false;
  setText(alert, say`The description of the API did not come. Reload the page in a moment.`);
}
main.removeAttribute('aria-busy');
