/*
 * The one state of a page: docs/pages.md.  The event stream and the user's
 * wishes change it; everybody else subscribes.  No DOM here.
 */

/** @typedef {import('./types').StateDocument} StateDocument */
/** @typedef {import('./types').Shot} Shot */
/** @typedef {import('./types').Sums} Sums */
/** @typedef {import('./types').Change} Change */
/** @typedef {import('./types').View} View */

/** A provisional mark that became no shot is taken away after this long. */
export const MARK_MS = 3000;

/** @returns {Sums} */
const noSums = () => ({ counted: 0, total_tenths: 0, total_rings: 0, inner: 0 });

/** One row of the state document as a shot.
 * @param {string[]} columns @param {(number | string)[]} row @returns {Shot} */
export function shotFromRow(columns, row) {
  /** @type {Record<string, number | string>} */
  const named = {};
  columns.forEach((name, i) => { named[name] = row[i]; });
  return shotFrom(named);
}

const NUMBERS = ['n', 'hole', 'x_mm', 'y_mm', 'x_px', 'y_px', 'radius_px', 'score_tenths', 'ring',
  't_us', 'confidence', 'x_error_mm', 'y_error_mm', 'seq'];
const FLAGS = ['inner', 'sighter', 'overlap', 'recovered', 'removed', 'near_line',
  'possible_double', 'by_hand', 'unplaced'];

/** Types made sure of, so that nothing else has to.
 * @param {Record<string, any>} data @returns {Shot} */
export function shotFrom(data) {
  /** @type {any} */
  const shot = {};
  NUMBERS.forEach((name) => { shot[name] = Number(data[name]) || 0; });
  FLAGS.forEach((name) => { shot[name] = Boolean(data[name]); });
  shot.zone = data.zone ?? '';
  shot.bull = data.bull ?? '';
  shot.window = data.window ?? '';
  shot.corrected = data.corrected ?? '';
  return shot;
}

/** Does a shot count in the result? @param {Shot} shot */
export const counts = (shot) => !shot.removed && !shot.sighter && !shot.window;

/** @param {Sums} sums @param {Shot} shot @param {number} sign */
function addTo(sums, shot, sign) {
  sums.counted += sign;
  sums.total_tenths += sign * shot.score_tenths;
  sums.total_rings += sign * shot.ring;
  sums.inner += sign * (shot.inner ? 1 : 0);
}

export class Store {
  constructor() {
    this.lane = '';
    /** @type {import('./types').LaneEntry[]} */
    this.lanes = [];
    /** @type {StateDocument | null} */
    this.doc = null;
    /** What is told instead by a lane that cannot work. @type {StateDocument | null} */
    this.failed = null;
    /** Shots of the shown session by number, removed ones included.
     * @type {Shot[]} */
    this.shots = [];
    /** @type {Sums} what the session holds */
    this.sums = noSums();
    /** Counted shots that the state document left out. */
    this.before = 0;
    /** @type {Map<number, import('./types').Mark>} */
    this.marks = new Map();
    /** @type {import('./types').Connection} */
    this.connection = { state: 'connecting', lastData: 0, lostSince: 0, process: 'up', link: 'up' };
    /** @type {View} */
    this.view = {
      zoom: null, picture: false, decimal: null, onlySeries: false, voice: false,
      theme: 'dark', calibrating: null,
    };
    this.epoch = '';
    this.seq = 0;
    /** @type {Set<number>} durable events beyond a gap */
    this.ahead = new Set();
    /** @type {Set<number>} numbers removed before their shot was seen */
    this.gone = new Set();
    this.sessionSeq = 0;
    this.calibrationSeq = 0;
    /** Instant of the newest status by the lane's clock (us) and by ours (ms). */
    this.statusTime = 0;
    this.statusAt = 0;
    /** @type {Set<(change: Change) => void>} */
    this.listeners = new Set();
  }

  /** @param {(change: Change) => void} fn @returns {() => void} unsubscribes */
  subscribe(fn) {
    this.listeners.add(fn);
    return () => this.listeners.delete(fn);
  }

  /** @param {Change} change */
  emit(change) {
    for (const fn of this.listeners) {
      fn(change);
    }
  }

