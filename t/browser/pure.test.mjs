/* What the pages compute, without a browser. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { cardSvg } from '../../html/card.js';
import { LaneClock, phaseAt, showing, signAt, stageWords, timerText } from '../../html/course.js';
import { Events, SILENCE_MS } from '../../html/events.js';
import { pixelsPerMm, project, ringPath, toPx, transform, upright } from '../../html/geometry.js';
import { html } from '../../html/html.js';
import { fittedSvg, place, windowFor } from '../../html/picture.js';
import { MARK_MS, Store, shotFromRow } from '../../html/store.js';
import {
  BLACK, FILLS, INK, LAST, PAPER, autoLevel, faceRadius, faceSvg, lastSvg, shotSvg, zoomLevels,
} from '../../html/target.js';
import {
  ageText, bearing, clockWords, durationText, scoreText, shotWords, stateWords,
} from '../../html/text.js';
import { BULLS, CARD, COLUMNS, FACES, Lane, ZONES, score } from './fixture.mjs';

const PISTOL = FACES['issf-10m-air-pistol'];
const EPOCH = '5f3a9c0112345678';

/** @param {any} patch */
const aShot = (patch) => ({
  n: 1, hole: 0, x_mm: 0, y_mm: 0, x_px: 0, y_px: 0, radius_px: 0, score_tenths: 100, ring: 10,
  inner: false, sighter: false, overlap: false, recovered: false, removed: false, zone: '', bull: '',
  t_us: 0, ...patch,
});

/**
 * A clock that goes on only when it is told to, until the test ends.
 * @param {import('node:test').TestContext} t
 */
function fakeClock(t) {
  const scope = /** @type {any} */ (globalThis);
  const real = { now: Date.now, setTimeout: scope.setTimeout, clearTimeout: scope.clearTimeout };
  let now = 1e6;
  /** @type {{ at: number, run: () => void }[]} */
  let timers = [];
  const drop = (/** @type {any} */ timer) => { timers = timers.filter((other) => other !== timer); };
  Date.now = () => now;
  scope.setTimeout = (/** @type {() => void} */ run, ms = 0) => {
    const timer = { at: now + ms, run };
    timers.push(timer);
    return timer;
  };
  scope.clearTimeout = drop;
  t.after(() => {
    Date.now = real.now;
    Object.assign(scope, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout });
  });
  return {
    tick(/** @type {number} */ ms) {
      now += ms;
      for (const timer of timers.filter(({ at }) => at <= now)) {
        drop(timer);
        timer.run();
      }
    },
  };
}

/** A store that has seen the snapshot of an open session, and what it told. */
function opened() {
  const lane = new Lane('lane1', 'Lane 1');
  lane.start();
  const store = new Store();
  store.lane = 'lane1';
  /** @type {string[]} */
  const kinds = [];
  store.subscribe((change) => kinds.push(change.kind));
  store.receive('snapshot', structuredClone(lane.doc), '', 0);
  kinds.length = 0;
  /** @param {any} data @param {string} [name] @param {number} [now] */
  const feed = (data, name = 'shot', now = 0) =>
    store.receive(name, data, data.seq ? `${EPOCH}-${data.seq}` : '', now);
  return { lane, store, kinds, feed };
}

