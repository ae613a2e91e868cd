/*
 * A lane out of a script: serves html/ and answers the API of docs/events.md,
 * so that pages are tested without camera, worker or nginx.
 *
 *     node t/browser/fixture.mjs [port] [ms]     a lane that shoots by itself
 */

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const PAGES = join(HERE, '../../html');
const EPOCH = '5f3a9c0112345678';

/** A page that asks for nothing. */
export const EMPTY = '/empty';

/** Strict enough that nothing inline and nothing foreign can run. */
export const CSP = "default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'";

/** @type {Record<string, string>} */
const TYPES = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml', '.jpg': 'image/jpeg', '.png': 'image/png', '.webmanifest': 'application/manifest+json',
};

export const COLUMNS = ['n', 'x_mm', 'y_mm', 'x_px', 'y_px', 'radius_px', 'score_tenths', 'ring',
  'inner', 'sighter', 'overlap', 'recovered', 'removed', 't_us', 'near_line', 'possible_double',
  'confidence', 'x_error_mm', 'y_error_mm', 'window'];

/** @param {string} name @param {any} [more] */
const stage = (name, more) => ({ name, sighters: false, shots: 5, series: 0, repeat: 1, time_s: 0,
  prepare_s: 0, pause_s: 0, shown_s: 0, away_s: 0, ...more });

/** As GET /api/courses tells them. @type {any[]} */
export const COURSES = [
  { name: 'free-practice', title: 'Free practice', commands: 'coach', targets: [], stages: [] },
  { name: 'any', title: 'For any target', commands: 'coach', targets: [], stages: [stage('match')] },
  { name: 'pistol', title: 'Pistol in a hurry', commands: 'shooter', targets: ['issf-10m-air-pistol'],
    stages: [stage('sighters', { sighters: true, shots: 0, time_s: 900 }),
      stage('match', { shots: 15, series: 5, repeat: 2, time_s: 300, prepare_s: 1 })] },
];

/** As GET /api/drills tells them. */
export const DRILL = { id: 'five-in-the-nine', title: 'Five in the nine', text: 'Five shots in a row.', aim: 'Again.',
  steps: ['Fire until five in a row are good.', 'A lower one begins anew.'],
  judge: { rule: 'streak', shots: 20, hits: 5, value: 9 } };

/** How the card lies in card.jpg. */
export const CARD = {
  width: 1280, height: 720, homography: [3.62, 0.11, 655.2, -0.06, -3.55, 352.7, 0.00012, 0.00021, 1],
};

/** @param {string} name @param {string} title @param {number} ten @param {number} step
 * @param {number} lowest @param {number} black @param {number} inner @param {number} card */
function face(name, title, ten, step, lowest, black, inner, card) {
  const rings = [];
  for (let value = 10; value >= lowest; value--) {
    rings.push({ value, diameter_mm: Number((ten + step * (10 - value)).toFixed(2)) });
  }
  return {
    name, title, rings, black_mm: black, inner_mm: inner, inner_rule: 'touch',
    gauges: [{ gauge_mm: 4.5, above_mm: 0 }], decimal: 'linear', card_mm: card,
  };
}

/** @type {Record<string, any>} */
export const FACES = {
  'issf-10m-air-pistol': face('issf-10m-air-pistol', 'ISSF 10 m air pistol', 11.5, 16, 1, 59.5, 5, 170),
  'issf-10m-air-rifle': face('issf-10m-air-rifle', 'ISSF 10 m air rifle', 0.5, 5, 1, 30.5, 0.5, 80),
};

/** A square and a triangle around it. */
export const ZONES = {
  ...FACES['issf-10m-air-pistol'], rings: [], black_mm: 0, inner_mm: 0, card_mm: 0,
  decimal: 'none', scoring: 'by-hand',
  zones: [
    { name: 'A', points: 5, inner: false, corners_mm: [[-50, -50], [50, -50], [50, 60], [-50, 60]] },
    { name: 'D', points: 1, inner: false, corners_mm: [[-100, -90], [100, -90], [0, 300]] },
  ],
};

/** Two bulls of an air rifle. */
export const BULLS = {
  ...FACES['issf-10m-air-rifle'], card_mm: 0, scoring: 'by-hand',
  bulls: [{ name: '1', at_mm: [-60, 10], sighter: false }, { name: 'S', at_mm: [60, 10], sighter: true }],
};