  /** Scores are shown with tenths. */
  get decimal() {
    const face = this.doc?.face;
    return face?.decimal !== 'none' && (this.view.decimal ?? face?.count !== 'integer');
  }

  get byHand() {
    return this.doc?.face.scoring === 'by-hand';
  }

  /** The newest shot that was not taken back; undefined before the first. */
  get last() {
    for (let i = this.shots.length - 1; i >= 0; i--) {
      if (!this.shots[i].removed) {
        return this.shots[i];
      }
    }
    return undefined;
  }

  get seriesLength() {
    return this.doc?.session?.series_length || 10;
  }

  /** Series of the newest counted shot, from 0. */
  get series() {
    let newest = 0;
    this.eachSeries((shot, series) => { newest = counts(shot) ? series : newest; });
    return newest;
  }

  /** Each shot with the series that it belongs to and its place in it, from 0.  One is over
   * when it is full, in a course also with each round.
   * @param {(shot: Shot, series: number, at: number) => void} fn */
  eachSeries(fn) {
    const length = this.seriesLength;
    let series = Math.floor(this.before / length);
    let at = this.before % length;
    const { borders } = this;
    let over = 0;
    for (const shot of this.shots) {
      const was = over;
      while (borders[over] < shot.n) {
        over++;
      }
      if (at === length || (at > 0 && over > was)) {
        series++;
        at = 0;
      }
      fn(shot, series, at);
      at += counts(shot) ? 1 : 0;
    }
  }

  /** Last shots of the rounds of a course. @returns {number[]} */
  get borders() {
    const { course, rounds = [] } = this.doc?.session ?? {};
    return course ? rounds.filter((r) => r.by).map((r) => r.last) : [];
  }

  /** Shots that the lane could not write yet: marks that stay. */
  get unsaved() {
    return [...this.marks.values()].filter((mark) => mark.until === Infinity).length;
  }

  get open() {
    return this.doc?.session?.state === 'open';
  }

  /** Sessions of this lane that are open; the active one as it is now.
   * @returns {import('./types').SessionSummary[]} */
  get openSessions() {
    const { session = null, sessions = [] } = this.doc ?? {};
    const others = sessions.filter((s) => s.state === 'open' && s.id !== session?.id);
    return session && this.open
      ? [...others, { ...session, active: true }].sort((a, b) => a.started_us - b.started_us)
      : others;
  }

  /** The calibration wants eyes: none yet, or a camera that nobody has shot before. */
  get calibrationDue() {
    const doc = this.doc;
    return !this.byHand && (doc?.calibration.origin === 'none'
      || (doc?.calibration.origin === 'auto' && doc.camera.kind === 'http' && !doc.session));
  }

  /** The calibration panel is shown: by wish, or because it is due. */
  get calibrating() {
    return this.view.calibrating ?? this.calibrationDue;
  }

  /** @param {Partial<View>} patch */
  setView(patch) {
    const was = this.view;
    this.view = { ...was, ...patch };
    this.emit({ kind: 'view', was });
  }

  /** @param {Partial<import('./types').Connection>} patch */
  setConnection(patch) {
    this.connection = { ...this.connection, ...patch };
    this.emit({ kind: 'connection' });
  }

  /** Shows an error to the user. @param {import('./types').ErrorText} error */
  fail(error) {
    this.emit({ kind: 'error', error });
  }

  /** Time passes: marks that became no shot vanish. @param {number} now ms */
  tick(now) {
    for (const [hole, mark] of this.marks) {
      if (mark.until <= now) {
        this.marks.delete(hole);
        this.emit({ kind: 'hole.gone', mark });
      }
    }
    this.emit({ kind: 'tick' });
  }

  /**
   * Takes in one event of the stream.
   *
   * @param {string} name
   * @param {any} data parsed JSON
   * @param {string} id of this event or, if it has none, of the last that had
   * @param {number} now milliseconds of the page
   */
  receive(name, data, id, now) {
    if (!data || (data.lane && this.lane && data.lane !== this.lane)) {
      return;
    }
    this.connection.lastData = now;
    if (name === 'snapshot') {
      this.takeSnapshot(data, now);
    } else if (name === 'lane') {
      this.setConnection({
        process: data.process ?? this.connection.process,
        link: data.link ?? this.connection.link,
      });
    } else if (this.doc) {
      this.takeEvent(name, data, id, now);
    }
  }

