/*
 * <admin-corrections>: the officer's desk: protests and complaints of all lanes,
 * the shots of a session with what the camera saw of each, what may be done
 * about them, and who did what.
 */

import './admin-corrections-acts.js';
import { gaugeOf, marginOf, queueOf } from './admin-corrections-figures.js';
import './admin-corrections-picture.js';
import { DECIDED } from './admin-corrections-trail.js';
import { WORDS } from './admin-corrections-words.js';
import { laneUrl } from './api.js';
import { ask } from './ask.js';
import { calm } from './form.js';
import { fill, find, html, setText, style } from './html.js';
import { range } from './range.js';
import { speech } from './speech.js';
import { shotFrom, shotFromRow } from './store.js';
import { timeText } from './text.js';
import { lang } from './words.js';

await style('admin-corrections.css');

const { say, number } = speech(WORDS, lang);

/** Events that come together are one reason to look. */
const SOON_MS = 250;

/** @typedef {import('./admin-corrections-picture.js').Shot} Shot */
/** @typedef {import('./types').Complaint & { lane: string }} Complaint */

/** What the lane says of a session; past: the history, since the lane has it no more.
 * @typedef {{ past: boolean, shots: Shot[], older: number, face: import('./types').Face,
 *   caliber_mm: number, corrections: import('./admin-corrections-figures.js').Correction[] }} Looked */

/** A shot with what only a person who looks closely needs. @param {string[]} columns @param {(number | string)[]} row
 * @param {Map<number, number>} first when each was seen first, us */
const closely = (columns, row, first) => ({ ...shotFromRow(columns, row), t_frame_us: first.get(Number(row[columns.indexOf('n')])) ?? 0,
  error_correlation: Number(row[columns.indexOf('error_correlation')]) || 0,
  calibration: Number(row[columns.indexOf('calibration')]) || 0 });

/** What the history has of a shot: its place in the picture it has not. @param {any} shot @returns {Shot} */
const remembered = (shot) => ({ ...shotFrom({ ...shot, t_us: shot.t_frame_us }), error_correlation: shot.error_correlation,
  calibration: 0, t_frame_us: shot.t_frame_us });

/** @param {{ score_tenths?: number, ring?: number, inner?: boolean, zone?: string }} shot @param {import('./types').Face | undefined} face */
const scoreOf = ({ score_tenths = 0, ring = 0, inner, zone }, face) =>
  `${zone || (face?.decimal === 'none' ? ring : number(score_tenths / 10, 1))}${inner ? '×' : ''}`;

class AdminCorrections extends HTMLElement {
  /** What is looked at; n 0: no shot, but the session. */
  at = { lane: '', session: '', n: 0, complaint: '' };

  /** @type {Looked | null} */
  looked = null;

  /** What was looked at then. */
  seen = '';

  /** Written parts, by their places. @type {Map<string, string>} */
  shown = new Map();

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  timer;

  /** @type {ReturnType<typeof setTimeout> | undefined} */
  soon;

  connectedCallback() {
    fill(this, html`<section class="card queue" aria-label="${say('waiting')}"><h2>${say('waiting')}</h2><ul class="things open"></ul>
        <details hidden><summary></summary><ul class="things decided"></ul></details></section>
      <section class="card pick"><div class="row"><label><span>${say('lane')}</span><select name="lane"></select></label>
        <label><span>${say('session')}</span><select name="session"></select></label></div>
        <h2>${say('shots')}</h2><p class="small older" hidden></p><p class="small none" hidden></p><div class="shots"></div></section>
      <section class="card look"><h2 class="title" tabindex="-1"></h2><corrections-picture></corrections-picture></section>
      <section class="card do acts"><corrections-acts></corrections-acts></section>
      <section class="card doubts-part"><h2>${say('candidates')}</h2><ul class="candidates"></ul></section>
      <section class="card trail"><corrections-trail></corrections-trail></section>`);
    this.acts = /** @type {any} */ (find(this, 'corrections-acts'));
    this.picture = /** @type {any} */ (find(this, 'corrections-picture'));
    this.addEventListener('click', ({ target }) => this.press(/** @type {HTMLElement} */ (target).closest('button')));
    this.addEventListener('change', ({ target }) => this.choose(/** @type {HTMLSelectElement} */ (target)));
    this.addEventListener('acted', () => this.load());
    this.picture.addEventListener('proposed', (/** @type {CustomEvent} */ event) => this.acts.place(event.detail));
    this.acts.addEventListener('placed', () => this.picture.propose(null));
    this.unsubscribe = range.subscribe(({ kind, lane }) => {
      if (kind === 'lanes' || (kind === 'lane' && lane)) {
        this.soon ??= setTimeout(() => this.follow(), SOON_MS);
      }
    });
    const [first] = range.lanes.keys();
    const waiting = queueOf(this.complaints()).open[0];
    this.go(waiting ? this.placeOf(waiting) : { lane: first, session: '', n: 0, complaint: '' });
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
    clearTimeout(this.soon);
    this.unsubscribe?.();
  }

