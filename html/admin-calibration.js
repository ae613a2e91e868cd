/*
 * <admin-calibration>: the camera's picture of one lane with the rings as they
 * were found, and all that is done about it: looking for the target, saying
 * which side is up, setting points by hand, a test shot, going back; what the
 * scene lacks, and what can be set at the camera.
 */

import './admin-calibration-stage.js';
import './admin-camera.js';
import { confirmation, fitsWell, guess, handlesOn, lineInSight, linesOf, quarter, sameTurn, sent, together, typed } from './admin-calibration-map.js';
import { number, refusalOf, say, when } from './admin-calibration-said.js';
import { laneUrl, newKey } from './api.js';
import { ask } from './ask.js';
import { formOf, onSubmit } from './form.js';
import { upright } from './geometry.js';
import { fill, find, html, setText, style } from './html.js';
import { range } from './range.js';
import { Stills } from './still.js';
import { told } from './words.js';

await style('admin-calibration.css');

/** @typedef {import('./admin-calibration-map.js').Handle} Handle */
/** Points that are not saved yet: of which line, from which calibration on, and what they would come to.
 * @typedef {{ line: import('./admin-calibration-map.js').Line, handles: Handle[], seq: number | undefined, tried: any, error: any }} Draft */

/** A hole in the picture that is looked at. @typedef {{ x_px: number, y_px: number, found: any, error: any }} Hole */

const SECOND_MS = 1000;

/** Where a test shot sits. @type {import('./form.js').Field[]} */
const PLACE = [{ name: 'x_mm', label: say('x_mm'), hint: say('hintLeft'), mode: 'decimal', max: 12 },
  { name: 'y_mm', label: say('y_mm'), hint: say('hintLow'), mode: 'decimal', max: 12 }];

class AdminCalibration extends HTMLElement {
  lane = '';

  /** As GET tells it, with the history. @type {any} */
  calibration = null;

  /** @type {Draft | null} */
  draft = null;

  /** @type {Hole | null} */
  hole = null;

  tapping = false;

  /** Whether a point that is moved takes the others along. */
  together = false;

  /** How the picture is turned for looking; null: as the lane has it. @type {import('./admin-calibration-map.js').Turn | null} */
  turn = null;

  /** Since when the target is being looked for, ms; 0: it is not. */
  since = 0;

  /** What is being asked, and what is to be asked when that is answered. */
  asking = { try: false, verify: false };

  /** @type {Set<'try' | 'verify'>} */
  due = new Set();

  /** What stands where. @type {Map<string, string>} */
  shown = new Map();

  /** @type {(() => void)[]} */
  ends = [];

  connectedCallback() {
    const [, of = ''] = location.hash.slice(1).split('/');
    const wished = decodeURIComponent(of);
    this.lane = range.lanes.has(wished) ? wished : [...range.lanes.keys()][0] ?? '';
    fill(this, page());
    this.stage = /** @type {any} */ (find(this, 'calibration-stage'));
    this.stage.label({ picture: say('picture'), points: say('points') });
    this.stage.say(say('waiting'));
    this.listen();
    this.stills = new Stills(() => laneUrl(this.lane, '/frame.jpg'), (bitmap) => this.stage.picture(bitmap),
      (title) => this.stage.say(say('noPicture', { why: title })));
    const watch = () => (document.hidden || this.frozen ? this.stills?.stop() : this.stills?.start());
    document.addEventListener('visibilitychange', watch);
    const tick = setInterval(() => this.since && this.showTarget(), SECOND_MS);
    this.ends = [() => document.removeEventListener('visibilitychange', watch), () => clearInterval(tick), () => this.stills?.stop(),
      range.subscribe((change) => {
        if (change.kind === 'lanes') {
          this.showLanes();
        } else if (change.lane?.name === this.lane) {
          this.heard();
        }
      })];
    find(this, 'admin-camera').setAttribute('lane', this.lane);
    this.showLanes();
    this.watch = watch;
    watch();
    this.load();
    this.update();
  }

  disconnectedCallback() {
    this.ends.forEach((end) => end());
  }

  /** @type {any} */
  stage = null;