/** A shot's value on a face with a linear decimal rule.
 * @param {any} f @param {number} gauge @param {number} x @param {number} y */
export function score(f, gauge, x, y) {
  const r = Math.hypot(x, y);
  if (!f.rings.length) {
    return { score_tenths: 0, ring: 0, inner: false };
  }
  const ten = (f.rings[0].diameter_mm + gauge) / 2;
  const width = (f.rings[1].diameter_mm - f.rings[0].diameter_mm) / 2;
  let tenths = Math.floor(100 - (10 * (r - ten)) / width + 1e-9);
  tenths = tenths < 10 ? 0 : Math.min(109, tenths);
  return { score_tenths: tenths, ring: Math.floor(tenths / 10), inner: r - gauge / 2 <= f.inner_mm / 2 };
}

/** @param {number[]} h @param {number} x @param {number} y */
function toPx(h, x, y) {
  const w = h[6] * x + h[7] * y + h[8];
  return [(h[0] * x + h[1] * y + h[2]) / w, (h[3] * x + h[4] * y + h[5]) / w];
}

const now_us = () => Date.now() * 1000;

/** One lane: its state document, and everything that can happen to it. */
export class Lane {
  /** @param {string} name @param {string} title */
  constructor(name, title) {
    this.name = name;
    /** @type {Set<import('node:http').ServerResponse>} */
    this.clients = new Set();
    /** Streams of several lanes. @type {Set<import('node:http').ServerResponse>} */
    this.viewers = new Set();
    /** @type {{ seq: number, text: string }[]} */
    this.past = [];
    this.opened = 0;
    this.holes = 0;
    /** @type {{ method: string, path: string, body: any, key: string }[]} */
    this.requests = [];
    /** The next command's answer, if it is not to succeed.
     * @type {{ status: number, title: string, detail: string } | null} */
    this.refusal = null;
    this.refuseStreams = false;
    this.frames = 0;
    /** @type {Map<number, any>} what was said of a shot, by its number */
    this.said = new Map();
    this.process = 'up';
    /** Who asks. @type {{ role: string, session: string | null }} */
    this.access = { role: 'admin', session: null };
    /** @type {any} */
    this.doc = {
      lane: name, title, schema: 1, epoch: EPOCH, seq: 0, t_publish_us: 0, state: 'idle',
      face: FACES['issf-10m-air-pistol'], caliber_mm: 4.5, gauge_mm: 4.5, distance_m: 10,
      targets: Object.values(FACES).map((f) => ({ name: f.name, title: f.title })),
      calibers_mm: [4.5, 5.6], courses: COURSES.map(({ name: n, title: t }) => ({ name: n, title: t })),
      course: null,
      camera: {
        kind: 'simulate', state: 'ok', detail: '', width: CARD.width, height: CARD.height, fps: 15,
        captured: 100, dropped: 0, rotate: 0, mirror: false, region: null, t_frame_us: now_us(),
      },
      detector: { name: 'builtin', state: 'live', ms_p50: 2.9, ms_p95: 4.1 },
      calibration: {
        origin: 'auto', homography_mm_to_px: CARD.homography, residual_mm: 0.05, px_per_mm: 3.6,
        tilt_deg: 4, reason: '',
      },
      store: { state: 'ok', detail: '', commit_ms_p95: 1.2 },
      process: { pid: 1, restarts: 0, started_us: now_us() },
      scene: { grade: 'good', exposure_locked: null, advice: [] },
      problems: [], session: null, shots: { columns: COLUMNS, rows: [], truncated: 0 },
    };
  }