describe('a course of fire', () => {
  /** @param {any} patch */
  const at = (patch) => ({
    name: 'c', title: 'C', commands: 'shooter', phase: 'running', stage: 'match', stage_n: 2, stages: 2, string: 1,
    strings: 1, series: 1, series_shots: 5, shots: 5, shots_left: 5, sighters: false, time_s: 20, shown_s: 0, away_s: 0,
    began_us: 7e6, ends_us: 27e6, next: 'stop', ...patch,
  });
  const up = /** @type {import('../../html/types').Connection} */ ({
    state: 'open', lastData: 0, lostSince: 0, process: 'up', link: 'up' });
  /** @param {any} course @param {number} s @param {any} [doc] @param {any} [connection] */
  const sign = (course, s, doc = { range: 'hot', state: 'live' }, connection = up) => {
    const { shape, words, time_us } = signAt(course, doc, connection, s * 1e6);
    return [shape, words, time_us === null ? null : time_us / 1e6];
  };

  test('goes by the clock of the lane, as the quickest message tells it', () => {
    const clock = new LaneClock();
    clock.hear(0, 0);
    clock.hear(100e6, 5e6 + 400);
    clock.hear(101e6, 5e6 + 1020);
    clock.hear(102e6, 5e6 + 2300);
    assert.equal(clock.at(5e6 + 3020) / 1e6, 103);
    for (let i = 0; i < 8; i++) {
      clock.hear((103 + i) * 1e6, 9e6 + 1000 * i); /* somebody set the clock of this device */
    }
    assert.equal(clock.at(9e6 + 8000) / 1e6, 111);
  });

  test('goes on by itself until the lane speaks', () => {
    const attention = at({ phase: 'preparing', began_us: null, ends_us: 7e6 });
    assert.deepEqual(sign(attention, 6), ['cross', 'Attention', 1]);
    assert.deepEqual(sign(attention, 8), ['ring', 'Fire', 19]);
    assert.deepEqual(sign(attention, 28), ['octagon', 'Stop', null]);
    assert.deepEqual(phaseAt(attention, 8e6), { phase: 'running', began_us: 7e6, ends_us: 27e6 });
    assert.deepEqual(sign(at({}), 26.5), ['ring', 'Fire', 0.5]);
    assert.deepEqual(sign(at({}), 27), ['octagon', 'Stop', null]);
    assert.deepEqual(sign(at({ ends_us: null, time_s: null }), 17), ['ring', 'Fire', 10]);
    assert.deepEqual(sign(at({ phase: 'unloaded', began_us: null, ends_us: 60e6 }), 30), ['cross', 'Unloaded', 30]);
    assert.deepEqual(sign(at({ phase: 'unloaded', began_us: null, ends_us: 60e6 }), 70), ['cross', 'Unloaded', null]);
    assert.deepEqual(sign(at({ phase: 'loaded', began_us: null, ends_us: null }), 1), ['cross', 'Wait', 20]);
    assert.deepEqual(sign(at({ phase: 'finished', began_us: null, ends_us: null }), 1), ['octagon', 'Finished', null]);
  });

  test('says wait while the target is turned away', () => {
    const duel = at({ shown_s: 3, away_s: 7, time_s: 50, ends_us: 57e6 });
    assert.deepEqual(sign(duel, 8), ['cross', 'Wait', 6]);
    assert.deepEqual(sign(duel, 15), ['ring', 'Fire', 2]);
    assert.deepEqual(sign(duel, 17), ['cross', 'Wait', 7]);
    assert.equal(showing(duel, 7e6, 56e6).n, 5);
  });

  test('lets nobody fire on a cold range, in a pause, or where nobody knows', () => {
    assert.deepEqual(sign(at({}), 8, { range: 'cold', state: 'live' }), ['cross', 'Range is cold', 19]);
    assert.deepEqual(sign(at({}), 8, { range: 'hot', state: 'paused' }), ['cross', 'Paused', 19]);
    assert.deepEqual(sign(at({}), 8, undefined, { ...up, state: 'lost' }), ['triangle', 'No connection', 19]);
    assert.deepEqual(sign(at({}), 8, undefined, { ...up, link: 'down' }), ['triangle', 'Lane is down', 19]);
  });

  test('is told by its stage, its string and its series', () => {
    assert.deepEqual(stageWords(at({ shots: 60, series_shots: 10, series: 3 })), ['match', 'series 3 of 6']);
    assert.deepEqual(stageWords(at({ stage: '1', sighters: true, strings: 2, string: 2 })), ['1, sighters', 'string 2 of 2']);
    assert.deepEqual(stageWords(at({ stage: 'Sighters', sighters: true, shots: 0, series_shots: 0 })), ['Sighters']);
    assert.deepEqual([4.5e9, 299.95e6, 299.9e6, 60e6, 10e6, 9.94e6, 9.9e6, 0.01e6, 0, -1].map(timerText),
      ['1:15:00', '5:00', '5:00', '1:00', '0:10', '0:10', '9.9', '0.1', '0.0', '0.0']);
  });
});