  /** @type {Stills | null} */
  stills = null;

  frozen = false;

  watch = () => {};

  /** What the lane's own events tell. @returns {import('./types').StateDocument | null} */
  get doc() {
    return range.lanes.get(this.lane)?.store.doc ?? null;
  }

  get open() {
    return this.doc?.session?.state === 'open';
  }

  listen() {
    this.addEventListener('click', (event) => {
      const button = /** @type {HTMLElement} */ (event.target).closest('[data-do]');
      const wish = button?.getAttribute('data-do');
      if (wish) {
        /** @type {Record<string, () => unknown>} */ (this.wishes)[wish]?.();
      }
    });
    find(this, '[name=lane]').addEventListener('change', (event) => {
      location.hash = `calibration/${encodeURIComponent(/** @type {HTMLSelectElement} */ (event.target).value)}`;
    });
    find(this, '[name=line]').addEventListener('change', () => this.place());
    this.stage.addEventListener('moved', (/** @type {CustomEvent} */ event) => this.moved(event.detail));
    this.stage.addEventListener('tapped', (/** @type {CustomEvent} */ event) => this.mark(event.detail.x, event.detail.y));
    const form = /** @type {HTMLFormElement} */ (find(this, '.known form'));
    onSubmit(form, PLACE, (values) => this.compare(values));
  }

  wishes = {
    find: () => this.look(),
    turn: () => this.see(quarter(this.seen)),
    mirror: () => this.see({ ...this.seen, mirror: !this.seen.mirror }),
    proposal: () => this.see({ rotate: this.calibration.proposal.rotate, mirror: this.calibration.proposal.mirror }),
    top: () => this.confirm(),
    place: () => this.place(),
    save: () => this.save(),
    discard: () => this.discard(),
    together: () => {
      this.together = !this.together;
      this.showHand();
    },
    undo: () => this.undo(),
    tap: () => this.tap(!this.tapping),
    mark: () => this.markMiddle(),
    away: () => this.forget(),
    larger: () => this.stage.zoom(1),
    smaller: () => this.stage.zoom(-1),
    whole: () => this.stage.zoom(0),
    freeze: () => {
      this.frozen = !this.frozen;
      find(this, '[data-do=freeze]').setAttribute('aria-pressed', String(this.frozen));
      this.watch();
    },
  };

  /* ---- what the lane says ---- */

  async load() {
    const { lane } = this;
    try {
      const calibration = await ask('GET', laneUrl(lane, '/calibration'));
      if (this.isConnected) {
        this.calibration = calibration;
        this.complain('.seen', null);
      }
    } catch (error) {
      this.complain('.seen', error);
    }
    this.update();
  }

  /** A lane has said something: the history is asked for only when there is more of it. */
  heard() {
    const now = this.doc?.calibration;
    const seq = /** @type {any} */ (now)?.seq;
    if (this.calibration && now && (seq !== this.calibration.seq || now.origin !== this.calibration.origin
      || now.confirmed !== this.calibration.confirmed) && this.loading !== `${seq} ${now.origin} ${now.confirmed}`) {
      this.loading = `${seq} ${now.origin} ${now.confirmed}`;
      this.load();
    }
    this.update();
  }

  /** Which one was fetched already because an event told of it. */
  loading = '';

  /** The picture as it is looked at. */
  get seen() {
    const { rotate = 0, mirror = false } = this.calibration ?? this.doc?.camera ?? {};
    return this.turn ?? { rotate, mirror };
  }

  /** How the camera's pixels stand in it. */
  get view() {
    const camera = this.doc?.camera;
    const size = { width: camera?.width || this.stage.bitmap?.width || 1280, height: camera?.height || this.stage.bitmap?.height || 720 };
    return upright(/** @type {any} */ ({ ...camera, ...size, ...this.seen, region: camera?.region ?? null }));
  }

  /** What is drawn: what the points come to, else what is in force. @returns {import('./admin-calibration-map.js').CardMap | null} */
  get map() {
    const c = this.draft?.tried ?? this.calibration;
    return c?.homography_mm_to_px ? c : null;
  }

