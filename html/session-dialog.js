/*
 * <session-dialog>: what is asked before a session starts or ends, and its
 * result.  Fetched when asked for.
 */

import { call, laneUrl, newKey } from './api.js';
import { onHold } from './hold.js';
import { fill, find, html, setText, style } from './html.js';
import { store } from './store.js';
import { durationText, scoreText, shotsWords } from './text.js';
import { offerUndo } from './undo.js';
import { number, say, told } from './words.js';

await style('dialogs.css');

const CHOICE = 'gmshoot.choice';

/** The course that is none: what a session without one is. */
const FREE = 'free-practice';

/** What was chosen last on this device. @returns {{ target?: string, caliber_mm?: number }} */
function remembered() {
  try {
    return JSON.parse(localStorage.getItem(CHOICE) ?? '{}') ?? {};
  } catch {
    return {};
  }
}

/** An option of a list. @param {unknown} value @param {string} text @param {boolean} chosen */
const option = (value, text, chosen) =>
  html`<option value="${value}" ${chosen && html`selected`}>${text}</option>`;

/** Courses of fire that this lane offers, those for the face first.
 * @param {import('./types').ListedCourse[]} courses @param {string} face @param {string} chosen */
function courseOptions(courses, face, chosen) {
  const fits = courses.filter((c) => c.targets?.includes(face));
  const others = courses.filter((c) => !fits.includes(c));
  const list = (/** @type {string} */ label, /** @type {import('./types').ListedCourse[]} */ some) =>
    some.length > 0 && html`<optgroup label="${label}">${some.map((c) =>
      option(c.name, told(c.title, c.name) || c.name, c.name === chosen))}</optgroup>`;
  return html`${option('', say`Free practice`, chosen === '')}${list(say`For this target`, fits)}
    ${list(fits.length ? say`Other courses` : say`Courses`, others)}`;
}

/** Its stages in a line. @param {import('./types').ListedCourse | undefined} course */
function courseWords(course) {
  return (course?.stages ?? []).map((s) => [`${told(s.name, 'stage')}:`, s.repeat > 1 && `${s.repeat} ×`,
    s.shots ? shotsWords(s.shots) : say`any number of shots`,
    s.shown_s ? say`in ${s.shown_s} s each` : s.time_s && say`in ${durationText(s.time_s * 1e6)}`]
    .filter(Boolean).join(' ')).join('; ');
}

/** @param {import('./types').Sums} sums */
function resultWords(sums) {
  const total = scoreText(sums.total_tenths, sums.total_rings, store.decimal);
  return html`<p class="result"><b>${total}</b> ${shotsWords(sums.counted)},
    ${sums.inner === 1 ? say`1 inner ten` : say`${sums.inner} inner tens`}</p>`;
}

/** @param {string} session @param {string} state */
const change = (session, state) =>
  call('PATCH', laneUrl(store.lane, `/sessions/${encodeURIComponent(session)}`), { state }, newKey());

class SessionDialog extends HTMLElement {
  /** What the main button does. @type {() => Promise<void>} */
  confirmed = async () => {};

  connectedCallback() {
    fill(this, html`<dialog aria-labelledby="dialog-title"><form method="dialog">
      <h2 id="dialog-title"></h2><div class="content"></div>
      <p class="error" role="alert" hidden></p>
      <div class="row"><button type="button" class="no"></button>
      <button type="submit" class="main"></button><button type="button" class="end" hidden></button></div>
      </form></dialog>`);
    this.dialog = /** @type {HTMLDialogElement} */ (find(this, 'dialog'));
    find(this, '.no').addEventListener('click', () => this.dialog?.close());
    onHold(find(this, '.end'), () => this.confirm());
    find(this, 'form').addEventListener('submit', (event) => {
      event.preventDefault();
      this.confirm();
    });
  }

  /**
   * @param {string} title
   * @param {import('./html.js').Markup} content
   * @param {string} yes
   * @param {string} no
   * @param {() => Promise<void>} confirmed
   * @param {boolean} [ends] what is held for a second
   */
  ask(title, content, yes, no, confirmed, ends = false) {
    const dialog = this.dialog;
    if (!dialog) {
      return;
    }
    setText(find(dialog, 'h2'), title);
    fill(find(dialog, '.content'), content);
    for (const [name, shown] of /** @type {const} */ ([['[type=submit]', !ends], ['.end', ends]])) {
      const button = find(dialog, name);
      setText(button, yes);
      button.hidden = !shown;
    }
    setText(find(dialog, '.no'), no);
    find(dialog, '.error').hidden = true;
    this.confirmed = confirmed;
    if (!dialog.open) {
      dialog.showModal();
    }
  }