describe('words and figures', () => {
  for (const [tenths, ring, decimal, text] of /** @type {[number, number, boolean, string][]} */ ([
    [104, 10, true, '10.4'], [104, 10, false, '10'], [100, 10, true, '10.0'], [0, 0, true, '0.0'],
    [0, 0, false, '0'], [2034, 198, true, '203.4'], [2034, 198, false, '198'],
  ])) {
    test(`${tenths} tenths are shown as ${text} ${decimal ? 'with' : 'without'} tenths`, () => {
      assert.equal(scoreText(tenths, ring, decimal), text);
    });
  }

  for (const [x, y, words] of /** @type {[number, number, string][]} */ ([
    [0, 10, '12 o’clock'], [10, 0, '3 o’clock'], [0, -10, '6 o’clock'], [-10, 0, '9 o’clock'],
    [-5, -8.66, '7 o’clock'], [1, 10, '12 o’clock'], [-1, 10, '12 o’clock'],
    [3, 10, '1 o’clock'], [0.1, 0.1, 'centre'],
  ])) {
    test(`a shot at ${x}, ${y} mm lies at ${words.replace('’', '')}`, () => {
      assert.equal(clockWords(x, y), words);
    });
  }

  test('the arrow turns clockwise from straight up', () => {
    assert.deepEqual([bearing(0, 1), bearing(1, 0), bearing(0, -1), bearing(-1, 0)], [0, 90, 180, 270]);
  });

  test('a screen reader hears number, score, inner ten and place', () => {
    assert.equal(shotWords(aShot({ n: 3, x_mm: 1, y_mm: 0, score_tenths: 106, inner: true }), true),
      'Shot 3: 10.6, inner ten, 3 o’clock');
    assert.equal(shotWords(aShot({ n: 4, x_mm: 90, y_mm: 0, score_tenths: 0, ring: 0 }), true),
      'Shot 4: miss, 3 o’clock');
    assert.equal(shotWords(aShot({ n: 5, x_mm: 9, score_tenths: 50, ring: 5, zone: 'A' }), false),
      'Shot 5: 5, zone A, 3 o’clock');
    assert.equal(shotWords(aShot({ n: 6, x_mm: 9, bull: '7' }), false), 'Shot 6: 10, bull 7, 3 o’clock');
  });

  test('ages and durations stay short', () => {
    assert.deepEqual([0, 340, 12900, 61000, 7200000].map(ageText), ['0.0 s', '0.3 s', '12 s', '1 min', '2 h']);
    assert.deepEqual([7e6, 754e6, 3723e6].map(durationText), ['0:07', '12:34', '1:02:03']);
  });

  test('scores have tenths where the discipline counts them, or by wish', () => {
    const { store } = opened();
    const face = /** @type {any} */ (store.doc).face;
    const shows = (/** @type {any} */ patch, /** @type {boolean | null} */ wish) => {
      Object.assign(face, patch);
      store.setView({ decimal: wish });
      return store.decimal;
    };
    assert.equal(shows({ decimal: 'linear', count: 'integer' }, null), false);
    assert.equal(shows({ decimal: 'linear', count: 'integer' }, true), true);
    assert.equal(shows({ decimal: 'linear', count: 'decimal' }, null), true);
    assert.equal(shows({ decimal: 'linear', count: 'decimal' }, false), false);
    assert.equal(shows({ decimal: 'linear', count: undefined }, null), true, 'a lane of an older version');
    assert.equal(shows({ decimal: 'none', count: 'integer' }, true), false);
  });

  test('a lane that is scored by hand misses no target, and wants no calibration', () => {
    const { store } = opened();
    const doc = /** @type {any} */ (store.doc);
    doc.face = ZONES;
    doc.calibration.origin = 'none';
    doc.detector.state = 'off';
    assert.equal(stateWords(doc, store.connection).words, 'Not watching');
    assert.equal(store.calibrating, false);
    doc.face = PISTOL;
    assert.equal(stateWords(doc, store.connection).words, 'Target not found yet');
    assert.equal(store.calibrating, true);
  });

  test('a session that ended by itself says why', () => {
    const { store, lane } = opened();
    const words = () => stateWords(store.doc, store.connection).words;
    const session = { lane: 'lane1', session: lane.doc.session?.id, state: 'ended', t_us: 1 };
    store.takeSession({ ...session, reason: '' });
    assert.equal(words(), 'Session ended');
    store.takeSession({ ...session, reason: 'left alone for 4 h' });
    assert.equal(words(), 'Session ended, left alone for 4 h');
  });

  test('the state says the most urgent thing first', () => {
    const { store, lane } = opened();
    const doc = /** @type {any} */ (lane.doc);
    const words = () => stateWords(doc, store.connection).words;
    assert.equal(words(), 'Live');
    doc.detector.state = 'learning';
    assert.equal(words(), 'Looking at the paper…');
    for (const [state, said] of [['disturbed', 'View disturbed'], ['moving', 'Camera moves'],
      ['away', 'Target is turned away'], ['maintenance', 'Paper is being changed'],
      ['gone', 'No paper'], ['blind', 'Camera sees nothing'], ['off', 'Not watching']]) {
      doc.detector.state = state;
      assert.equal(words(), said);
    }
    doc.range = 'cold';
    assert.equal(words(), 'Range is cold');
    doc.calibration.origin = 'none';
    assert.equal(words(), 'Target not found yet');
    doc.camera.state = 'ended';
    assert.equal(words(), 'Recording has ended');
    doc.camera.state = 'lost';
    assert.equal(words(), 'No picture');
    doc.state = 'paused';
    assert.equal(words(), 'Paused');
    store.connection.process = 'down';
    assert.equal(words(), 'Lane is down');
    store.connection.state = 'lost';
    assert.equal(words(), 'Connection lost');
  });
});