  /** @param {string} name @param {any} data @param {string} id @param {number} now */
  takeEvent(name, data, id, now) {
    switch (name) {
      case 'status':
        this.takeStatus(data, now);
        break;
      case 'hole':
        this.takeHole(data, now);
        break;
      case 'shot.unsaved':
        this.takeUnsaved(data);
        break;
      case 'truth':
        this.emit({ kind: 'truth', truth: data });
        break;
      case 'show':
        Object.assign(/** @type {any} */ (this.doc), { show: data.show });
        this.emit({ kind: 'coach' });
        break;
      default:
        if (this.isNew(Number(data.seq), id)) {
          this.takeDurable(name, data);
        }
    }
  }

  /** True once for each durable event. @param {number} seq @param {string} id */
  isNew(seq, id) {
    const epoch = id.split('-')[0];
    if (epoch && epoch !== this.epoch) {
      this.emit({ kind: 'gap' });
      return false;
    }
    if (!(seq > this.seq) || this.ahead.has(seq)) {
      return false;
    }
    if (seq === this.seq + 1) {
      this.seq = seq;
      this.closeGap();
    } else {
      this.ahead.add(seq);
      this.emit({ kind: 'gap' });
    }
    return true;
  }

  closeGap() {
    while (this.ahead.delete(this.seq + 1)) {
      this.seq++;
    }
  }

  /** Events are missing before the newest one. */
  get hasGap() {
    return this.ahead.size > 0;
  }

  /** @param {string} name @param {any} data */
  takeDurable(name, data) {
    const seq = Number(data.seq);
    if (name === 'shot') {
      this.takeShot(data);
    } else if (name === 'shot.removed') {
      this.takeRemoval(data);
    } else if (name === 'correction') {
      this.takeCorrection(data);
    } else if (name === 'round.closed' && data.session === this.doc?.session?.id) {
      this.doc?.session?.rounds?.push(data);
    } else if (name === 'session' && seq > this.sessionSeq) {
      this.sessionSeq = seq;
      this.takeSession(data);
    } else if (name === 'calibration' && seq > this.calibrationSeq && this.doc) {
      this.calibrationSeq = seq;
      this.doc.calibration = { ...data, reason: '' };
      this.emit({ kind: 'calibration' });
    } else if (/^(tip|drill|call)/.test(name) && data.session === this.doc?.session?.id) {
      this.takeTip(name, data);
    } else if (/^complaint/.test(name)) {
      this.takeComplaint(data);
    } else if (name === 'range' && this.doc) {
      this.doc.range = data.range;
      this.emit({ kind: 'status' });
    }
  }

  /** What a coach says, and what becomes of it. @param {string} name @param {any} data */
  takeTip(name, data) {
    const { session } = /** @type {any} */ (this.doc);
    session.tips ??= [];
    if (name === 'call') {
      (session.calls ??= []).push(data);
    } else if (name === 'tip') {
      session.tips.push({ ...data, told_us: data.hold ? 0 : data.t_us, result: data.drill && 'running' });
    } else {
      Object.assign(session.tips.find((/** @type {any} */ t) => t.tip === data.tip) ?? {},
        data.what ? { [`${data.what}_us`]: data.t_us } : { result: data.result });
    }
    this.emit({ kind: 'coach' });
  }

  /** A protest, or what was decided. @param {any} data */
  takeComplaint(data) {
    const { what, complaint, seq, text, author, t_us } = data;
    const list = (/** @type {any} */ (this.doc)).complaints ??= [];
    if (what) {
      Object.assign(list.find((/** @type {any} */ c) => c.id === `${complaint}`) ?? {},
        { state: what, text, decided_by: author, decided_us: t_us });
    } else {
      list.push({ ...data, id: `${seq}`, state: 'open' });
    }
    this.emit({ kind: 'complaint' });
  }

