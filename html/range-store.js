/*
 * The state of all lanes of a range as a screen shows it: a store a lane,
 * fed by the one event stream, later by the delay.  No DOM here.
 */

import { DelayLine } from './delay-line.js';
import { Store } from './store.js';

/** @typedef {import('./types').Change} Change */

/** Status comes each second; a lane that is silent for longer is not live. */
export const STALE_MS = 5000;

/** Older shots than these are not drawn: the lane's sums have them. */
const KEPT_SHOTS = 200;

/** Shots that may wait for their time: some 20 MB.  An event weighs as much as
 * a shot, a snapshot as all of its shots. */
const ROOM = 60000;

/** What changes nothing on a screen. */
const UNSEEN = new Set(['hole', 'truth', 'shot.unsaved']);

/** Between two questions for the state of one lane. */
const ASK_MS = 500;
const ASK_AGAIN_MS = 5000;

/** One lane of the range. */
export class RangeLane {
  /** @param {string} name @param {number} order */
  constructor(name, order) {
    this.name = name;
    this.order = order;
    this.store = new Store();
    this.store.lane = name;
    /** Instants by the clock of the range store. */
    this.shotAt = -Infinity;
    this.endedAt = -Infinity;
    this.ended = '';
    this.asked = -Infinity;
    this.asking = false;
  }

  get down() {
    const { process, link } = this.store.connection;
    return this.store.failed || process === 'down' || link === 'down';
  }
}

/** A status with what a screen shows of it alone. @param {any} data */
function shortStatus({ lane, t_publish_us, state, range, camera, detector, course }) {
  return { lane, t_publish_us, state, range, course: course ?? null,
    camera: { state: camera?.state }, detector: { state: detector?.state } };
}

/** A state document without its oldest shots. @param {any} doc */
function shortSnapshot(doc) {
  const { shots } = doc;
  const over = (shots?.rows?.length ?? 0) - KEPT_SHOTS;
  return over > 0
    ? { ...doc, shots: { ...shots, rows: shots.rows.slice(over), truncated: (shots.truncated || 0) + over } }
    : doc;
}

export class RangeStore {
  /**
   * @param {{ delay_ms?: number, room?: number, clock?: () => number,
   *   ask?: (lane: string) => Promise<any> }} [options]
   */
  constructor({ delay_ms = 0, room = ROOM, clock = () => performance.now(), ask } = {}) {
    this.clock = clock;
    this.ask = ask;
    /** @type {Map<string, RangeLane>} */
    this.lanes = new Map();
    /** Lanes to be drawn anew. @type {Set<RangeLane>} */
    this.changed = new Set();
    /** When each lane was heard last, long before it is shown. @type {Map<string, number>} */
    this.heard = new Map();
    /** @type {DelayLine<{ name: string, data: any, id: string }>} */
    this.line = new DelayLine(delay_ms, room);
    /** The last status of each lane that waits or is shown. @type {Map<string, string>} */
    this.statuses = new Map();
    /** @type {import('./types').Connection} */
    this.connection = { state: 'connecting', lastData: 0, lostSince: 0, process: 'up', link: 'up' };
    /** @type {Set<(change: Change) => void>} */
    this.listeners = new Set();
  }

  /** @param {(change: Change) => void} fn */
  subscribe(fn) {
    this.listeners.add(fn);
  }

  /** @param {Change} change */
  emit(change) {
    this.listeners.forEach((fn) => fn(change));
  }

  /** @param {Partial<import('./types').Connection>} patch */
  setConnection(patch) {
    this.connection = { ...this.connection, ...patch };
    this.emit({ kind: 'connection' });
  }

  /** Time passes. */
  tick() {
    this.drain();
    this.emit({ kind: 'tick' });
  }

