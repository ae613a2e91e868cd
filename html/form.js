/*
 * Forms that explain themselves: what the server refused stands beside the
 * field that it points at, the rest under the form.
 */

import { Markup, fill, find, html } from './html.js';
import { say } from './words.js';

/** @typedef {{ name: string, label: string, hint?: string, required?: boolean, max?: number,
 *   value?: string, choices?: [string, string][], mode?: string }} Field */

/** Of the forms on a page: so that no id is there twice. */
let forms = 0;

/** @param {Field} field @param {string} id of what explains it */
function fieldOf({ name, label, hint, required, max, value = '', choices, mode }, id) {
  const control = choices
    ? html`<select name="${name}" aria-describedby="${id}">${choices.map(([v, text]) =>
      html`<option value="${v}" ${v === value && html`selected`}>${text}</option>`)}</select>`
    : html`<input name="${name}" value="${value}" maxlength="${max ?? 100}" ${required && html`required`}
        inputmode="${mode ?? 'text'}" autocomplete="off" aria-describedby="${id}">`;
  return html`<div class="field" data-field="${name}"><label><span>${label}</span>${control}</label>
    <p class="small" id="${id}">${hint}</p></div>`;
}

/** @param {Field[]} fields @param {string} submit @returns {Markup} */
export function formOf(fields, submit) {
  forms++;
  return html`<form novalidate>${fields.map((f) => fieldOf(f, `about-${forms}-${f.name}`))}
    <p class="error" role="alert" hidden></p>
    <div class="row"><button type="submit" class="main">${submit}</button></div></form>`;
}

/** @param {Element} form @param {Field[]} fields @param {unknown} error of ask() */
export function explain(form, fields, error) {
  const { title = say`That did not work`, detail = '', errors = [] } = /** @type {any} */ (error ?? {});
  const said = new Map(errors.map((/** @type {any} */ e) => [String(e.pointer).replace(/^\//, ''), e.detail]));
  let first = true;
  for (const { name, hint = '' } of fields) {
    const about = find(form, `[data-field="${name}"] .small`);
    const control = find(form, `[name="${name}"]`);
    const wrong = error ? said.get(name) : undefined;
    about.textContent = String(wrong ?? hint);
    about.classList.toggle('error', wrong !== undefined);
    control.removeAttribute('aria-invalid');
    if (wrong !== undefined) {
      control.setAttribute('aria-invalid', 'true');
      said.delete(name);
      if (first) {
        control.focus();
      }
      first = false;
    }
  }
  const under = find(form, ':scope > .error');
  under.hidden = !error || (!first && said.size === 0);
  fill(under, html`<b>${title}</b> ${said.size ? [...said].map((e) => e.join(': ')).join(' · ') : detail}`);
}

/**
 * Sends a form: a field that must be filled says so before anything goes out.
 *
 * @param {HTMLFormElement} form @param {Field[]} fields
 * @param {(values: Record<string, string>) => Promise<unknown>} send
 */
export function onSubmit(form, fields, send) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const values = Object.fromEntries([...new FormData(form)].map(([k, v]) => [k, String(v).trim()]));
    const empty = fields.filter((f) => f.required && !values[f.name]);
    if (empty.length) {
      explain(form, fields, { errors: empty.map((f) => ({ pointer: f.name, detail: say`This is needed.` })) });
      return;
    }
    const button = find(form, '[type=submit]');
    button.toggleAttribute('disabled', true);
    try {
      explain(form, fields, null);
      await send(values);
    } catch (error) {
      explain(form, fields, error);
    }
    button.toggleAttribute('disabled', false);
  });
}

/** One calm sentence in the place of what could not be had, and a way to try again.
 * @param {Element} place @param {unknown} error @param {() => unknown} again */
export function calm(place, error, again) {
  const { title = say`That did not work`, detail = '' } = /** @type {any} */ (error);
  fill(place, html`<div class="calm" role="alert"><p><b>${title}.</b> ${detail}</p>
    <button type="button">Try again</button></div>`);
  find(place, 'button').addEventListener('click', () => again());
}