  /** @returns {Complaint[]} */
  complaints() {
    return [...range.lanes.values()].flatMap(({ name, store }) => (store.doc?.complaints ?? []).map((c) => ({ ...c, lane: name })));
  }

  /** Where a complaint is to be looked at. @param {Complaint} c */
  placeOf = ({ lane, session, shot, id }) => ({ lane, session, n: shot, complaint: id });

  /** Writes what has changed alone. @param {string} where @param {import('./html.js').Markup} markup */
  put(where, markup) {
    if (this.shown.get(where) !== markup.text) {
      this.shown.set(where, markup.text);
      const place = find(this, where);
      const focused = /** @type {HTMLElement | null} */ (place.querySelector(':focus'))?.dataset ?? {};
      fill(place, markup);
      const [key, value] = Object.entries(focused)[0] ?? [];
      if (key) {
        /** @type {HTMLElement | null} */ (place.querySelector(`[data-${key}="${CSS.escape(String(value))}"]`))?.focus();
      }
    }
  }

  /** Something happened on some lanes. */
  follow() {
    const lane = range.lanes.get(this.at.lane);
    this.soon = undefined;
    if (!this.at.session && lane?.store.doc?.session) {
      this.go({ ...this.at });
    } else if (lane && this.at.session && this.seen !== `${lane.store.epoch}-${lane.store.seq}`) {
      this.queue();
      this.load();
    } else {
      this.queue();
      this.render();
    }
  }

  queue() {
    const { open, decided } = queueOf(this.complaints());
    const item = (/** @type {Complaint} */ c) => {
      const lane = range.lanes.get(c.lane);
      const who = lane && sessionsOf(lane.store).find((s) => s.id === c.session)?.shooter;
      return html`<li><button type="button" data-complaint="${c.lane} ${c.id}" aria-pressed="${String(c.lane === this.at.lane && c.id === this.at.complaint)}">
        <b>${lane?.title} · ${c.shot ? say('protest', { n: c.shot, score: scoreOf(c, lane?.store.doc?.face) }) : say('missing')}</b>
        <span class="small">${[who, timeText(c.t_us), c.reason && `“${c.reason}”`, c.state !== 'open' && `${DECIDED[c.state] ?? c.state}: ${c.text}`].filter(Boolean).join(' · ')}</span></button></li>`;
    };
    this.put('.open', html`${open.map(item)}${open.length === 0 && html`<li>${say('none')}</li>`}`);
    this.put('.decided', html`${decided.map(item)}`);
    find(this, '.queue details').hidden = decided.length === 0;
    setText(find(this, '.queue summary'), say('decided', { n: decided.length }));
  }

  /** @param {HTMLElement | null} button */
  press(button) {
    const { complaint, shot, seen, undo } = button?.dataset ?? {};
    if (complaint) {
      const [lane, id] = complaint.split(' ');
      const c = this.complaints().find((each) => each.lane === lane && each.id === id);
      if (c) {
        this.go(this.placeOf(c));
        this.focus();
      }
    } else if (shot) {
      this.go({ ...this.at, n: Number(shot), complaint: '' });
      this.focus();
    } else if (seen && button) {
      this.acts.count(button, this.candidates[Number(seen)]);
    } else if (undo && button) {
      this.undo(/** @type {HTMLButtonElement} */ (button), Number(undo));
    }
  }

  /** On a phone what was chosen lies further down. */
  focus() {
    const title = find(this, '.look .title');
    title.focus({ preventScroll: true });
    title.closest('section')?.scrollIntoView({ block: 'nearest' });
  }

  /** @param {HTMLButtonElement} button @param {number} seq */
  undo(button, seq) {
    const { corrections = [], shots = [] } = this.looked ?? {};
    const last = corrections.find((c) => c.seq === seq);
    const row = shots.find((s) => s.n === last?.n);
    if (last && row) {
      this.acts.undo(button, last, corrections.find((c) => c.n === last.n)?.before ?? null, row.seq);
    }
  }

  /** @param {HTMLSelectElement} select */
  choose({ name, value }) {
    if (name === 'lane') {
      this.go({ lane: value, session: '', n: 0, complaint: '' });
    } else if (name === 'session') {
      this.go({ ...this.at, session: value, n: 0, complaint: '' });
    }
  }

  /** @param {{ lane: string, session: string, n: number, complaint: string }} at */
  go(at) {
    const { doc } = range.lanes.get(at.lane)?.store ?? {};
    const session = at.session || doc?.session?.id || '';
    this.at = { ...at, session };
    this.queue();
    this.picks();
    this.load();
  }