  update() {
    if (!this.stage) {
      return;
    }
    this.showNotice();
    this.showTarget();
    this.showUpright();
    this.showHand();
    this.showTest();
    this.showScene();
    this.showHistory();
    this.showStage();
  }

  /** Writes what has changed alone: nothing jumps under a finger. @param {string} where @param {import('./html.js').Markup} markup */
  put(where, markup) {
    if (this.shown.get(where) !== markup.text) {
      this.shown.set(where, markup.text);
      fill(find(this, where), markup);
    }
  }

  /** A sentence of success, or none. @param {string} where @param {string} words */
  tell(where, words) {
    setText(find(this, `${where} > .said`), words);
    this.complain(where, null);
  }

  /** @param {string} where @param {any} error null: nothing is wrong */
  complain(where, error) {
    const place = find(this, `${where} > .error`);
    place.hidden = !error;
    fill(place, error ? refusalOf(error) : html``);
    if (error) {
      setText(find(this, `${where} > .said`), '');
    }
  }

  showLanes() {
    this.put('[name=lane]', html`${[...range.lanes.values()].map(({ name, title }) =>
      html`<option value="${name}" ${name === this.lane && html`selected`}>${title}</option>`)}`);
  }

  showNotice() {
    const words = this.doc?.face.scoring === 'by-hand' ? say('byHand') : this.open ? say('open') : '';
    setText(find(this, '.notice'), words);
    for (const wish of ['find', 'place', 'undo']) {
      find(this, `[data-do=${wish}]`).toggleAttribute('disabled', this.open || (wish === 'find' && this.since > 0));
    }
  }

  showTarget() {
    const c = this.calibration;
    const looked = this.since > 0 || this.doc?.state === 'calibrating';
    const missing = !c || c.origin === 'none';
    const good = c && fitsWell(c);
    this.put('.target .state', html`${looked ? html`<i data-shape="ring"></i> <b>${say('lookedFor')}</b>` : missing
      ? html`<i data-shape="triangle"></i> <b>${say('missing')}</b>`
      : html`<i data-shape="${good === false ? 'triangle' : 'dot'}"></i> <b>${say(good === false ? 'foundBadly' : 'found')}</b> (${say(`by-${c.origin}`)})`}`);
    this.put('.target .facts', missing ? html`` : html`${figures(c)}${c.drift && figure(say('drift'), c.drift.shift_mm, 'mm', 2)}`);
    this.put('.target .why', html`${missing && c?.reason && told(c.reason)}`);
    setText(find(this, '.target .check'), say(missing ? 'checkMissing' : 'checkFound'));
    find(this, '.target progress').hidden = !this.since;
    if (this.since) {
      setText(find(this, '.target > .said'), say('finding', { s: Math.round((Date.now() - this.since) / SECOND_MS) }));
    }
  }

  showUpright() {
    const c = this.calibration;
    const place = find(this, '.upright');
    place.hidden = !c || c.origin === 'none';
    if (place.hidden) {
      return;
    }
    const turned = !sameTurn(this.seen, c);
    setText(find(place, '.sure'), say(turned ? 'turnedOnly' : c.confirmed ? 'confirmed' : 'notConfirmed'));
    const { proposal } = c;
    find(place, '.proposal').hidden = !proposal || sameTurn(proposal, this.seen);
    setText(find(place, '.proposal span'), proposal ? say('proposal', { deg: proposal.rotate, sure: Math.round(proposal.confidence * 100),
      mirror: proposal.mirror ? say('andMirrored') : '' }) : '');
    find(place, '[data-do=mirror]').setAttribute('aria-pressed', String(this.seen.mirror));
  }

  /** What a line is called. @param {{ kind: string, value?: number }} line */
  lineName({ kind, value }) {
    return kind === 'ring' ? say('ring', { n: value ?? '' }) : say('black');
  }

  /** The lane counts them from 1 as well. @param {number} i @param {Handle} handle */
  pointName(i, handle) {
    return handle.kind === 'centre' ? say('centre') : say('point', { n: i + 1, line: this.lineName(handle) });
  }