  /** @param {string} name @param {any} data @param {boolean} durable */
  publish(name, data, durable) {
    data = { lane: this.name, ...data, t_publish_us: now_us() + this.ahead_us };
    let text = '';
    if (durable) {
      data.seq = ++this.doc.seq;
      text = `id: ${EPOCH}-${data.seq}\n`;
    }
    text += `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
    if (durable) {
      this.past.push({ seq: data.seq, text });
    }
    this.send(text);
    return data;
  }

  /** @param {string} text */
  send(text) {
    this.clients.forEach((client) => client.write(text));
    this.viewers.forEach((viewer) => viewer.write(withoutId(text)));
  }

  snapshot() {
    this.doc.t_publish_us = now_us() + this.ahead_us;
    this.doc.camera.t_frame_us = this.frozen ?? now_us() + this.ahead_us;
    return `id: ${EPOCH}-${this.doc.seq}\nevent: snapshot\ndata: ${JSON.stringify(this.doc)}\n\n`;
  }

  /** What was said of the paper. @type {any[]} */
  papers = [];
  /** What was added by hand. @type {any[]} */
  added = [];
  complaints = 0;
  corrects = false;

  /** Instant at which the camera stopped, if it did. @type {number | undefined} */
  frozen;

  status(patch = {}) {
    for (const [key, value] of Object.entries(patch)) {
      const old = this.doc[key];
      this.doc[key] = value && typeof value === 'object' && !Array.isArray(value)
        ? { ...old, ...value } : value;
    }
    this.doc.camera.t_frame_us = this.frozen ?? now_us() + this.ahead_us;
    const { state, range, camera, detector, calibration, scene, store, problems, course, drill = null, old_holes = [] } = this.doc;
    this.publish('status', { state, range, camera, detector, calibration, scene, store, problems, course, drill, old_holes }, false);
  }

  /** The lane's clock less that of this computer. */
  ahead_us = 0;

  /** Goes on to a phase of a course's stage.
   * @param {string} phase @param {any} [more] @param {number} [n] of the stage, from 1 */
  conduct(phase, more = {}, n = 2) {
    const course = COURSES.find((c) => c.name === this.doc.session.course);
    const s = course.stages[n - 1];
    const now = now_us() + this.ahead_us;
    const next = { unloaded: 'load', loaded: 'start', preparing: 'stop', running: 'stop', stopped: 'unload' }[phase];
    this.doc.course = {
      name: course.name, title: course.title, commands: course.commands, phase, stage: s.name, stage_n: n,
      stages: course.stages.length, string: 1, strings: s.repeat, series: 1, series_shots: s.series || s.shots,
      shots: s.shots, shots_left: phase === 'stopped' ? this.doc.course.shots_left : s.shots || null, sighters: s.sighters, time_s: s.time_s || null,
      shown_s: s.shown_s, away_s: s.away_s, began_us: phase === 'running' ? now : null,
      ends_us: { preparing: now + s.prepare_s * 1e6, running: now + s.time_s * 1e6 }[phase] ?? null,
      next: next ?? null, ...more,
    };
    this.status();
  }

  /** @param {{ target?: string, caliber_mm?: number, nickname?: string, shooter?: string,
   *   course?: string }} [options] */
  start({ target = this.doc.face.name, caliber_mm = 4.5, nickname = 'guest', shooter = nickname,
    course = '' } = {}) {
    const doc = this.doc;
    doc.face = FACES[target];
    doc.caliber_mm = caliber_mm;
    doc.shots.rows = [];
    doc.state = 'live';
    doc.session = {
      id: `${this.name}-${EPOCH}-${doc.seq + 1}`, state: 'open', shooter, started_us: now_us(),
      ended_us: 0, counted: 0, total_tenths: 0, total_rings: 0, inner: 0, series_length: course ? 5 : 10,
      series: [], rounds: [], course,
    };
    this.tell('started', { face: doc.face, caliber_mm, distance_m: 10, shooter,
      course: COURSES.find((c) => c.name === course) ?? null });
    if (course) {
      this.conduct('unloaded', {}, 1);
    }
  }

  /** @param {string} state @param {any} [more] */
  tell(state, more = {}) {
    this.publish('session', { state, session: this.doc.session.id, ...more, t_us: now_us() }, true);
    this.status();
  }

  end() {
    this.doc.state = 'idle';
    this.doc.course = null;
    this.doc.session.state = 'ended';
    this.doc.session.ended_us = now_us();
    this.tell('ended');
    const { id, counted, total_tenths, total_rings, inner } = this.doc.session;
    return { session: id, counted, total_tenths, total_rings, inner };
  }

  /** Its end was a mistake. */
  reopen() {
    this.doc.state = 'live';
    Object.assign(this.doc.session, { state: 'open', ended_us: 0 });
    this.tell('reopened');
  }

  /** Its start was. */
  discard() {
    this.doc.state = 'idle';
    this.tell('discarded');
    this.doc.session = null;
  }

  /** @param {number} x @param {number} y */
  place(x, y) {
    const h = this.doc.calibration.homography_mm_to_px ?? CARD.homography;
    const [x_px, y_px] = toPx(h, x, y);
    return { x_mm: x, y_mm: y, x_px, y_px, radius_px: (this.doc.caliber_mm / 2) * 3.6 };
  }

  /** A provisional mark; its id. @param {number} x @param {number} y */
  hole(x, y) {
    this.publish('hole', { hole: ++this.holes, ...this.place(x, y), t_frame_us: now_us() }, false);
    return this.holes;
  }

  /** @param {number} x @param {number} y @param {any} [more] @returns {any} the event's data */
  shot(x, y, more = {}) {
    const { doc } = this;
    const n = doc.shots.rows.length + 1;
    /** @type {any} */
    const shot = {
      session: doc.session.id, n, hole: ++this.holes, ...this.place(x, y),
      ...score(doc.face, 4.5, x, y), sighter: false, overlap: false, recovered: false,
      confidence: 0.97, t_frame_us: now_us(), t_us: now_us(), ...more,
    };
    doc.shots.rows.push(COLUMNS.map((name) => (name === 'window' ? shot.window ?? '' : Number(shot[name] ?? 0))));
    if (doc.course?.shots_left && !shot.window) {
      doc.course.shots_left--;
    }
    this.sum();
    return this.publish('shot', shot, true);
  }

  sum() {
    const { session, shots } = this.doc;
    const at = (/** @type {string} */ name) => COLUMNS.indexOf(name);
    const counted = shots.rows.filter((/** @type {number[]} */ r) => !r[at('removed')] && !r[at('sighter')] && !r[at('window')]);
    const total = (/** @type {string} */ name) =>
      counted.reduce((/** @type {number} */ sum, /** @type {number[]} */ r) => sum + r[at(name)], 0);
    Object.assign(session, {
      counted: counted.length, total_tenths: total('score_tenths'), total_rings: total('ring'),
      inner: total('inner'),
    });
  }

  /** The last shots so far are a round. @param {number} last */
  closeRound(last) {
    const { rounds, id } = this.doc.session;
    const round = { session: id, round: rounds.length + 1, first: (rounds.at(-1)?.last ?? 0) + 1, last, by: 'command' };
    rounds.push(round);
    this.publish('round.closed', { ...round, t_us: now_us() }, true);
  }

  /** What a coach says. @param {any} [more] */
  tip(more = {}) {
    const tips = (this.doc.session.tips ??= []);
    const tip = { session: this.doc.session.id, tip: tips.length + 1, to: 'shooter', urgent: false, hold: false,
      shot: 0, text: 'Mind the grip', author: 'coach', drill: null, ...more, t_us: now_us() };
    tips.push({ ...tip, told_us: tip.hold ? 0 : tip.t_us, acknowledged_us: 0, withdrawn_us: 0,
      result: tip.drill ? 'running' : null });
    return this.publish('tip', tip, true);
  }

  /** @param {number} n @param {string} what */
  tipChanged(n, what) {
    const { session } = this.doc;
    const t_us = now_us();
    session.tips[n - 1][`${what}_us`] = t_us;
    this.publish('tip.changed', { session: session.id, tip: n, what, author: 'shooter', t_us }, true);
  }

  /** Where a shot went, as who shoots says. @param {number} n @param {{ x_mm: number, y_mm: number }} at */
  call(n, { x_mm, y_mm }) {
    const { session, shots } = this.doc;
    const row = shots.rows[n - 1];
    const [x_off_mm, y_off_mm] = [row[1] - x_mm, row[2] - y_mm];
    const call = { x_mm, y_mm, x_off_mm, y_off_mm, error_mm: Math.hypot(x_off_mm, y_off_mm), clock: 0 };
    (session.calls ??= []).push({ n, ...call });
    this.publish('call', { session: session.id, n, ...call, author: 'shooter', t_us: now_us() }, true);
    return { session: session.id, n, call };
  }

  /** @param {any} show */
  show(show) {
    this.doc.show = show && { session: this.doc.session?.id ?? '', picture: 'plot', shot: 0, t_us: 0, strokes: [],
      author: 'coach', ...show };
    this.publish('show', { show: this.doc.show }, false);
  }

  /** @param {number} n @param {string} reason */
  remove(n, reason) {
    const row = this.doc.shots.rows[n - 1];
    const [score_tenths, ring] = ['score_tenths', 'ring'].map((name) => row[COLUMNS.indexOf(name)]);
    row[COLUMNS.indexOf('removed')] = 1;
    this.said.set(n, { original: { score_tenths, ring }, corrections: [
      { what: 'remove', author: 'detector', reason, t_us: now_us(), now: { score_tenths, ring } }] });
    this.sum();
    this.publish('shot.removed', {
      session: this.doc.session.id, n, reason, author: 'detector', t_us: now_us(),
    }, true);
  }

  /** @param {any} patch */
  calibrate(patch) {
    Object.assign(this.doc.calibration, patch);
    const { reason, ...rest } = this.doc.calibration;
    this.publish('calibration', { ...rest, t_us: now_us() }, true);
  }

  /** Cuts every stream. */
  drop() {
    for (const to of [this.clients, this.viewers]) {
      to.forEach((client) => client.destroy());
      to.clear();
    }
  }
}

/** @param {import('node:http').ServerResponse} response @param {number} status
 * @param {any} body @param {string} [type] */
function json(response, status, body, type = 'application/json') {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

/** @param {import('node:http').ServerResponse} response @param {number} status
 * @param {string} title @param {string} detail */
function problem(response, status, title, detail) {
  json(response, status, { type: '/docs/problems#x', title, status, detail }, 'application/problem+json');
}

/** @param {import('node:http').IncomingMessage} request */
async function bodyOf(request) {
  let text = '';
  for await (const piece of request) {
    text += piece;
  }
  return text ? JSON.parse(text) : {};
}

/** @param {Lane} lane @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response */
function stream(lane, request, response) {
  if (lane.refuseStreams) {
    problem(response, 503, 'The lane is starting', 'Try again.');
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('retry: 300\n\n');
  const id = String(request.headers['last-event-id'] ?? '');
  const from = id.startsWith(`${EPOCH}-`) ? Number(id.split('-')[1]) : NaN;
  if (from <= lane.doc.seq) {
    lane.past.filter((e) => e.seq > from).forEach((e) => response.write(e.text));
    response.write(': resumed\n\n');
  } else {
    response.write(lane.snapshot());
  }
  lane.opened++;
  lane.clients.add(response);
  request.on('close', () => lane.clients.delete(response));
}

/** A stream of several lanes carries no ids. @param {string} text */
const withoutId = (text) => text.replace(/^id: .*\n/, '');

/** @param {Lane[]} lanes @param {import('node:http').IncomingMessage} request
 * @param {import('node:http').ServerResponse} response */
function streamAll(lanes, request, response) {
  if (lanes[0].refuseStreams) {
    problem(response, 503, 'The lane is starting', 'Try again.');
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.write('retry: 300\n\nevent: lane\ndata: {"link":"up"}\n\n');
  for (const lane of lanes) {
    response.write(withoutId(lane.snapshot()));
    lane.opened++;
    lane.viewers.add(response);
  }
  request.on('close', () => lanes.forEach((lane) => lane.viewers.delete(response)));
}

/** @param {Lane} lane @param {string} verb @param {any} body */
function command(lane, verb, body) {
  const { doc } = lane;
  const name = body.nickname ?? body.shooter;
  switch (verb) {
    case 'POST session':
      if (doc.session?.state === 'open') {
        return { status: 409, title: 'A session is open', detail: 'End it first.' };
      }
      lane.start(body);
      return { status: 201, body: { session: doc.session.id, n: 0 } };
    case 'PATCH sessions':
      if (body.state === 'reopened') {
        lane.reopen();
      } else if (body.state === 'discarded') {
        lane.discard();
      }
      return { status: 200, body: {} };
    case 'PATCH session':
      if (name || 'sighters' in body || body.record) {
        const sighters = body.sighters === true;
        Object.assign(doc.session, { sighters, walk_up: false, shooter: name ?? doc.session.shooter });
        lane.tell(name ? 'claimed' : sighters ? 'sighters' : 'record',
          { sighters, walk_up: false, shooter: doc.session.shooter });
        return { status: 200, body: {} };
      }
      doc.state = body.state;
      lane.tell(body.state === 'paused' ? 'paused' : 'resumed');
      return { status: 200, body: {} };
    case 'DELETE session':
      return { status: 200, body: lane.end() };
    case 'POST command': {
      const { course } = doc;
      if (course.next !== body.command) {
        return { status: 409, title: 'That command does not come now', detail: `the next command is ${course.next}` };
      }
      const phase = { load: 'loaded', start: 'running', stop: 'stopped', unload: 'unloaded' }[String(body.command)];
      lane.conduct(String(phase), {}, body.command === 'unload' ? 2 : course.stage_n);
      return { status: 200, body: { course: doc.course } };
    }
    case 'POST calibration':
      lane.calibrate({ origin: 'auto', homography_mm_to_px: CARD.homography, residual_mm: 0.05, reason: '' });
      return { status: 200, body: doc.calibration };
    case 'POST code':
      return { status: 200, body: { session: lane.doc.session?.id, code: 'K7M4PX', code_until_us: now_us() + 6e8,
        link: `${body.address}/?lane=${lane.name}#join=K7M4PX`, qr_svg: '<svg viewBox="0 0 9 9"><path d="M0 0h9v9H0z"/></svg>' } };
    case 'POST join':
      if (body.code !== 'K7M4PX') {
        return { status: 403, title: 'This code is not valid', detail: 'Have a new one shown.' };
      }
      lane.access = { role: 'viewer', session: lane.doc.session?.id ?? null };
      return { status: 200, body: { session: lane.access.session } };
    case 'POST paper':
      lane.papers.push(body);
      return { status: 200, body: { session: doc.session?.id ?? null, paper: 1, shots: 3, holes: 3,
        expected: body.expected ?? null, odd: 2, detail: '3 holes, 3 shots' } };
    case 'POST shots':
      if (body.what && lane.corrects) {
        return { status: 200, body: {} };
      }
      if (body.what) { /* a correction, of which the script knows nothing */
        return { status: 404, title: 'Not found', detail: verb };
      }
      lane.added.push(body);
      if (doc.old_holes?.length) {
        doc.old_holes = doc.old_holes.filter((/** @type {number[]} */ [x]) => x !== body.x_mm);
        const { n } = lane.shot(body.x_mm, body.y_mm, { by_hand: true });
        return { status: 201, body: { session: doc.session.id, n } };
      }
      return { status: 201, body: { session: doc.session?.id, n: 2 } };
    case 'POST complaints':
      lane.complaints++;
      return lane.complaints > 1 ? { status: 507, title: 'The disk is full', detail: 'Free room.' }
        : { status: 201, body: { complaint: '7', film: '/api/lanes/lane1/complaints/7.avi' } };
    case 'GET candidates':
      return { status: 200, body: { rejected: 1, candidates: [{
        id: 1, t_us: now_us(), reason: 'an insect that walked on', ...lane.place(3, 4),
        confidence: 0.21, score_tenths: 94, measures: {}, picture: null }] } };
    default:
      return { status: 404, title: 'Not found', detail: verb };
  }
}