  /**
   * Takes in one event of the stream, to be shown when its time comes.
   *
   * @param {string} name @param {any} data @param {string} id @param {number} now
   */
  receive(name, data, id, now) {
    if (!data || typeof data !== 'object' || UNSEEN.has(name)) {
      return;
    }
    this.connection.lastData = now;
    if (typeof data.lane === 'string' && name !== 'lane') {
      this.heard.set(data.lane, this.clock());
    }
    const short = this.shortened(name, data);
    if (short && !this.line.push({ name, data: short, id }, 1 + (short.shots?.rows?.length ?? 0), this.clock())) {
      this.statuses.clear();
      this.emit({ kind: 'gap' }); /* begin anew, with snapshots */
    }
    this.drain();
  }

  /** What of an event matters; null: nothing. @param {string} name @param {any} data */
  shortened(name, data) {
    if (name === 'snapshot') {
      this.statuses.delete(data.lane);
      return shortSnapshot(data);
    }
    if (name !== 'status') {
      return data;
    }
    const short = shortStatus(data);
    const text = JSON.stringify({ ...short, t_publish_us: 0 });
    if (this.statuses.get(data.lane) === text) {
      return null;
    }
    this.statuses.set(data.lane, text);
    return short;
  }

  /** Shows all whose time has come. */
  drain() {
    for (const { name, data, id } of this.line.take(this.clock())) {
      this.apply(name, data, id);
    }
    if (this.changed.size) {
      this.emit({ kind: 'status' });
    }
  }

  /** @param {string} name @param {any} data @param {string} id */
  apply(name, data, id) {
    if (name === 'lane' && !data.lane) {
      this.lanes.forEach((lane) => this.feed(lane, name, data, id));
      return;
    }
    const known = this.lanes.get(data.lane);
    const lane = known ?? (name === 'snapshot' && data.lane ? this.add(data.lane) : undefined);
    if (!lane) {
      return;
    }
    this.feed(lane, name, data, id);
  }

  /** @param {RangeLane} lane @param {string} name @param {any} data @param {string} id */
  feed(lane, name, data, id) {
    lane.store.receive(name, data, id, 0);
    const { doc, last } = lane.store;
    this.changed.add(lane);
    if (!doc) {
      return;
    }
    const ago_ms = (/** @type {number} */ us) =>
      (name === 'snapshot' ? Math.max(0, doc.t_publish_us - us) / 1000 : 0);
    const { session } = doc;
    if (last && (name === 'snapshot' || name === 'shot')) {
      lane.shotAt = this.clock() - ago_ms(last.t_us);
    }
    if (session?.state === 'ended' && lane.ended !== session.id) {
      lane.ended = session.id;
      lane.endedAt = this.clock() - ago_ms(session.ended_us);
    }
  }

  /** @param {string} name */
  add(name) {
    const lane = new RangeLane(name, this.lanes.size);
    this.lanes.set(name, lane);
    lane.store.subscribe((change) => {
      if (change.kind === 'gap') {
        this.askFor(lane);
      }
    });
    return lane;
  }

  /** Something of this lane is missing: asks for its state, once for many
   * reasons, and again until it comes. @param {RangeLane} lane */
  askFor(lane) {
    const { ask } = this;
    if (!ask || lane.asking) {
      return;
    }
    lane.asking = true;
    const wait = Math.max(ASK_MS, lane.asked + ASK_AGAIN_MS - this.clock());
    setTimeout(async () => {
      lane.asked = this.clock();
      const doc = await ask(lane.name).catch(() => null);
      lane.asking = false;
      if (doc) {
        this.receive('snapshot', doc, '', Date.now());
      } else {
        this.askFor(lane);
      }
    }, wait);
  }

  /** How old that is which is shown of a lane, beyond the delay; 0: it is
   * live. @param {RangeLane} lane @returns {number} ms */
  age(lane) {
    const age = this.clock() - this.line.delay_ms - (this.heard.get(lane.name) ?? -Infinity);
    return age > STALE_MS ? age : 0;
  }
}