  /** The shots, the newest last: nothing moves under a finger, and what has not changed stays.
   * @param {import('./html.js').Markup[]} items */
  list(items) {
    const place = find(this, '.shots');
    const below = place.scrollHeight - place.scrollTop - place.clientHeight < 8;
    const known = this.items;
    this.items = items.map((i) => i.text);
    while (place.children.length > items.length) {
      place.lastElementChild?.remove();
    }
    this.items.forEach((text, i) => {
      const was = place.children[i];
      if (!was) {
        place.insertAdjacentHTML('beforeend', text);
      } else if (known[i] !== text) {
        const focused = was === document.activeElement;
        was.outerHTML = text;
        if (focused) {
          /** @type {HTMLElement} */ (place.children[i]).focus();
        }
      }
    });
    if (below) {
      place.scrollTop = place.scrollHeight;
    }
  }

  /** What the list was made from. @type {string[]} */
  items = [];

  /** Which lanes and sessions there are to choose. */
  picks() {
    const { lane, session } = this.at;
    const lanes = [...range.lanes.values()];
    const store = range.lanes.get(lane)?.store;
    const sessions = store ? sessionsOf(store) : [];
    this.put('[name=lane]', html`${lanes.map((l) => html`<option value="${l.name}" ${l.name === lane && html`selected`}>${l.title}</option>`)}`);
    this.put('[name=session]', html`${sessions.map((s) => html`<option value="${s.id}" ${s.id === session && html`selected`}>${titleOf(s)}</option>`)}
      ${sessions.length === 0 && html`<option value="">${say('nobody')}</option>`}`);
    /** @type {HTMLSelectElement} */ (find(this, '[name=lane]')).value = lane;
    /** @type {HTMLSelectElement} */ (find(this, '[name=session]')).value = session;
  }

  async load() {
    clearTimeout(this.timer);
    const { lane, session } = this.at;
    const store = range.lanes.get(lane)?.store;
    const seen = `${store?.epoch}-${store?.seq}`;
    if (!session) {
      this.looked = null;
      this.render();
      return;
    }
    const url = laneUrl(lane, `/sessions/${encodeURIComponent(session)}`);
    try {
      const [state, { candidates }] = await Promise.all([ask('GET', url).catch((error) => {
        if (error.status !== 404) {
          throw error;
        }
        return null; /* the next one has begun since */
      }), ask('GET', laneUrl(lane, '/candidates'))]);
      const card = await ask('GET', state ? `${url}.json` : `/api/sessions/${encodeURIComponent(session)}.json`);
      if (lane !== this.at.lane || session !== this.at.session) {
        return;
      }
      this.seen = seen;
      this.candidates = candidates;
      const first = new Map(card.shots.map((/** @type {any} */ s) => [s.n, s.t_frame_us]));
      this.looked = { past: !state,
        shots: state ? state.shots.rows.map((/** @type {any} */ row) => closely(state.shots.columns, row, first)) : card.shots.map(remembered),
        older: state?.shots.truncated ?? 0, face: card.face, caliber_mm: card.caliber_mm, corrections: card.corrections };
      this.render();
    } catch (error) {
      if (lane === this.at.lane && session === this.at.session) {
        this.looked = null;
        this.render();
        this.items = [];
        calm(find(this, '.shots'), error, () => {
          find(this, '.shots').replaceChildren();
          this.load();
        });
      }
    }
  }

  /** What the camera took for no shot. @type {any[]} */
  candidates = [];

  render() {
    const { lane, session, n, complaint } = this.at;
    const { looked } = this;
    const doc = range.lanes.get(lane)?.store.doc;
    const mine = this.complaints().filter((c) => c.lane === lane && c.session === session);
    const shot = looked?.shots.find((s) => s.n === n) ?? null;
    const current = mine.find((c) => c.id === complaint) ?? mine.findLast((c) => n > 0 && c.shot === n) ?? null;
    this.picks();
    this.list(looked?.shots.map((s) => shotOf(s, looked.face, s.n === n, mine)) ?? []);
    const none = find(this, '.none');
    none.hidden = (looked?.shots.length ?? 0) > 0;
    setText(none, looked ? say('noShots') : say('noSession'));
    const older = find(this, '.older');
    older.hidden = !looked?.older;
    setText(older, say('more', { n: looked?.older ?? 0 }));
    for (const where of ['.look', '.do', '.doubts-part', '.trail']) {
      find(this, where).hidden = !looked;
    }
    if (!looked || !doc) {
      return;
    }
    const { face, caliber_mm, past } = looked;
    find(this, '.doubts-part').hidden = past;
    const gauge_mm = gaugeOf(face, caliber_mm);
    setText(find(this, '.look .title'), shot ? `${say('shot', { n })}: ${say('of', { score: scoreOf(shot, face), when: timeText(shot.t_us) })}`
      : current ? say('missing') : say('choose'));
    this.picture.show({ lane, session, shot, face, gauge_mm, doc, past });
    setText(find(this, '.margin'), shot ? marginText(face, gauge_mm, shot) : say('move'));
    this.acts.show({ lane, session, past, shot, face, complaint: current, others: this.others() });
    this.put('.candidates', html`${this.candidates.map((c, i) => candidateOf(c, i, face))}
      ${this.candidates.length === 0 && html`<li class="small">${say('noCandidates')}</li>`}${current && !current.shot && this.clip(current)}`);
    /** @type {any} */ (find(this, 'corrections-trail')).show({ corrections: looked.corrections, complaints: mine, face, past,
      card: `/api/sessions/${encodeURIComponent(session)}.html` });
  }

