/*
 * <corrections-picture>: a shot in the camera's own picture, with the gauge, the
 * lines of the rings and the uncertainty laid over it; a tap proposes a place.
 * Where no film of the shot is kept, its evidence as it is.
 */

import { circlePath, ellipsePath, placeOf, seen, under } from './admin-corrections-figures.js';
import { WORDS } from './admin-corrections-words.js';
import { laneUrl } from './api.js';
import { ask } from './ask.js';
import { pixelsPerMm, upright } from './geometry.js';
import { fill, find, html, setText } from './html.js';
import { speech } from './speech.js';
import { faceRadius } from './target.js';
import { lang } from './words.js';

/** A hole has its shape so long after it was seen first; so long before it was not there for certain. */
const SETTLED_US = 400000;
const CLEAN_US = 200000;

/** Half widths of the view, in gauges; the last is all of the face. */
const VIEWS = [1.3, 2.5, 6];
const KEY_MM = 0.1;

const { say, number } = speech(WORDS, lang);

/** @typedef {import('./types').Shot & import('./admin-corrections-figures.js').Errors & { calibration: number, t_frame_us: number }} Shot */
/** @typedef {{ lane: string, session: string, shot: Shot | null, face: import('./types').Face, gauge_mm: number,
 *   doc: import('./types').StateDocument, past: boolean }} Subject past: a session that the lane has no more; what is looked at; shot null: the paper as it is now */

class CorrectionsPicture extends HTMLElement {
  /** @type {Subject | null} */
  subject = null;

  /** What the picture was made for: one that comes late is dropped. */
  wanted = '';

  /** @type {import('./admin-corrections-figures.js').Place | null} */
  place = null;

  /** Where somebody says the hole is, mm on the card. @type {{ x: number, y: number } | null} */
  proposed = null;

  view = 1;

  frames = { before: '', after: '' };

  shown = 'after';

  connectedCallback() {
    fill(this, html`<div class="photo"><svg role="application" tabindex="0" aria-label="${say('photograph')}" preserveAspectRatio="xMidYMid slice" hidden>
        <g class="camera"><image preserveAspectRatio="none"/></g><g class="laid"></g></svg>
      <img alt="${say('evidence')}" hidden><p class="note" hidden></p></div>
      <div class="row"><button type="button" data-show="before">${say('before')}</button>
        <button type="button" data-show="after">${say('after')}</button>
        <button type="button" data-zoom="-1">${say('closer')}</button><button type="button" data-zoom="1">${say('wider')}</button>
        <a class="button" download hidden>${say('film')}</a></div>
      <p class="margin" role="status"></p><p class="small legend" hidden></p>`);
    this.addEventListener('click', ({ target }) => {
      const { show, zoom } = /** @type {HTMLElement} */ (target).dataset;
      if (show) {
        this.shown = show;
        this.draw();
      } else if (zoom) {
        this.view = Math.max(0, Math.min(VIEWS.length, this.view + Number(zoom)));
        this.draw();
      }
    });
    const svg = find(this, 'svg');
    svg.addEventListener('click', (event) => this.tap(/** @type {MouseEvent} */ (event)));
    svg.addEventListener('keydown', (event) => this.key(/** @type {KeyboardEvent} */ (event)));
  }