describe('the calibration', () => {
  test('opens by itself where it is missing, or of a camera that nobody has shot before', () => {
    const { store } = opened();
    const doc = /** @type {any} */ (store.doc);
    const due = (/** @type {string} */ origin, /** @type {string} */ kind, /** @type {any} */ session) => {
      Object.assign(doc, { calibration: { ...doc.calibration, origin }, session });
      doc.camera.kind = kind;
      return store.calibrating;
    };
    const session = doc.session;
    assert.equal(due('none', 'simulate', session), true);
    assert.equal(due('auto', 'simulate', null), false);
    assert.equal(due('auto', 'http', null), true);
    assert.equal(due('auto', 'http', session), false);
    assert.equal(due('hand', 'http', null), false);
    assert.equal(due('auto', 'http', null), true);
    store.setView({ calibrating: false });
    assert.equal(store.calibrating, false, 'closed by hand, it stays closed');
  });
});

describe('the target', () => {
  test('has a circle for each ring, the black and the inner ten at true scale', () => {
    const radii = [...faceSvg(PISTOL).matchAll(/<circle class="([^"]+)" r="([^"]+)"/g)];
    assert.equal(radii.length, PISTOL.rings.length + 2);
    assert.deepEqual(radii[0].slice(1), ['black', '29.75']);
    assert.deepEqual(radii[1].slice(1), ['ring', '77.75']);
    assert.deepEqual(radii[radii.length - 1].slice(1), ['ring inner light', '2.5']);
  });

  test('is numbered on four axes, but not where the shots lie', () => {
    const numbers = [...faceSvg(PISTOL).matchAll(/>(\d+)<\/text>/g)].map((m) => m[1]);
    assert.deepEqual(numbers, [1, 2, 3, 4, 5, 6, 7, 8].flatMap((v) => Array(4).fill(String(v))));
  });

  test('shows a shot at its place, y up, at its true caliber', () => {
    const svg = shotSvg(aShot({ n: 12, x_mm: 3.25, y_mm: 7.5 }), 4.5, 1);
    assert.match(svg, /<circle cx="3.25" cy="-7.5" r="2.25"\/>/);
    assert.match(svg, />12<\/text>/);
    assert.match(svg, new RegExp(`fill="${FILLS[1]}"`));
    assert.match(lastSvg(aShot({ n: 12, x_mm: 3.25, y_mm: 7.5 }), 4.5), /class="last".*cx="3.25" cy="-7.5"/);
  });

  test('has a line round each zone, with its name, y up', () => {
    const svg = cardSvg(ZONES);
    assert.deepEqual([...svg.matchAll(/ d="([^"]+)"/g)].map((m) => m[1]),
      ['M-50 50L50 50L50 -60L-50 -60Z', 'M-100 90L100 90L0 -300Z']);
    assert.deepEqual([...svg.matchAll(/>(\w)<\/text>/g)].map((m) => m[1]), ['A', 'D']);
    assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
    assert.equal(faceRadius(ZONES), 300);
  });

  test('has every bull at its place, and each shot at its bull', () => {
    const svg = cardSvg(BULLS);
    assert.deepEqual([...svg.matchAll(/translate\(([^)]+)\)/g)].map((m) => m[1]), ['-60 -10', '60 -10']);
    assert.equal([...svg.matchAll(/class="black"/g)].length, 2);
    assert.match(svg, />S<\/text>/);
    assert.equal(faceRadius(BULLS), Math.hypot(60, 10) + 22.75);
    const shot = aShot({ n: 3, x_mm: 1, y_mm: 2, bull: 'S' });
    assert.match(shotSvg(shot, 4.5, 0, BULLS), /cx="61" cy="-12"/);
    assert.match(lastSvg(shot, 4.5, BULLS), /class="last".*cx="61" cy="-12"/);
    assert.match(shotSvg(aShot({ x_mm: 1, y_mm: 2, bull: 'none' }), 4.5, 0, BULLS), /cx="1" cy="-2"/);
  });

  test('shows all of a card of zones or bulls, whatever was hit', () => {
    for (const face of [ZONES, BULLS]) {
      const levels = zoomLevels(face);
      assert.ok(levels[0] >= faceRadius(face));
      assert.deepEqual(levels, [...levels].sort((a, b) => b - a));
      assert.ok(levels.every(Number.isFinite) && levels[levels.length - 1] > 0);
      assert.equal(autoLevel(levels, face, [], 9), 0);
      assert.equal(autoLevel(levels, face, [aShot({ x_mm: 5 })], 9), 0);
    }
  });

  test('is shown whole before the first shot where it has no aiming mark', () => {
    const face = { ...PISTOL, black_mm: 0, card_mm: 0 };
    const levels = zoomLevels(face);
    assert.ok(levels[autoLevel(levels, face, [], 4.5)] >= faceRadius(face));
  });

  test('zooms from the whole card to the ten', () => {
    for (const face of Object.values(FACES)) {
      const levels = zoomLevels(face);
      assert.ok(levels[0] >= face.card_mm / 2);
      assert.deepEqual(levels, [...levels].sort((a, b) => b - a));
      assert.ok(levels.length >= 4 && levels.length <= 12);
      const ten = face.rings[0].diameter_mm / 2;
      assert.ok(levels[levels.length - 1] > ten);
    }
  });

  test('zooms by itself so that the widest shot is seen whole, but not the one taken back', () => {
    const levels = zoomLevels(PISTOL);
    const half = (/** @type {any[]} */ shots) => levels[autoLevel(levels, PISTOL, shots, 4.5)];
    assert.ok(half([]) >= PISTOL.black_mm / 2);
    assert.ok(half([aShot({ x_mm: 5 })]) < half([]));
    assert.ok(half([aShot({ x_mm: 5 })]) >= PISTOL.rings[2].diameter_mm / 2);
    assert.equal(half([aShot({ x_mm: 5 })]), half([aShot({ x_mm: -1, y_mm: 1 })]), 'it does not jump at each shot');
    assert.ok(half([aShot({ x_mm: -60, y_mm: 3 })]) >= 62.25);
    assert.equal(half([aShot({ x_mm: -60, removed: true })]), half([]));
    assert.equal(half([aShot({ x_mm: 500 })]), levels[0]);
  });

  test('never shows markup out of a face or a shot', () => {
    const evil = /** @type {any} */ ({ ...PISTOL, rings: [{ value: '<script>', diameter_mm: 9 },
      { value: '<b>', diameter_mm: 5 }, { value: '<i>', diameter_mm: 3 }] });
    assert.doesNotMatch(faceSvg(evil), /<script|<b>|<i>/);
    const name = '<i>"';
    assert.doesNotMatch(cardSvg({ ...ZONES, zones: [{ ...ZONES.zones[0], name }] }), /<i>/);
    assert.doesNotMatch(cardSvg({ ...BULLS, bulls: [{ ...BULLS.bulls[0], name }] }), /<i>/);
    assert.equal(String(html`<p title="${'"><b>'}">${['<i>', html`<u>`, null, false, 0]}</p>`),
      '<p title="&quot;&gt;&lt;b&gt;">&lt;i&gt;<u>0</p>');
  });
});