  /** The minute before a complaint, to be looked at again. @param {Complaint} complaint */
  clip({ lane, id }) {
    const url = laneUrl(lane, `/complaints/${id}`);
    return html`<li class="row"><a class="button" href="${url}.avi" download>${say('clip')}</a>
      <a class="button" href="${url}.json" download>${say('facts')}</a><a href="/docs/cameras#my-shot-is-missing">${say('replay')}</a></li>`;
  }

  /** Sessions of any lane that could have a shot. @returns {[string, string][]} */
  others() {
    return [...range.lanes.values()].flatMap(({ title, store }) => sessionsOf(store)
      .filter((s) => s.id !== this.at.session && (s.shooter || s.state !== 'open'))
      .map((s) => /** @type {[string, string]} */ ([s.id, `${title} · ${titleOf(s)}`])));
  }
}

/** Those that are open and the one that ended last. @param {import('./store.js').Store} store
 * @returns {import('./types').SessionSummary[]} */
function sessionsOf(store) {
  const { session, sessions = [] } = store.doc ?? {};
  const all = [...sessions, ...store.openSessions, ...session ? [{ ...session, active: true }] : []];
  return [...new Map(all.map((s) => [s.id, s])).values()].sort((a, b) => a.started_us - b.started_us);
}

/** @param {import('./types').SessionSummary} session */
const titleOf = ({ shooter, started_us, state }) => [shooter || say('nobody'), timeText(started_us), state === 'ended' && say('ended')]
  .filter(Boolean).join(' · ');

/** A shot among those to choose. @param {Shot} shot @param {import('./types').Face} face @param {boolean} chosen @param {Complaint[]} complaints */
function shotOf(shot, face, chosen, complaints) {
  const notes = [complaints.some((c) => c.shot === shot.n && c.state === 'open') && say('protested'), shot.removed && say('taken'),
    shot.corrected && !shot.removed && say('corrected'), shot.window && say('outside'), shot.sighter && say('sighter'),
    shot.near_line && say('nearLine'), shot.possible_double && say('twoShots'), shot.by_hand && say('byHand')].filter(Boolean);
  return html`<button type="button" data-shot="${shot.n}" aria-pressed="${String(chosen)}"><span class="n">${shot.n}</span>
    <b class="${shot.removed ? 'gone' : ''}">${scoreOf(shot, face)}</b><span class="small">${notes.join(', ')}</span></button>`;
}

/** @param {import('./types').Face} face @param {number} gauge_mm @param {Shot} shot */
function marginText(face, gauge_mm, shot) {
  const margin = marginOf(face, gauge_mm, shot);
  if (!margin) {
    return '';
  }
  const { ring, over_mm, error_mm } = margin;
  const values = { ring, mm: number(Math.abs(over_mm), 2), error: number(error_mm, 2) };
  const over = over_mm >= 0;
  if (!(error_mm > 0)) {
    return over ? say('overOnly', values) : say('shortOnly', values);
  }
  return [over ? say('over', values) : say('short', values), Math.abs(over_mm) <= error_mm && say('unsure')].filter(Boolean).join(' ');
}

/** @param {any} candidate of docs/events.md @param {number} i @param {import('./types').Face} face */
function candidateOf({ t_us, reason, score_tenths, confidence, picture }, i, face) {
  const score = scoreOf({ score_tenths, ring: Math.floor(score_tenths / 10) }, face);
  return html`<li>${picture && html`<img src="${picture}" loading="lazy" alt="${say('pictures')}">`}<div><p><b>${reason}</b></p>
    <p class="small">${say('candidate', { when: timeText(t_us), score, percent: Math.round(100 * confidence) })}</p></div>
    <button type="button" class="acts" data-seen="${i}">${say('wasShot')}</button></li>`;
}

customElements.define('admin-corrections', AdminCorrections);