  /** @param {StateDocument} doc @param {number} now */
  takeSnapshot(doc, now) {
    this.failed = doc.shots && doc.face && doc.camera ? null : doc;
    if (this.failed) {
      this.emit({ kind: 'status' }); /* what was known of it stays */
      return;
    }
    if (doc.epoch === this.epoch && doc.seq < this.seq) {
      this.takeStatus(doc, now); /* older than what is known already */
      return;
    }
    if (doc.epoch !== this.epoch) {
      this.ahead.clear();
    }
    this.doc = doc;
    this.epoch = doc.epoch;
    this.seq = doc.seq;
    this.sessionSeq = doc.seq;
    this.calibrationSeq = doc.seq;
    for (const seq of this.ahead) {
      if (seq <= this.seq) {
        this.ahead.delete(seq);
      }
    }
    this.closeGap();
    this.statusTime = doc.t_publish_us || 0;
    this.statusAt = now;
    this.shots = doc.shots.rows.map((row) => shotFromRow(doc.shots.columns, row));
    this.shots.sort((a, b) => a.n - b.n);
    this.gone.clear();
    this.marks.clear();
    (doc.unsaved ?? []).forEach((shot) => this.takeUnsaved(shot));
    this.sums = noSums();
    this.shots.filter(counts).forEach((shot) => addTo(this.sums, shot, 1));
    this.before = 0;
    if (doc.session && doc.shots.truncated > 0) {
      const { counted, total_tenths, total_rings, inner } = doc.session;
      this.before = Math.max(0, counted - this.sums.counted);
      this.sums = { counted, total_tenths, total_rings, inner };
    }
    this.emit({ kind: 'reset' });
  }

  /** @param {any} data @param {number} now */
  takeStatus(data, now) {
    const doc = this.doc;
    const time = Number(data.t_publish_us) || 0;
    if (!doc || time < this.statusTime) {
      return;
    }
    this.statusTime = time;
    this.statusAt = now;
    doc.t_publish_us = time;
    for (const key of /** @type {const} */ (['camera', 'detector', 'store'])) {
      if (data[key]) {
        Object.assign(doc[key], data[key]);
      }
    }
    if (data.store?.waiting === 0) {
      this.dropUnsaved();
    }
    doc.state = data.state ?? doc.state;
    doc.range = data.range ?? doc.range;
    doc.problems = data.problems ?? doc.problems;
    doc.scene = data.scene ?? doc.scene;
    doc.course = data.course;
    doc.drill = data.drill;
    doc.old_holes = data.old_holes;
    if (doc.course && doc.session) {
      doc.session.sighters = doc.course.sighters; /* LOAD says so, without another word */
    }
    const before = JSON.stringify(doc.calibration);
    doc.calibration = { ...doc.calibration, ...data.calibration };
    this.emit({ kind: 'status' });
    if (JSON.stringify(doc.calibration) !== before) {
      this.emit({ kind: 'calibration' });
    }
  }

  /** @param {any} data @param {number} now */
  takeHole(data, now) {
    this.putMark(data, now + MARK_MS);
  }

  /** Not saved yet: a mark, as it has no number, that stays. @param {any} data */
  takeUnsaved(data) {
    this.putMark(data, Infinity);
  }

  /** What became no shot is none. */
  dropUnsaved() {
    for (const [hole, mark] of this.marks) {
      if (mark.until === Infinity) {
        this.marks.delete(hole);
        this.emit({ kind: 'hole.gone', mark });
      }
    }
  }

  /** @param {any} data @param {number} until */
  putMark(data, until) {
    const mark = {
      hole: Number(data.hole), x_mm: Number(data.x_mm), y_mm: Number(data.y_mm),
      x_px: Number(data.x_px), y_px: Number(data.y_px),
      radius_px: Number(data.radius_px), until,
    };
    if (this.shots.some((shot) => shot.hole === mark.hole && mark.hole > 0)) {
      return; /* the shot was faster */
    }
    const was = this.marks.get(mark.hole);
    if (was) {
      this.emit({ kind: 'hole.gone', mark: was });
    }
    this.marks.set(mark.hole, mark);
    this.emit({ kind: 'hole', mark });
  }