  /** @param {Subject} subject */
  async show(subject) {
    const { lane, session, shot, doc } = subject;
    const wanted = JSON.stringify([lane, session, shot?.n, shot?.seq, shot ? 0 : doc.camera.t_frame_us]);
    const same = this.subject?.session === session && this.subject.shot?.n === shot?.n;
    this.subject = subject;
    if (wanted === this.wanted || (!shot && same)) {
      return;
    }
    this.wanted = wanted;
    this.place = null; /* nothing is laid over the picture of another shot */
    find(this, '.laid').replaceChildren();
    this.propose(null);
    if (!same) {
      this.shown = 'after';
      this.view = shot ? 1 : VIEWS.length;
    }
    const card = await this.map(subject);
    const film = shot && !shot.unplaced && await ask('GET', `/api/sessions/${encodeURIComponent(session)}/shots/${shot.n}/frames`).catch(() => null);
    if (wanted !== this.wanted) {
      return;
    }
    const [x_px, y_px] = [doc.camera.width / 2, doc.camera.height / 2];
    const { matrix } = upright(doc.camera);
    this.place = card && (shot ? placeOf(card, matrix, subject.face, shot) : { ...placeOf(card, matrix, subject.face,
      { x_mm: 0, y_mm: 0, x_px, y_px, bull: '' }), dx: 0, dy: 0 });
    this.frames = shot ? framesOf(film, shot.t_frame_us) : { before: '', after: `${laneUrl(lane, '/frame.jpg')}?t=${doc.camera.t_frame_us}` };
    const link = /** @type {HTMLAnchorElement} */ (find(this, 'a'));
    link.hidden = !film?.film;
    link.href = film?.film ?? '';
    if (this.place && this.frames.after) {
      await this.draw();
    } else {
      this.evidence(subject);
    }
  }

  /** The map that placed the shot; null: it is not known any more. @param {Subject} subject @returns {Promise<import('./geometry.js').CardMap | null>} */
  async map({ lane, shot, doc, past }) {
    const { calibration } = /** @type {{ calibration: any }} */ (doc);
    if (past) {
      return null; /* where it was in the picture is not told */
    }
    if (!shot || !shot.calibration || shot.calibration === calibration.seq) {
      return calibration.origin === 'none' ? null : calibration;
    }
    const { history } = await ask('GET', laneUrl(lane, '/calibration')).catch(() => ({ history: [] }));
    return history.find((/** @type {any} */ c) => c.seq === shot.calibration) ?? null;
  }

  /** Before, after, and the fitted hole, side by side. @param {Subject} subject */
  evidence({ session, shot }) {
    const { wanted } = this;
    const img = /** @type {HTMLImageElement} */ (find(this, 'img'));
    find(this, 'svg').toggleAttribute('hidden', true);
    find(this, '.legend').hidden = true;
    this.buttons();
    img.onload = () => this.wanted === wanted && this.say('');
    img.onerror = () => {
      if (this.wanted === wanted) {
        img.hidden = true;
        this.say(say('noPicture'));
      }
    };
    img.hidden = !shot || shot.unplaced;
    if (img.hidden) {
      this.say(say('noPicture'));
    } else {
      img.src = `/api/sessions/${encodeURIComponent(session)}/shots/${shot?.n}.jpg`;
    }
  }

  /** @param {string} words */
  say(words) {
    const note = find(this, '.note');
    setText(note, words);
    note.hidden = words === '';
  }

  buttons() {
    const drawn = !find(this, 'svg').hasAttribute('hidden');
    this.querySelectorAll('[data-show]').forEach((b) => {
      const { show } = /** @type {HTMLElement} */ (b).dataset;
      /** @type {HTMLElement} */ (b).hidden = !drawn || !this.frames.before;
      b.setAttribute('aria-pressed', String(show === this.shown));
    });
    this.querySelectorAll('[data-zoom]').forEach((b) => {
      const by = Number(/** @type {HTMLElement} */ (b).dataset.zoom);
      /** @type {HTMLElement} */ (b).hidden = !drawn;
      b.toggleAttribute('disabled', this.view + by < 0 || this.view + by > VIEWS.length);
    });
  }