  async confirm() {
    const dialog = /** @type {HTMLDialogElement} */ (this.dialog);
    const submit = find(dialog, '[type=submit]:not([hidden]), .end:not([hidden])');
    submit.toggleAttribute('disabled', true);
    try {
      await this.confirmed();
    } catch (error) {
      const { title, detail } = /** @type {import('./api.js').ApiError} */ (error);
      fill(find(dialog, '.error'), html`<b>${title}</b> ${detail}`);
      find(dialog, '.error').hidden = false;
    }
    submit.toggleAttribute('disabled', false);
  }

  /** One more shooter on this lane, who shoots next. */
  join() {
    this.start(say`Another shooter`, '/sessions');
  }

  start(title = say`Start a session`, where = '/session') {
    const doc = store.doc;
    if (!doc) {
      return;
    }
    const last = remembered();
    const target = doc.targets.some((t) => t.name === last.target) ? last.target : doc.face.name;
    const caliber = doc.calibers_mm.includes(last.caliber_mm ?? 0) ? last.caliber_mm
      : doc.caliber_mm;
    const key = newKey();
    this.ask(title, html`<label>Name
        <input name="shooter" maxlength="63" placeholder="guest" autocomplete="nickname"></label>
      <label>Target
        <select name="target">${doc.targets.map((t) =>
    option(t.name, told(t.title, t.name) || t.name, t.name === target))}</select></label>
      <label>Caliber
        <select name="caliber">${doc.calibers_mm.map((c) =>
    option(c, `${number(c, c % 1 && 1)} mm`, c === caliber))}</select></label>
      <label>Course of fire
        <select name="course"></select><span class="small stages"></span></label>
      <label class="check"><input type="checkbox" name="sighters"> Sighters first</label>
      ${doc.calibration.origin === 'none'
    && html`<p class="small">The camera looks for the target first.</p>`}`, say`Start`, say`Cancel`,
    () => this.begin(key, where));
    this.offer(doc.courses ?? []);
  }

  /** The choice of a course, at once by its names and, as soon as they are known, by all that is
   * told of each. @param {import('./types').ListedCourse[]} offered */
  async offer(offered) {
    const select = (/** @type {string} */ name) =>
      /** @type {HTMLSelectElement} */ (find(this, `select[name="${name}"]`));
    const list = select('course');
    let courses = offered.filter((c) => c.name !== FREE);
    const show = () => {
      const course = courses.find((c) => c.name === list.value);
      find(this, '.check').hidden = course !== undefined; /* it says so itself */
      fill(list, courseOptions(courses, select('target').value, course?.name ?? ''));
      setText(find(this, '.stages'), courseWords(course));
    };
    show();
    list.addEventListener('change', show);
    select('target').addEventListener('change', show);
    list.closest('label')?.toggleAttribute('hidden', courses.length === 0);
    const told = await call('GET', '/api/courses').catch(() => ({ courses: [] }));
    if (list.isConnected) {
      courses = courses.map((c) =>
        told.courses.find((/** @type {{ name: string }} */ t) => t.name === c.name) ?? c);
      show();
    }
  }

  /** @param {string} key @param {string} where */
  async begin(key, where) {
    const form = new FormData(/** @type {HTMLFormElement} */ (find(this, 'form')));
    const choice = {
      target: String(form.get('target') ?? ''), caliber_mm: Number(form.get('caliber')),
    };
    const course = String(form.get('course') ?? '');
    const name = String(form.get('shooter') ?? '').trim();
    const { session } = await call('POST', laneUrl(store.lane, where), {
      ...(name ? { nickname: name } : { shooter: 'guest' }),
      ...choice, ...(course ? { course } : form.has('sighters') && { sighters: true }),
    }, key);
    try {
      localStorage.setItem(CHOICE, JSON.stringify(choice));
    } catch {
      /* a browser may forbid it; then nothing is remembered */
    }
    this.dialog?.close();
    offerUndo(say`Session started`, () => change(session, 'discarded'),
      () => store.doc?.session?.id !== session || store.shots.length === 0);
  }

  end() {
    const key = newKey();
    this.ask(say`End the session?`, html`${resultWords(store.sums)}
      <p>No shot counts any more after this.</p>`, say`End session`, say`Go on shooting`,
    () => this.finish(key), true);
  }

  /** @param {string} key */
  async finish(key) {
    const sums = await call('DELETE', laneUrl(store.lane, '/session'), undefined, key);
    const files = laneUrl(store.lane, `/sessions/${encodeURIComponent(sums.session)}`);
    this.ask(say`Session ended`, html`${resultWords(sums)}
      <p><a href="${files}.html" target="_blank">Card</a> to print,
      <a href="${files}.csv" download>CSV</a></p>`, say`New session`, say`Close`, async () => {
      this.dialog?.close();
      this.start();
    });
    offerUndo(say`Session ended`, () => change(sums.session, 'reopened'),
      () => [store.doc?.session, ...store.doc?.sessions ?? []].some((s) => s?.id === sums.session));
  }
}

customElements.define('session-dialog', SessionDialog);
export { SessionDialog };
