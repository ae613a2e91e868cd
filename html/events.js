/*
 * The only event stream of a page: opens it, closes it while nobody looks,
 * opens it again after losses, and tells the store how it stands.
 */

/** The events of docs/events.md. */
const NAMES = ['snapshot', 'session', 'shot', 'shot.removed', 'correction', 'round.closed', 'course',
  'calibration', 'paper', 'range', 'tip', 'tip.changed', 'drill.ended', 'complaint', 'complaint.closed', 'call', 'show', 'hole', 'shot.unsaved', 'status', 'truth', 'lane'];

/** Status comes each second; after so long without it something is wrong. */
export const SILENCE_MS = 20000;

/** Waits before another try when the server refused the stream. */
const RETRY_MS = [1000, 2000, 4000, 5000];

/** A gap that stays asks for a snapshot, after GAP_PAUSE_MS again. */
const GAP_MS = 500;
const GAP_PAUSE_MS = 5000;

export class Events {
  /**
   * @param {string} url
   * @param {import('./store.js').Store} store
   * @param {typeof EventSource} [Source] stands in for EventSource in tests
   */
  constructor(url, store, Source = globalThis.EventSource) {
    this.url = url;
    this.store = store;
    this.Source = Source;
    /** @type {EventSource | null} */
    this.source = null;
    this.tries = 0;
    this.opened = 0;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.retry = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this.gap = undefined;
    this.gapAsked = -Infinity;
    store.subscribe((change) => {
      if (change.kind === 'gap') {
        this.askAfterGap();
      } else if (change.kind === 'tick') {
        this.watch();
      }
    });
  }

  /** Follows the visibility of the page. @param {Document} doc */
  follow(doc) {
    doc.addEventListener('visibilitychange', () => this.show(!doc.hidden));
    addEventListener('pageshow', () => this.show(true));
    addEventListener('pagehide', () => this.show(false));
    this.show(!doc.hidden);
  }

  /** @param {boolean} visible */
  show(visible) {
    if (!visible) {
      this.close();
    } else if (!this.source) {
      this.open();
    }
  }

  open() {
    this.close();
    const source = new this.Source(this.url);
    this.source = source;
    this.opened = Date.now();
    source.onopen = () => {
      this.tries = 0;
      this.opened = Date.now();
      this.store.setConnection({ state: 'open' });
    };
    source.onerror = () => this.failed(source);
    for (const name of NAMES) {
      source.addEventListener(name, (event) => this.take(name, event));
    }
  }

  close() {
    clearTimeout(this.retry);
    this.source?.close();
    this.source = null;
  }

  /** @param {string} name @param {MessageEvent} event */
  take(name, event) {
    let data;
    try {
      data = JSON.parse(event.data);
    } catch {
      return; /* not ours */
    }
    this.store.receive(name, data, event.lastEventId, Date.now());
    if (this.store.connection.state !== 'open') {
      this.store.setConnection({ state: 'open' });
    }
  }

  /** @param {EventSource} source */
  failed(source) {
    if (source !== this.source) {
      return;
    }
    this.lost();
    if (source.readyState === this.Source.CLOSED) {
      this.close();
      const wait = RETRY_MS[Math.min(this.tries++, RETRY_MS.length - 1)];
      this.retry = setTimeout(() => this.open(), wait * (0.8 + 0.4 * Math.random()));
    }
  }

  lost() {
    if (this.store.connection.state !== 'lost') {
      this.store.setConnection({ state: 'lost', lostSince: Date.now() });
    }
  }

  /** Nothing for long: the connection may be dead without having said so. */
  watch() {
    const heard = Math.max(this.store.connection.lastData, this.opened);
    const { process, link } = this.store.connection;
    if (this.source && Date.now() - heard > SILENCE_MS) {
      if (process === 'up' && link === 'up') {
        this.lost(); /* a lane that is down may be silent */
      }
      this.open();
    }
  }

  askAfterGap() {
    clearTimeout(this.gap);
    this.gap = setTimeout(() => {
      if (this.source && Date.now() - this.gapAsked > GAP_PAUSE_MS) {
        this.gapAsked = Date.now();
        this.open();
      }
    }, GAP_MS);
  }
}
