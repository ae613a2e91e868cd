/*
 * All lanes of a range from one event stream: a store for each.  No DOM here.
 */

import { Store } from './store.js';
import { say, told } from './words.js';

/** @typedef {{ name: string, title: string, store: Store }} Lane */
/** @typedef {{ kind: 'lane' | 'lanes' | 'connection' | 'tick' | 'gap', lane?: Lane }} RangeChange */
/** @typedef {{ lane: string, title: string, detail: string, remedy: string, type: string }} Trouble */

/** What to do about a lane's trouble, by its type; the rest is in docs/problems.md.
 * @type {Record<string, string>} */
const REMEDY = {
  'camera-lost': say`Check its cable, power and address. It is opened again by itself.`,
  'camera-ended': say`Start a session to play the recording anew.`,
  'camera-trouble': say`Look at the camera: broken pictures are left out.`,
  'camera-turned': say`Leave the camera alone; the target is looked for again.`,
  'camera-blind': say`Look at lamps, lens cap and exposure.`,
  'camera-moving': say`Wait until it stands still, or fasten it.`,
  'not-calibrated': say`Aim the camera at the whole target, light it evenly, then look for it again on the lane’s page.`,
  'not-confirmed': say`Look at the picture on the lane’s page and say that it is upright.`,
  'detector-trouble': say`Stop shooting there: shots are not recorded.`,
  'paper-gone': say`Hang a target.`,
  'pictures-failing': say`Free room on the disk; the shots are kept.`,
  'disk-low': say`Free room on the disk.`,
  'store-failing': say`Free room on the disk; new shots wait in memory.`,
  'inputs-lost': say`Free room on the disk, then check the target by hand.`,
  'config-pending': say`End the session to let the changed configuration take effect.`,
  'failed': say`The detail says what the lane lacks; it is tried again by itself.`,
};

/** No trouble, and said elsewhere. */
const QUIET = ['by-hand', 'range-cold'];

export class Range {
  /** @type {Map<string, Lane>} in the order of the configuration */
  lanes = new Map();

  /** @type {import('./types').Connection} */
  connection = { state: 'connecting', lastData: 0, lostSince: 0, process: 'up', link: 'up' };

  /** Why the worker refused the configuration, or ''. */
  configError = '';

  /** @type {Set<(change: RangeChange) => void>} */
  listeners = new Set();

  /** Who wants the events themselves, as they came. @type {Set<(name: string, data: any) => void>} */
  heard = new Set();

  /** @param {(change: RangeChange) => void} fn @returns {() => void} unsubscribes */
  subscribe(fn) {
    this.listeners.add(fn);
    return () => this.listeners.delete(fn);
  }

  /** @param {RangeChange} change */
  emit(change) {
    this.listeners.forEach((fn) => fn(change));
  }

  /** @param {string} name @returns {Lane} a new one if it is not known yet */
  lane(name) {
    let lane = this.lanes.get(name);
    if (!lane) {
      const store = new Store();
      const made = { name, title: name, store };
      store.lane = name;
      store.subscribe(({ kind }) => {
        if (kind !== 'tick') {
          this.emit({ kind: kind === 'gap' ? 'gap' : 'lane', lane: made });
        }
      });
      lane = made;
      this.lanes.set(name, lane);
      this.emit({ kind: 'lanes' });
    }
    return lane;
  }

  /** The answer of GET /api/lanes: which there are, in which order. @param {any} answer */
  takeList(answer) {
    const named = (Array.isArray(answer?.lanes) ? answer.lanes : [])
      .map((/** @type {import('./types').LaneEntry} */ entry) => {
        const lane = this.lane(entry.name);
        lane.title = entry.state?.title || entry.name;
        lane.store.connection.process = entry.process;
        lane.store.failed = entry.state && !entry.state.shots ? entry.state : null;
        return lane;
      });
    this.configError = String(answer?.config_error ?? '');
    this.lanes = new Map(named.map((/** @type {Lane} */ lane) => [lane.name, lane]));
    this.emit({ kind: 'lanes' });
  }

  /** @param {string} name @param {any} data @param {string} id @param {number} now ms */
  receive(name, data, id, now) {
    if (!data || typeof data.lane !== 'string') {
      return;
    }
    const lane = this.lane(data.lane);
    this.connection.lastData = now;
    if (name === 'lane' && data.link && data.link !== this.connection.link) {
      this.setConnection({ link: data.link });
    }
    if (name === 'snapshot') {
      lane.title = data.title || lane.name;
    }
    lane.store.receive(name, data, id, now);
    this.heard.forEach((fn) => fn(name, data));
  }

  /** @param {Partial<import('./types').Connection>} patch */
  setConnection(patch) {
    this.connection = { ...this.connection, ...patch };
    this.lanes.forEach(({ store }) => store.setConnection(patch));
    this.emit({ kind: 'connection' });
  }

  /** Time passes. @param {number} now ms */
  tick(now) {
    this.lanes.forEach(({ store }) => store.tick(now));
    this.emit({ kind: 'tick' });
  }

  /** Now by the range's clock, as its newest word tells it. @param {number} now ms @returns {number} us */
  clock(now) {
    let newest = { statusAt: 0, statusTime: 0 };
    for (const { store } of this.lanes.values()) {
      newest = store.statusAt > newest.statusAt ? store : newest;
    }
    return newest.statusTime ? newest.statusTime + (now - newest.statusAt) * 1000 : now * 1000;
  }

  /** Cold, hot, or some of each. */
  get temperature() {
    const all = new Set([...this.lanes.values()].flatMap(({ store }) =>
      (store.doc ? [store.doc.range ?? 'hot'] : [])));
    return all.size > 1 ? 'mixed' : [...all][0] ?? '';
  }
}

/** What is wrong with a lane, and what to do. @param {Lane} lane @returns {Trouble[]} */
export function troublesOf({ name, title, store }) {
  const { process, link } = store.connection;
  const about = (/** @type {import('./types').Problem} */ p) => ({
    lane: name, title: `${title}: ${told(p.title)}`, detail: told(p.detail), type: p.type, remedy: REMEDY[p.type] ?? '' });
  if (link === 'down') {
    return []; /* said once for the range */
  }
  if (process === 'down') {
    return [about({ type: 'lane-down', title: say`it is not running`,
      detail: say`It is started again by itself; shots on the paper are kept and found again.` })];
  }
  if (store.failed) {
    const list = store.failed.problems ?? [];
    return list.length ? list.map(about) : [about({ type: 'failed', title: say`it has not said a word yet`, detail: '' })];
  }
  return (store.doc?.problems ?? []).filter((p) => !QUIET.includes(p.type)).map(about);
}

/** The range of this page. */
export const range = new Range();