  showHand() {
    const lines = this.doc ? linesOf(this.doc.face) : [];
    const { draft } = this;
    find(this, '.hand .some').hidden = lines.length === 0;
    find(this, '.hand .noLines').hidden = lines.length > 0 || !this.doc;
    this.put('[name=line]', html`${lines.map((line, i) => html`<option value="${i}">${this.lineName(line)}</option>`)}`);
    find(this, '.hand .points').hidden = !draft;
    find(this, '.hand [data-do=place]').hidden = draft !== null;
    find(this, '[data-do=together]').setAttribute('aria-pressed', String(this.together));
    if (!draft) {
      return;
    }
    const { tried } = draft;
    const worst = tried ? tried.off_mm.indexOf(Math.max(...tried.off_mm)) : -1;
    this.put('.hand .facts', figures(tried ?? {}));
    setText(find(this, '.hand .worst'), worst >= 0
      ? say('worst', { name: this.pointName(worst, draft.handles[worst]), mm: number(tried.off_mm[worst], 2) }) : '');
    find(this, '[data-do=save]').toggleAttribute('disabled', this.open || !tried || draft.error !== null);
  }

  showTest() {
    const { hole } = this;
    const c = this.map;
    find(this, '.test').hidden = !c;
    find(this, '[data-do=tap]').setAttribute('aria-pressed', String(this.tapping));
    find(this, '[data-do=away]').hidden = hole === null;
    find(this, '.known').hidden = !hole?.found;
    setText(find(this, '.test .result'), hole?.found ? this.resultText(hole.found) : this.tapping ? say('tapOn') : '');
    setText(find(this, '.test .by'), hole?.found && this.draft?.tried ? say('byDraft') : '');
  }

  /** @param {number} x_mm @param {number} y_mm */
  placeText(x_mm, y_mm) {
    const parts = [Math.abs(x_mm) >= 0.05 && say(x_mm > 0 ? 'right' : 'left', { n: number(Math.abs(x_mm), 1) }),
      Math.abs(y_mm) >= 0.05 && say(y_mm > 0 ? 'high' : 'low', { n: number(Math.abs(y_mm), 1) })].filter(Boolean);
    return parts.join(', ') || say('middle');
  }

  /** @param {any} found */
  resultText({ x_mm, y_mm, score_tenths, ring, inner }) {
    const score = this.doc?.face.decimal === 'none' ? number(ring, 0) : number(score_tenths / 10, 1);
    return say('result', { score: score + (inner ? say('inner') : ''), place: this.placeText(x_mm, y_mm) });
  }

  showScene() {
    const { scene } = this.doc ?? {};
    const grade = scene?.grade ?? 'unknown';
    const shape = { good: 'dot', fair: 'square', poor: 'triangle' }[grade] ?? 'ring';
    this.put('.scene .state', html`<i data-shape="${shape}"></i> <b>${say(`grade-${grade}`)}</b>`);
    this.put('.lacks', html`${(scene?.advice ?? []).map(({ type, text }) => html`<li data-advice="${type}">${say(`advice-${type}`)}${
      type === 'none' && html` ${told(text)}`}</li>`)}`);
  }

  showHistory() {
    const list = this.calibration?.history ?? [];
    const why = (/** @type {string} */ reason) => ({ undone: say('undoneWhy'), 'turned by hand': say('turned') }[reason] ?? reason);
    this.put('.calibrations', html`${list.map((/** @type {any} */ e, /** @type {number} */ i) => html`<li><b>${
      say('entry', { when: when(e.t_us), by: say(`by-${e.origin}`) })}</b>${i === 0 && html` <span class="chip">${say('now')}</span>`}
      <span class="small">${[e.residual_mm >= 0 && say('mm', { n: number(e.residual_mm, 2) }), why(e.reason), e.zoom].filter(Boolean).join(' · ')}</span></li>`)}`);
    find(this, '[data-do=undo]').hidden = list.length < 2;
    find(this, '.record .nothing').hidden = list.length > 0;
  }