/** @param {string} hex */
function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255)
    .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** @param {string} a @param {string} b */
function contrast(a, b) {
  const [lo, hi] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (hi + 0.05) / (lo + 0.05);
}

describe('marks can be seen', () => {
  const css = readFileSync(new URL('../../html/shooter.css', import.meta.url), 'utf8');

  test('the style sheet draws with the colours that are checked here', () => {
    for (const colour of [PAPER, BLACK, INK, LAST.outline]) {
      assert.ok(css.includes(colour), colour);
    }
  });

  for (const fill of [...FILLS, LAST.fill]) {
    test(`a number on ${fill} can be read, the mark stands out from paper and black`, () => {
      const outline = fill === LAST.fill ? LAST.outline : INK;
      assert.ok(contrast(INK, fill) >= 4.5);
      for (const ground of [PAPER, '#fffdf4', BLACK]) {
        assert.ok(Math.max(contrast(fill, ground), contrast(outline, ground)) >= 3, ground);
      }
    });
  }
});

describe('the picture', () => {
  const camera = { ...new Lane('a', 'b').doc.camera, width: 100, height: 60 };

  for (const [rotate, mirror, x, y, width] of /** @type {[number, boolean, number, number, number][]} */ ([
    [0, false, 10.5, 20.5, 100], [90, false, 39.5, 10.5, 60], [180, false, 89.5, 39.5, 100],
    [270, false, 20.5, 89.5, 60], [0, true, 89.5, 20.5, 100], [90, true, 39.5, 89.5, 60],
  ])) {
    test(`turned by ${rotate}${mirror ? ' and mirrored' : ''} stands upright`, () => {
      const view = upright({ ...camera, rotate, mirror });
      assert.deepEqual(transform(view.matrix, { x: 10, y: 20 }), { x, y });
      assert.equal(view.width, width);
    });
  }

  test('is cut to its region before it is turned', () => {
    const view = upright({ ...camera, rotate: 90, region: [10, 20, 30, 40] });
    assert.deepEqual([view.width, view.height], [40, 30]);
    assert.deepEqual(transform(view.matrix, { x: 9.5, y: 19.5 }), { x: 40, y: 0 });
  });

  test('bears each mark where the homography puts it', () => {
    const h = CARD.homography;
    const p = project(h, 10, -20);
    const w = 0.00012 * 10 - 0.00021 * 20 + 1;
    assert.ok(Math.abs(p.x - (36.2 - 2.2 + 655.2) / w) < 1e-9);
    const m = upright({ ...camera, width: 1280, height: 720 }).matrix;
    const card = { homography_mm_to_px: h };
    const at = place({ card, m, caliber_mm: 4.5 }, aShot({ x_mm: 10, y_mm: -20 }));
    assert.ok(Math.abs(at.x - p.x - 0.5) < 1e-9);
    assert.ok(Math.abs(at.r - 2.25 * pixelsPerMm(card, 10, -20)) < 1e-9);
    assert.equal(ringPath(card, m, 5).match(/[ML]/g)?.length, 72);
  });

  test('bears marks and rings where the lens bends them to', () => {
    const card = { homography_mm_to_px: [4, 0, 640, 0, -4, 360, 0, 0, 1], lens: [640, 360, -2e-7, 90000] };
    const m = [1, 0, 0, 1, 0, 0];
    const { x, y, r } = place({ card, m, caliber_mm: 4.5 }, aShot({ x_mm: 100, y_mm: 0 }));
    const bent = toPx(card, 100, 0);
    assert.deepEqual([x, y], [bent.x, bent.y]);
    assert.ok(Math.abs(bent.x - 1040) > 1 && bent.y === 360, `${bent.x}`);
    assert.ok(Math.abs(r - 9) > 0.05, 'a hole out there is not as large as one in the middle');
    const ring = fittedSvg({ ...PISTOL, black_mm: 200 }, { card, m, caliber_mm: 4.5 });
    assert.ok(ring.includes(`M${bent.x.toFixed(2)} 360.00`), ring.slice(0, 200));
  });

  test('without calibration shows the places that the camera gave', () => {
    const m = upright(camera).matrix;
    assert.deepEqual(place({ card: null, m, caliber_mm: 4.5 }, aShot({ x_px: 3, y_px: 4, radius_px: 8 })),
      { x: 3.5, y: 4.5, r: 8 });
  });

  test('fills a box of any shape without being stretched', () => {
    const all = windowFor({ width: 100, height: 50 }, null, 1);
    assert.deepEqual(all, { x: 0, y: -25, w: 100, h: 100 });
    const part = windowFor({ width: 100, height: 50 }, { x: 40, y: 20, half: 10 }, 2);
    assert.deepEqual(part, { x: 20, y: 10, w: 40, h: 20 });
  });
});