  /** @param {any} data */
  takeShot(data) {
    const session = this.doc?.session;
    if (!session || data.session !== session.id) {
      this.emit({ kind: 'gap' });
      return;
    }
    const shot = shotFrom(data);
    shot.removed = this.gone.has(shot.n);
    const mark = this.marks.get(shot.hole);
    if (mark) {
      this.marks.delete(shot.hole);
      this.emit({ kind: 'hole.gone', mark });
    }
    const at = this.shots.findIndex((s) => s.n >= shot.n);
    if (at >= 0 && this.shots[at].n === shot.n) {
      return;
    }
    this.shots.splice(at < 0 ? this.shots.length : at, 0, shot);
    if (counts(shot)) {
      addTo(this.sums, shot, 1);
    }
    if (this.doc?.course?.shots_left && !shot.window) {
      this.doc.course.shots_left--; /* status tells it a moment later */
    }
    this.emit(at < 0 && !shot.removed && !shot.unplaced ? { kind: 'shot', shot } : { kind: 'reset' });
  }

  /** @param {any} data */
  takeRemoval(data) {
    const n = Number(data.n);
    const shot = this.shots.find((s) => s.n === n);
    this.gone.add(n);
    if (!shot || shot.removed) {
      return;
    }
    if (counts(shot)) {
      addTo(this.sums, shot, -1);
    }
    Object.assign(shot, { removed: true, corrected: 'remove', seq: Number(data.seq) });
    this.emit({ kind: 'removed', shot });
  }

  /** What a person says of a shot: as it stands then. @param {any} data */
  takeCorrection(data) {
    const shot = this.shots.find((s) => s.n === Number(data.n));
    if (!shot || data.session !== this.doc?.session?.id || Number(data.round) > 0
        || data.admitted || data.what === 'restore') {
      this.emit({ kind: 'gap' }); /* of another shooter or round, or in spite of its window */
      return;
    }
    if (!(data.seq > shot.seq)) {
      return;
    }
    if (counts(shot)) {
      addTo(this.sums, shot, -1);
    }
    Object.assign(shot, shotFrom({ ...shot, ...data, t_us: shot.t_us, corrected: data.what,
      removed: data.standing !== 'stands' }));
    this.gone.delete(shot.n);
    if (counts(shot)) {
      addTo(this.sums, shot, 1);
    }
    this.emit({ kind: 'reset' });
  }

  /** @param {any} data */
  takeSession(data) {
    const doc = this.doc;
    if (!doc) {
      return;
    }
    if (data.state === 'started') {
      doc.session = {
        id: data.session, state: 'open', shooter: data.shooter, started_us: data.t_us,
        walk_up: data.walk_up === true, sighters: data.sighters === true,
        ended_us: 0, counted: 0, total_tenths: 0, total_rings: 0, inner: 0,
        course: data.course?.name ?? '', rounds: [], series: [],
        series_length: Math.max(0, ...(data.course?.stages ?? []).map(
          (/** @type {any} */ s) => (s.sighters ? 0 : s.series || s.shots))),
      };
      doc.face = data.face ?? doc.face;
      doc.caliber_mm = data.caliber_mm ?? doc.caliber_mm;
      doc.distance_m = data.distance_m ?? doc.distance_m;
      doc.state = 'live';
      this.shots = [];
      this.sums = noSums();
      this.before = 0;
      this.gone.clear();
      this.marks.clear();
      this.emit({ kind: 'reset' });
      if (data.beside) {
        this.emit({ kind: 'gap' }); /* what the others have now */
      }
      return;
    }
    const { session } = doc;
    if (!session || data.session !== session.id || /^(disc|reop)/.test(data.state)) {
      this.emit({ kind: 'gap' }); /* of another shooter, or his turn */
      return;
    }
    if (data.state === 'ended') {
      session.state = 'ended';
      doc.sessions = doc.sessions?.filter((s) => s.id !== session.id);
      doc.course = null;
      session.ended_us = data.t_us;
      session.detail = data.reason;
    }
    session.shooter = data.shooter ?? session.shooter;
    session.walk_up = data.walk_up === true;
    session.sighters = data.sighters === true;
    doc.state = { ended: 'idle', paused: 'paused', resumed: 'live' }[String(data.state)] ?? doc.state;
    this.emit({ kind: 'session' });
  }
}

/** The store of this page. */
export const store = new Store();