  async draw() {
    const { place, subject, wanted } = this;
    const url = this.shown === 'before' ? this.frames.before : this.frames.after;
    if (!place || !subject) {
      return;
    }
    const image = new Image();
    image.src = url;
    const good = await image.decode().then(() => true, () => false);
    if (wanted !== this.wanted) {
      return;
    }
    if (!good) {
      this.evidence(subject);
      return;
    }
    const { doc, face, gauge_mm, shot } = subject;
    const img = find(this, 'image');
    for (const [name, value] of Object.entries({ href: url, x: -0.5, y: -0.5, width: doc.camera.width, height: doc.camera.height })) {
      img.setAttribute(name, String(value));
    }
    find(this, 'img').hidden = true;
    this.say('');
    const svg = find(this, 'svg');
    const c = seen(place, place.x, place.y);
    const half = (VIEWS[this.view] ?? faceRadius(face) / gauge_mm) * gauge_mm * pixelsPerMm(place.card, place.x, place.y);
    svg.setAttribute('viewBox', `${c.x - half} ${c.y - half} ${2 * half} ${2 * half}`);
    svg.toggleAttribute('hidden', false);
    find(this, '.camera').setAttribute('transform', `matrix(${place.m.join(' ')})`);
    const legend = find(this, '.legend');
    legend.hidden = !shot;
    setText(legend, [say('drawn', { gauge: number(gauge_mm, Number.isInteger(gauge_mm * 10) ? 1 : 2) }),
      (shot?.x_error_mm ?? 0) > 0 && say('drawnError')].filter(Boolean).join(' '));
    this.over();
    this.buttons();
  }

  /** What is laid over the picture. */
  over() {
    const { place, subject, proposed } = this;
    if (!place || !subject) {
      return;
    }
    const { face, gauge_mm, shot } = subject;
    const path = (/** @type {string} */ name, /** @type {string} */ d) => (d ? `<path class="casing" d="${d}"/><path class="${name}" d="${d}"/>` : '');
    const [bx, by] = shot ? [place.x - shot.x_mm, place.y - shot.y_mm] : [0, 0];
    const c = proposed && seen(place, proposed.x, proposed.y);
    find(this, '.laid').innerHTML = face.rings.map((r) => `<path class="ring" d="${circlePath(place, bx, by, r.diameter_mm / 2)}"/>`).join('')
      + (shot ? path('gauge', circlePath(place, place.x, place.y, gauge_mm / 2)) + path('error', ellipsePath(place, place.x, place.y, shot)) : '')
      + (proposed && c ? path('wish', circlePath(place, proposed.x, proposed.y, gauge_mm / 2))
        + path('wish', `M${c.x - 2} ${c.y}h4M${c.x} ${c.y - 2}v4`) : '');
  }

  /** @param {{ x: number, y: number } | null} at mm on the card */
  propose(at) {
    this.proposed = at && { x: Math.round(at.x * 100) / 100, y: Math.round(at.y * 100) / 100 };
    this.over();
    this.dispatchEvent(new CustomEvent('proposed', { detail: this.proposed }));
  }

  /** @param {MouseEvent} event */
  tap({ clientX, clientY }) {
    const svg = /** @type {SVGSVGElement} */ (/** @type {unknown} */ (find(this, 'svg')));
    const screen = svg.getScreenCTM();
    if (screen && this.place) {
      this.propose(under(this.place, new DOMPoint(clientX, clientY).matrixTransform(screen.inverse())));
    }
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (by && this.place) {
      event.preventDefault();
      const { x, y } = this.proposed ?? this.place;
      this.propose({ x: x + by[0] * KEY_MM, y: y + by[1] * KEY_MM });
    } else if (event.key === 'Escape' && this.proposed) {
      this.propose(null);
    }
  }
}

/** The pictures before and after a shot. @param {any} film as GET frames tells it; null: there is none
 * @param {number} at of the first picture that showed the hole, us */
export function framesOf(film, at) {
  /** @type {{ t_us: number, picture: string }[]} */
  const frames = film?.frames ?? [];
  const after = frames.filter((f) => f.t_us >= at);
  return {
    before: frames.findLast((f) => f.t_us < at - CLEAN_US)?.picture ?? '',
    after: (after.find((f) => f.t_us >= at + SETTLED_US) ?? after.at(-1))?.picture ?? '',
  };
}

customElements.define('corrections-picture', CorrectionsPicture);