describe('the store', () => {
  test('reads the rows of the state document by their column names', () => {
    const row = [3, 1.5, -2, 640, 360, 8, 104, 10, 1, 0, 0, 1, 0, 77];
    const shot = shotFromRow(COLUMNS, row);
    assert.deepEqual([shot.n, shot.y_mm, shot.score_tenths, shot.inner, shot.recovered, shot.removed, shot.t_us],
      [3, -2, 104, true, true, false, 77]);
  });

  test('adds a shot once, however often it comes', () => {
    const { lane, store, kinds, feed } = opened();
    const data = lane.shot(1, 1);
    feed(data);
    feed(data);
    feed({ ...data, seq: data.seq + 1 });
    assert.equal(store.shots.length, 1);
    assert.equal(store.sums.total_tenths, data.score_tenths);
    assert.deepEqual(kinds, ['shot']);
  });

  test('orders shots by their number, not by their coming, and asks what lies between', () => {
    const { lane, store, kinds, feed } = opened();
    const [a, b, c] = [lane.shot(1, 1), lane.shot(2, 2), lane.shot(3, 3)];
    feed(a);
    feed(c);
    feed(c);
    assert.deepEqual(kinds, ['shot', 'gap', 'shot']);
    assert.ok(store.hasGap);
    feed(b);
    assert.deepEqual(store.shots.map((s) => s.n), [1, 2, 3]);
    assert.ok(!store.hasGap);
    assert.equal(store.seq, c.seq);
    assert.equal(store.sums.counted, 3);
  });

  test('knows a removal that comes before its shot', () => {
    const { lane, store, feed } = opened();
    const shot = lane.shot(1, 1);
    feed({ seq: shot.seq + 1, session: shot.session, n: 1, reason: 'insect' }, 'shot.removed');
    feed(shot);
    assert.equal(store.shots[0].removed, true);
    assert.equal(store.sums.counted, 0);
    assert.equal(store.last, undefined);
  });

  test('takes a removed shot out of every sum', () => {
    const { lane, store, feed } = opened();
    feed(lane.shot(0, 0));
    const ten = { ...store.sums };
    feed(lane.shot(20, 0));
    feed({ seq: lane.doc.seq + 1, session: lane.doc.session.id, n: 2 }, 'shot.removed');
    assert.deepEqual(store.sums, ten);
    assert.equal(store.last?.n, 1);
  });

  test('never counts a sighter', () => {
    const { lane, store, feed } = opened();
    feed(lane.shot(0, 0, { sighter: true }));
    assert.equal(store.sums.counted, 0);
    assert.equal(store.last?.n, 1);
  });

  test('turns a provisional mark into its shot', () => {
    const { lane, store, kinds, feed } = opened();
    feed({ hole: 7, ...lane.place(1, 2) }, 'hole', 100);
    assert.equal(store.marks.size, 1);
    feed(lane.shot(1, 2, { hole: 7 }), 'shot', 200);
    assert.deepEqual(kinds, ['hole', 'hole.gone', 'shot']);
    feed({ hole: 7, ...lane.place(1, 2) }, 'hole', 300);
    assert.equal(store.marks.size, 0, 'a mark that comes after its shot is nothing new');
  });

  test('drops a provisional mark that became no shot', () => {
    const { lane, store, kinds, feed } = opened();
    feed({ hole: 7, ...lane.place(1, 2) }, 'hole', 100);
    store.tick(100 + MARK_MS - 1);
    assert.equal(store.marks.size, 1);
    store.tick(100 + MARK_MS);
    assert.equal(store.marks.size, 0);
    assert.deepEqual(kinds, ['hole', 'tick', 'hole.gone', 'tick']);
  });

  test('shows a shot that is not saved until it is, and counts it only then', () => {
    const { lane, store, kinds, feed } = opened();
    feed({ hole: 7, ...lane.place(1, 2) }, 'hole', 100);
    feed({ hole: 7, score_tenths: 100, ...lane.place(1, 2) }, 'shot.unsaved', 150);
    feed({ hole: 8, score_tenths: 90, ...lane.place(9, 2) }, 'shot.unsaved', 160);
    store.tick(100 + 10 * MARK_MS);
    assert.equal(store.unsaved, 2);
    assert.equal(store.sums.counted, 0);
    feed(lane.shot(1, 2, { hole: 7 }), 'shot', 50000);
    assert.equal(store.unsaved, 1);
    assert.equal(store.sums.counted, 1);
    const status = (/** @type {number} */ waiting, /** @type {number} */ t) => feed({ lane: 'lane1',
      t_publish_us: t, store: { state: 'ok', detail: '', waiting } }, 'status', 51000);
    status(1, 9e15);
    assert.equal(store.unsaved, 1);
    status(0, 9.001e15);
    assert.equal(store.unsaved, 0, 'nothing waits: what became no shot is gone');
    assert.deepEqual(kinds.slice(0, 4), ['hole', 'hole.gone', 'hole', 'hole']);
  });

  test('finds the shots that are not saved in a snapshot', () => {
    const { lane, store } = opened();
    const doc = structuredClone(store.doc);
    store.receive('snapshot', { ...doc, seq: doc?.seq,
      unsaved: [{ hole: 9, score_tenths: 80, ring: 8, inner: false, ...lane.place(20, 0) }] }, '', 100);
    assert.equal(store.unsaved, 1);
  });

  test('keeps what it knows when an older snapshot comes late', () => {
    const { lane, store, feed } = opened();
    const old = structuredClone(lane.doc);
    feed(lane.shot(1, 1));
    store.receive('snapshot', old, '', 0);
    assert.equal(store.shots.length, 1);
    store.receive('snapshot', { ...old, epoch: 'ffffffffffffffff' }, '', 0);
    assert.equal(store.shots.length, 0, 'another epoch is another truth');
  });

  test('counts shots that the state document has left out', () => {
    const { lane, store, feed } = opened();
    for (let i = 0; i < 25; i++) {
      lane.shot(0, 0);
    }
    const doc = structuredClone(lane.doc);
    doc.shots.rows = doc.shots.rows.slice(12);
    doc.shots.truncated = 12;
    store.receive('snapshot', doc, '', 0);
    assert.equal(store.sums.counted, 25);
    assert.equal(store.before, 12);
    feed(lane.shot(0, 0));
    assert.equal(store.sums.counted, 26);
    assert.equal(store.series, 2);
    /** @type {number[]} */
    const series = [];
    store.eachSeries((shot, i) => series.push(i));
    assert.deepEqual(series, [...Array(8).fill(1), ...Array(6).fill(2)]);
  });

  test('starts empty with a new session and keeps the result of an ended one', () => {
    const { lane, store, feed } = opened();
    feed(lane.shot(1, 1));
    const session = lane.doc.session.id;
    Object.assign(store.doc ?? {}, { sessions: [{ ...lane.doc.session, active: true }] });
    feed({ seq: lane.doc.seq + 1, state: 'ended', session, t_us: 5 }, 'session');
    assert.equal(store.open, false);
    assert.equal(store.doc?.state, 'idle');
    assert.equal(store.sums.counted, 1);
    feed({ seq: lane.doc.seq + 2, state: 'started', session: 'next', face: PISTOL, caliber_mm: 4.5, t_us: 9 }, 'session');
    assert.deepEqual([store.open, store.shots.length, store.sums.counted], [true, 0, 0]);
    assert.deepEqual(store.openSessions.map((s) => s.id), ['next']);
  });

  test('ignores status that is older than what it has, and other lanes', () => {
    const { store, kinds, feed } = opened();
    const t = store.statusTime;
    feed({ state: 'paused', t_publish_us: t - 5 }, 'status');
    feed({ lane: 'lane2', state: 'paused', t_publish_us: t + 5 }, 'status');
    assert.equal(store.doc?.state, 'live');
    feed({ lane: 'lane1', state: 'paused', t_publish_us: t + 5 }, 'status');
    assert.equal(store.doc?.state, 'paused');
    assert.deepEqual(kinds, ['status']);
  });

  test('survives nonsense', () => {
    const { store, feed } = opened();
    for (const data of [null, 1, 'x', {}, { seq: 'x' }, { seq: 1e9, session: null, n: {} }]) {
      for (const name of ['shot', 'hole', 'status', 'session', 'shot.removed', 'calibration', 'lane', 'x']) {
        store.receive(name, data, '', 0);
      }
    }
    feed({ seq: NaN }, 'shot');
    assert.equal(store.shots.length, 0);
  });
});