  showStage() {
    const { draft, hole, map } = this;
    const face = this.doc?.face ?? null;
    const at = (/** @type {string} */ name, /** @type {{ x_px: number, y_px: number }} */ p) =>
      say('at', { name, x: number(p.x_px, 1), y: number(p.y_px, 1) });
    const points = (draft?.handles ?? []).map((h, i) => ({ kind: h.kind, x_px: h.x_px, y_px: h.y_px,
      name: [at(this.pointName(i, h), h), draft?.tried?.off_mm[i] !== undefined && say('off', { mm: number(draft?.tried.off_mm[i], 2) })].filter(Boolean).join(', ') }));
    if (hole) {
      points.push({ kind: /** @type {any} */ ('hole'), x_px: hole.x_px, y_px: hole.y_px, name: at(say('hole'), hole) });
    }
    const present = this.calibration && sameTurn(this.seen, this.calibration);
    this.stage.show({ view: this.view, face, map, points, tapping: this.tapping, hole_mm: this.doc?.caliber_mm ?? 0,
      top: present && !draft ? say('top') : '',
      anchor: JSON.stringify([this.lane, this.calibration?.seq, this.calibration?.origin, face?.name, draft?.seq, draft !== null]) });
  }

  /* ---- what a person does ---- */

  async look() {
    this.since = Date.now();
    this.tell('.target', '');
    this.update();
    try {
      await ask('POST', laneUrl(this.lane, '/calibration'), {}, newKey());
      this.draft = null;
      this.turn = null;
      this.tell('.target', say('findDone'));
    } catch (error) {
      this.complain('.target', error);
    }
    this.since = 0;
    this.update();
    await this.load();
    this.wantsVerifying();
  }

  /** @param {import('./admin-calibration-map.js').Turn} turn */
  see(turn) {
    this.turn = sameTurn(turn, this.calibration) ? null : turn;
    this.tell('.upright', '');
    this.update();
  }

  async confirm() {
    try {
      await ask('POST', laneUrl(this.lane, '/calibration/confirm'), confirmation(this.seen, this.calibration), newKey(), this.version());
      this.turn = null;
      this.tell('.upright', say('uprightDone'));
    } catch (error) {
      this.complain('.upright', error);
    }
    await this.load();
    this.wantsVerifying();
  }

  /** What is in force as far as this page knows, for If-Match. @param {number} [seq] */
  version(seq = this.calibration?.origin === 'none' ? undefined : this.calibration?.seq) {
    return seq ? `"${seq}"` : undefined;
  }

  /** Points where the target is, or where it may be. */
  place() {
    const { doc } = this;
    if (!doc) {
      return;
    }
    const lines = linesOf(doc.face);
    const size = { width: doc.camera.width || 1280, height: doc.camera.height || 720 };
    const map = this.map ?? guess(lines, size);
    this.together = this.draft ? this.together : this.map === null;
    const select = /** @type {HTMLSelectElement} */ (find(this, '[name=line]'));
    const line = this.draft ? lines[Number(select.value)] : lineInSight(map, lines, size);
    select.value = String(lines.indexOf(line));
    this.draft = { line, handles: handlesOn(map, line), seq: this.draft ? this.draft.seq : this.calibration?.seq, tried: null, error: null };
    this.tell('.hand', '');
    this.update();
    this.tryOut();
  }

  discard() {
    this.draft = null;
    this.tell('.hand', '');
    this.update();
    this.wantsVerifying();
  }

  /** A point was moved. @param {{ index: number, x: number, y: number }} to */
  moved({ index, x, y }) {
    const handle = this.draft?.handles[index];
    if (this.draft && handle) {
      if (this.together) {
        this.draft.handles = together(this.draft.handles, index, { x, y });
      } else {
        handle.x_px = x;
        handle.y_px = y;
      }
      this.showStage();
      this.tryOut();
    } else {
      this.mark(x, y);
    }
  }

  /** One question of a kind at a time, the newest after it. @param {'try' | 'verify'} kind @param {() => Promise<void>} run */
  async oneByOne(kind, run) {
    this.due.add(kind);
    if (this.asking[kind]) {
      return;
    }
    this.asking[kind] = true;
    while (this.due.delete(kind) && this.isConnected) {
      await run();
    }
    this.asking[kind] = false;
  }