/** @param {import('node:http').ServerResponse} response @param {string} path */
async function page(response, path) {
  const name = normalize(path === '/' ? '/index.html' : path).replace(/^(\.\.[/\\])+/, '');
  try {
    const bytes = await readFile(join(PAGES, name));
    response.writeHead(200, {
      'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
      'content-security-policy': CSP, 'cache-control': 'no-cache',
    });
    response.end(bytes);
  } catch {
    problem(response, 404, 'Not found', path);
  }
}

/**
 * @param {{ lanes?: number, port?: number }} [options]
 * @returns {Promise<{ url: string, lane: Lane, lanes: Lane[], close: () => Promise<void> }>}
 */
export async function startFixture({ lanes: count = 1, port = 0 } = {}) {
  const lanes = Array.from({ length: count }, (_, i) => new Lane(`lane${i + 1}`, `Lane ${i + 1}`));
  const card = await readFile(join(HERE, 'card.jpg')).catch(() => null);
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://x');
    const path = decodeURIComponent(pathname);
    const [, api, , name, what] = path.split('/');
    if (path === EMPTY) {
      response.writeHead(200, { 'content-type': TYPES['.html'] });
      response.end('<!doctype html><link rel="icon" href="data:,">');
      return;
    }
    if (api !== 'api') {
      await page(response, path);
      return;
    }
    if (path === '/api/lanes') {
      json(response, 200, { link: 'up', lanes: lanes.map((l) =>
        ({ name: l.name, process: l.process, stale: false, state: l.doc })) });
      return;
    }
    if (path === '/api/events') {
      const named = searchParams.get('lanes')?.split(',');
      streamAll(lanes.filter((l) => !named || named.includes(l.name)), request, response);
      return;
    }
    if (path === '/api/devices/join') {
      const { secret } = await bodyOf(request);
      lanes[0].requests.push({ method: 'POST', path, body: { secret }, key: '' });
      if (secret === 'good') {
        json(response, 200, { id: '1', name: 'Tablet', lane: 'lane1', role: 'shooter' });
      } else {
        problem(response, 403, 'This link is not valid any more', 'Ask for a new one.');
      }
      return;
    }
    if (path === '/api/drills') {
      json(response, 200, { drills: [DRILL] });
      return;
    }
    if (path === '/api/courses') {
      json(response, 200, { courses: COURSES });
      return;
    }
    if (path === '/api/range') {
      const { range } = await bodyOf(request);
      lanes.forEach((l) => {
        l.doc.range = range;
        l.publish('range', { range, author: 'admin', t_us: now_us() }, true);
      });
      json(response, 200, { lanes: [] });
      return;
    }
    if ((what === 'shots' || what === 'frames') && path.endsWith('.jpg') && card) {
      response.writeHead(200, { 'content-type': 'image/jpeg' });
      response.end(card);
      return;
    }
    const lane = lanes.find((l) => l.name === name);
    if (!lane) {
      problem(response, 404, 'There is no such lane', name);
    } else if (what === undefined) {
      json(response, 200, lane.doc);
    } else if (what === 'events') {
      stream(lane, request, response);
    } else if (what === 'access') {
      json(response, 200, lane.access);
    } else if (what === 'frame.jpg' && card) {
      lane.frames++;
      response.writeHead(200, { 'content-type': 'image/jpeg', 'cache-control': 'no-cache' });
      response.end(card);
    } else if (what === 'shots' && request.method === 'GET') {
      const said = lane.said.get(Number(path.split('/')[5]));
      if (said) {
        json(response, 200, { session: lane.doc.session.id, ...said });
      } else {
        problem(response, 404, 'There is no such shot', path);
      }
    } else {
      const body = await bodyOf(request);
      const method = request.method ?? '';
      lane.requests.push({ method, path, body, key: String(request.headers['idempotency-key'] ?? '') });
      if (what === 'tips' && method === 'PATCH' && body.acknowledged && !lane.refusal) {
        lane.tipChanged(Number(path.split('/')[5]), 'acknowledged');
        json(response, 200, {});
        return;
      }
      if (path.endsWith('/call') && !lane.refusal) {
        json(response, 201, lane.call(Number(path.split('/')[5]), body));
        return;
      }
      const answer = lane.refusal ?? command(lane, `${method} ${what}`, body);
      if ('title' in answer) {
        problem(response, answer.status, String(answer.title), String(answer.detail));
      } else {
        json(response, answer.status, answer.body);
      }
    }
  });
  const beat = setInterval(() => lanes.forEach((l) => (l.clients.size || l.viewers.size) && l.status()), 1000);
  await new Promise((done) => server.listen(port, '127.0.0.1', () => done(undefined)));
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${address.port}/`, lanes, lane: lanes[0],
    close: async () => {
      clearInterval(beat);
      lanes.forEach((l) => l.drop());
      server.closeAllConnections();
      await new Promise((done) => server.close(() => done(undefined)));
    },
  };
}

/** Points around the centre, always the same ones. @param {number} seed @param {number} spread */
export function* places(seed, spread) {
  let s = seed;
  const random = () => {
    s = (s * 1103515245 + 12345) % 2147483648;
    return (s + 0.5) / 2147483648;
  };
  for (;;) {
    const r = spread * Math.sqrt(-2 * Math.log(random()));
    const a = 2 * Math.PI * random();
    yield [Number((r * Math.cos(a)).toFixed(2)), Number((r * Math.sin(a)).toFixed(2))];
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url, lanes } = await startFixture({ lanes: 2, port: Number(process.argv[2] ?? 8090) });
  console.log(url);
  const where = places(7, 9);
  let fired = 0;
  setInterval(() => {
    const lane = lanes[0];
    if (lane.doc.state === 'live') {
      const [x, y] = /** @type {number[]} */ (where.next().value);
      lane.publish('truth', { n: ++fired, turn: 0, x_mm: x, y_mm: y, t_us: now_us() }, false);
      const hole = lane.hole(x + 0.05, y - 0.03);
      setTimeout(() => lane.doc.state === 'live' && lane.shot(x + 0.05, y - 0.03, { hole }), 400);
    }
  }, Number(process.argv[3] ?? 3000));
}