describe('the event stream', () => {
  /** @type {FakeSource[]} */
  let sources = [];

  class FakeSource {
    static CLOSED = 2;

    /** @param {string} url */
    constructor(url) {
      this.url = url;
      this.readyState = 0;
      /** @type {Record<string, (e: any) => void>} */
      this.on = {};
      /** @type {() => void} */
      this.onopen = () => {};
      /** @type {() => void} */
      this.onerror = () => {};
      sources.push(this);
    }

    /** @param {string} name @param {(e: any) => void} fn */
    addEventListener(name, fn) {
      this.on[name] = fn;
    }

    close() {
      this.readyState = 2;
    }
  }

  function stream() {
    sources = [];
    const { lane, store } = opened();
    const events = new Events('/x', store, /** @type {any} */ (FakeSource));
    events.show(true);
    sources[0].onopen();
    return { lane, store, events };
  }

  test('is one, closed while nobody looks, opened again after', () => {
    const { events } = stream();
    events.show(true);
    assert.equal(sources.length, 1);
    events.show(false);
    assert.equal(sources[0].readyState, 2);
    events.show(true);
    assert.equal(sources.length, 2);
    events.close();
  });

  test('asks for a snapshot when the journal is another one', () => {
    const { lane, store, kinds } = opened();
    store.receive('shot', lane.shot(1, 1), 'ffffffffffffffff-9', 0);
    assert.deepEqual(kinds, ['gap']);
    assert.equal(store.shots.length, 0);
  });

  test('says lost at an error and open at the next event', () => {
    const { store, events } = stream();
    sources[0].onerror();
    assert.equal(store.connection.state, 'lost');
    sources[0].on.status({ data: '{}', lastEventId: '' });
    assert.equal(store.connection.state, 'open');
    events.close();
  });

  test('is tried again by the page when the server refused it', (t) => {
    const clock = fakeClock(t);
    const { store, events } = stream();
    sources[0].readyState = 2;
    sources[0].onerror();
    assert.equal(store.connection.state, 'lost');
    clock.tick(1300);
    assert.equal(sources.length, 2);
    events.close();
  });

  test('is taken for dead after long silence', (t) => {
    const clock = fakeClock(t);
    const { store, events } = stream();
    clock.tick(SILENCE_MS + 1);
    store.tick(0);
    assert.equal(store.connection.state, 'lost');
    assert.equal(sources.length, 2);
    events.close();
  });

  test('is opened anew for a snapshot when a gap stays', (t) => {
    const clock = fakeClock(t);
    const { lane, events } = stream();
    const [, b] = [lane.shot(1, 1), lane.shot(2, 2)];
    sources[0].on.shot({ data: JSON.stringify(b), lastEventId: `${EPOCH}-${b.seq}` });
    clock.tick(600);
    assert.equal(sources.length, 2);
    events.close();
  });
});

describe('the fixture', () => {
  for (const [x, tenths, ring, inner] of /** @type {[number, number, number, boolean][]} */ ([
    [0, 109, 10, true], [8, 100, 10, false], [8.01, 99, 9, false], [4.75, 104, 10, true], [80, 10, 1, false],
    [80.1, 0, 0, false],
  ])) {
    test(`gives ${tenths} tenths at ${x} mm on the air pistol face`, () => {
      assert.deepEqual(score(PISTOL, 4.5, x, 0), { score_tenths: tenths, ring, inner });
    });
  }
});