  /** What the points come to, as the lane computes it. */
  tryOut() {
    return this.oneByOne('try', async () => {
      const { draft } = this;
      if (!draft) {
        return;
      }
      try {
        draft.tried = await ask('POST', laneUrl(this.lane, '/calibration/try'), { handles: sent(draft.handles) });
        draft.error = null;
      } catch (error) {
        draft.error = error;
      }
      if (this.draft === draft) {
        this.complain('.hand', draft.error);
        this.showHand();
        this.showStage();
        this.wantsVerifying();
      }
    });
  }

  async save() {
    const { draft } = this;
    if (!draft) {
      return;
    }
    try {
      await ask('PUT', laneUrl(this.lane, '/calibration'), { handles: sent(draft.handles) }, undefined, this.version(draft.seq));
      this.draft = null;
      this.tell('.hand', say('saved'));
      await this.load();
      this.wantsVerifying();
    } catch (error) {
      const { status } = /** @type {any} */ (error);
      if (status === 412) {
        await this.load();
        draft.seq = this.calibration?.seq; /* what is there now has been seen */
        this.complain('.hand', { title: say('changed'), detail: '' });
        this.update();
      } else {
        this.complain('.hand', error);
      }
    }
  }

  async undo() {
    try {
      await ask('POST', laneUrl(this.lane, '/calibration/undo'), {}, newKey(), this.version());
      this.draft = null;
      this.turn = null;
      this.tell('.record', say('undone'));
    } catch (error) {
      this.complain('.record', error);
    }
    await this.load();
    this.wantsVerifying();
  }

  /** @param {boolean} on */
  tap(on) {
    this.tapping = on;
    this.showTest();
    this.showStage();
  }

  /** @param {number} x_px @param {number} y_px */
  mark(x_px, y_px) {
    this.hole = { x_px, y_px, found: this.hole?.found ?? null, error: null };
    setText(find(this, '.known .error-mm'), '');
    this.showStage();
    this.verify();
  }

  /** By the keyboard alone: a mark to be moved by its arrows. */
  markMiddle() {
    const [centre] = this.map ? handlesOn(this.map, { kind: 'black', diameter_mm: 0 }) : [];
    if (centre) {
      this.mark(centre.x_px, centre.y_px);
      this.stage.button(this.draft?.handles.length ?? 0)?.focus();
    }
  }

  forget() {
    this.hole = null;
    this.tapping = false;
    this.tell('.test', '');
    this.update();
    find(this, '[data-do=tap]').focus();
  }

  /** The map has changed under the mark. */
  wantsVerifying() {
    if (this.hole) {
      this.verify();
    }
  }

  /** @param {object} [known] */
  question(known) {
    const { hole, draft } = this;
    return { x_px: hole?.x_px, y_px: hole?.y_px, ...known, ...(draft?.tried && { homography_mm_to_px: draft.tried.homography_mm_to_px }) };
  }

  verify() {
    return this.oneByOne('verify', async () => {
      if (!this.hole) {
        return;
      }
      try {
        const found = await ask('POST', laneUrl(this.lane, '/calibration/verify'), this.question());
        if (this.hole) {
          this.hole.found = found;
        }
        this.complain('.test', null);
      } catch (error) {
        this.hole.found = null;
        this.complain('.test', error);
      }
      this.showTest();
    });
  }

  /** Throws what is to be said beside the fields. @param {Record<string, string>} values */
  async compare(values) {
    const wrong = PLACE.filter(({ name }) => Number.isNaN(typed(values[name])));
    setText(find(this, '.known .error-mm'), '');
    if (wrong.length) {
      throw { errors: wrong.map(({ name }) => ({ pointer: `/${name}`, detail: say('number') })) };
    }
    const { error_mm, x_off_mm, y_off_mm } = await ask('POST', laneUrl(this.lane, '/calibration/verify'),
      this.question({ x_mm: typed(values.x_mm), y_mm: typed(values.y_mm) })).catch((error) => {
      this.complain('.test', error);
      throw { errors: error.errors };
    });
    setText(find(this, '.known .error-mm'), say('error', { mm: number(error_mm, 2), place: this.placeText(x_off_mm, y_off_mm) }));
  }
}

/** @param {string} name @param {unknown} v @param {string} unit a word with {n} @param {number} digits */
const figure = (name, v, unit, digits) => html`<div><dt>${name}</dt><dd>${typeof v === 'number' && v >= 0
  ? say(unit, { n: number(v, digits) }) : say('unknown')}</dd></div>`;

/** @param {any} c */
const figures = (c) => html`${figure(say('residual'), c.residual_mm, 'mm', 2)}${figure(say('scale'), c.px_per_mm, 'pxmm', 2)}${
  figure(say('tilt'), c.tilt_deg, 'deg', 1)}`;

/** A part with a heading, a place for what went well and one for what did not.
 * @param {string} name @param {string} title @param {import('./html.js').Markup} inside */
const part = (name, title, inside) => html`<section class="card ${name}" aria-labelledby="title-${name}"><h2 id="title-${name}">${title}</h2>
  ${inside}<p class="said" role="status"></p><p class="error" role="alert" hidden></p></section>`;

/** A sign that says what it does to who cannot see it. @param {string} wish @param {string} sign @param {string} words */
const sign = (wish, sign, words) => html`<button type="button" data-do="${wish}" aria-label="${words}" title="${words}">${sign}</button>`;

/** @param {string} wish @param {string} words @param {string} [more] class @param {boolean} [pressed] whether it can stay pressed */
const act = (wish, words, more = '', pressed = false) => (pressed
  ? html`<button type="button" data-do="${wish}" aria-pressed="false">${words}</button>`
  : html`<button type="button" class="${more}" data-do="${wish}">${words}</button>`);

const page = () => html`<section class="card seen" aria-label="${say('picture')}">
    <div class="row"><label><span>${say('lane')}</span><select name="lane"></select></label>
      ${sign('larger', '+', say('larger'))}${sign('smaller', '−', say('smaller'))}${act('whole', say('whole'))}${act('freeze', say('freeze'), '', true)}</div>
    <calibration-stage></calibration-stage>
    <p class="notice" role="status"></p><p class="said" role="status"></p><p class="error" role="alert" hidden></p></section>
  <div class="side">
  ${part('target', say('target'), html`<p class="state"></p><p class="why"></p><dl class="facts"></dl><p class="check small"></p>
    <progress class="looking" aria-label="${say('lookedFor')}" hidden></progress><div class="row acts">${act('find', say('find'), 'main')}</div>`)}
  ${part('upright', say('upright'), html`<p><b>${say('ask')}</b></p><p class="sure small"></p>
    <div class="row proposal" hidden><span></span>${act('proposal', say('showSo'))}</div>
    <div class="row acts">${act('top', say('yes'))}${act('turn', say('turn'))}${act('mirror', say('mirror'), '', true)}</div>`)}
  ${part('hand', say('hand'), html`<p class="noLines" hidden>${say('noLines')}</p><div class="some"><p class="small">${say('handSays')}</p>
    <div class="row acts">${act('place', say('place'))}</div></div>
    <div class="points" hidden><label><span>${say('line')}</span><select name="line"></select></label><div class="row">${act('together', say('together'), '', true)}</div><h3>${say('live')}</h3>
      <div role="status"><dl class="facts"></dl><p class="worst small"></p></div><div class="row acts">${act('save', say('save'), 'main')}${act('discard', say('discard'))}</div></div>`)}
  ${part('test', say('test'), html`<p class="small">${say('testSays')}</p><div class="row">${act('tap', say('tap'), '', true)}${act('mark', say('mark'))}${
  act('away', say('away'))}</div>
    <p class="result" role="status"></p><p class="by small"></p>
    <div class="known" hidden><h3>${say('known')}</h3>${formOf(PLACE, say('compare'))}<p class="error-mm" role="status"></p></div>`)}
  ${part('scene', say('scene'), html`<p class="state"></p><ul class="things lacks"></ul>`)}
  ${part('record', say('history'), html`<p class="nothing" hidden>${say('none')}</p><div class="row acts">${act('undo', say('undo'))}</div>
    <ol class="calibrations" tabindex="0" aria-label="${say('history')}"></ol>`)}
  <admin-camera></admin-camera></div>`;

customElements.define('admin-calibration', AdminCalibration);
