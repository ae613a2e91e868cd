/* What the pages of calibration and camera compute, without a browser. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { confirmation, drawn, fitsWell, guess, handlesOn, lineInSight, linesOf, quarter, sameTurn, sent, step, together, typed, untransform }
  from '../../html/admin-calibration-map.js';
import { WORDS } from '../../html/admin-calibration-words.js';
import { answered, changes, ordered, valueText } from '../../html/admin-camera-controls.js';
import { bend, toPx, transform, upright } from '../../html/geometry.js';

/** @type {any} */
const FACE = { name: 'f', title: 'F', rings: [{ value: 10, diameter_mm: 10 }, { value: 1, diameter_mm: 100 }, { value: 5, diameter_mm: 50 }],
  black_mm: 60, inner_mm: 5, decimal: 'linear' };
const MAP = { homography_mm_to_px: [4, 0.1, 640, -0.1, -4, 360, 0.0001, 0.0002, 1] };
const SIZE = { width: 1280, height: 720 };

/** @param {number} v */
const near = (v) => Math.round(v * 1e6) / 1e6;

describe('the map of a calibration', () => {
  /* gms_lens_bend of worker/target/lens.c gives these */
  for (const [lens, p, expected] of /** @type {[number[], number[], number[]][]} */ ([
    [[640, 360, 0, 0], [900, 500], [900, 500]],
    [[640, 360, -1e-7, 90000], [640, 360], [640, 360]],
    [[640, 360, -1e-7, 90000], [940, 360], [940, 360]],
  ])) {
    test(`with a lens ${lens} has ${p} at ${expected}`, () => {
      const { x, y } = bend(lens, { x: p[0], y: p[1] });
      assert.deepEqual([near(x), near(y)], expected);
    });
  }

  test('goes through a lens and back as the worker flattens it', () => {
    for (const by of [-2e-7, 1.5e-7]) {
      const lens = [640, 360, by, 90000];
      const flat = { x: 1010, y: 95 };
      const { x, y } = bend(lens, flat);
      const f = by * ((x - 640) ** 2 + (y - 360) ** 2 - 90000); /* gms_lens_flatten */
      assert.ok(Math.abs(x - flat.x) > 1);
      assert.ok(Math.hypot(x + (x - 640) * f - flat.x, y + (y - 360) * f - flat.y) < 1e-6);
    }
  });

  test('is drawn ring for ring, the mark by its own name, each bull by itself', () => {
    assert.deepEqual(drawn(FACE, MAP, [1, 0, 0, 1, 0, 0]).map((l) => l.name), ['fit', 'fit', 'fit', 'fit', 'fit mark']);
    const two = drawn({ ...FACE, bulls: [{ name: 'a', at_mm: [10, 0], sighter: false }, { name: 'b', at_mm: [-10, 0], sighter: false }] }, MAP, [1, 0, 0, 1, 0, 0]);
    assert.equal(two.length, 10);
    assert.notEqual(two[0].d, two[5].d);
    const [zone] = drawn(/** @type {any} */ ({ rings: [], black_mm: 0, inner_mm: 0, zones: [{ corners_mm: [[0, 0], [1, 0], [0, 1]] }] }),
      { homography_mm_to_px: [1, 0, 0, 0, 1, 0, 0, 0, 1] }, [1, 0, 0, 1, 0, 0]);
    assert.equal(zone.d, 'M0.00 0.00L1.00 0.00L0.00 1.00Z');
  });
});

describe('points', () => {
  test('can lie on each ring and on the border of the mark, the largest first', () => assert.deepEqual(
    linesOf(FACE).map(({ kind, value }) => value ?? kind), [1, 'black', 5, 10]));

  test('are the centre and all round a line, and lie where the map has it', () => {
    const [line] = linesOf(FACE);
    const points = handlesOn(MAP, line);
    assert.equal(points.length, 9);
    assert.deepEqual(points[0], { kind: 'centre', x_px: 640, y_px: 360 });
    const p = toPx(MAP, 50 * Math.cos(Math.PI / 8), 50 * Math.sin(Math.PI / 8));
    assert.deepEqual([points[1].x_px, points[1].y_px, points[1].value], [p.x, p.y, 1]);
    assert.deepEqual(sent(points)[1], { kind: 'ring', value: 1, x_px: p.x, y_px: p.y });
    assert.deepEqual(Object.keys(sent(handlesOn(MAP, linesOf(FACE)[1]))[1]), ['kind', 'x_px', 'y_px']);
  });

  test('are put on the largest line that is in the picture as a whole', () => {
    const lines = linesOf(FACE);
    assert.equal(lineInSight(MAP, lines, SIZE).value, 1);
    assert.equal(lineInSight({ homography_mm_to_px: [10, 0, 640, 0, -10, 360, 0, 0, 1] }, lines, SIZE).kind, 'black');
    assert.equal(lineInSight({ homography_mm_to_px: [90, 0, 640, 0, -90, 360, 0, 0, 1] }, lines, SIZE).value, 10);
  });

  test('of a target that nobody has found begin in the middle, in sight', () => {
    const lines = linesOf(FACE);
    const map = guess(lines, SIZE);
    assert.deepEqual(toPx(map, 0, 0), { x: 639.5, y: 359.5 });
    assert.equal(lineInSight(map, lines, SIZE), lines[0]);
    assert.ok(toPx(map, 0, 50).y < 359.5);
  });
});

describe('points that are moved together', () => {
  const handles = handlesOn(guess(linesOf(FACE), SIZE), linesOf(FACE)[0]);
  const from = (/** @type {any} */ a, /** @type {any} */ b) => [b.x_px - a.x_px, b.y_px - a.y_px];

  test('go with the centre', () => {
    const after = together(handles, 0, { x: handles[0].x_px + 7, y: handles[0].y_px - 3 });
    after.forEach((h, i) => assert.deepEqual(from(handles[i], h).map(near), [7, -3]));
  });

  test('grow with one of the line, about the centre', () => {
    const { x_px, y_px } = handles[0];
    const after = together(handles, 4, { x: x_px + 3 * (handles[4].x_px - x_px), y: y_px + 3 * (handles[4].y_px - y_px) });
    after.forEach((h, i) => from(handles[0], h).forEach((d, k) => assert.ok(Math.abs(d - 3 * from(handles[0], handles[i])[k]) < 1e-6)));
    assert.equal(after[4].kind, 'ring');
  });
});

describe('the picture', () => {
  for (const rotate of [0, 90, 180, 270]) {
    for (const mirror of [false, true]) {
      test(`turned by ${rotate}${mirror ? ' and mirrored' : ''}: what is seen goes back to the camera`, () => {
        const { matrix } = upright(/** @type {any} */ ({ ...SIZE, rotate, mirror, region: null }));
        const p = untransform(matrix, transform(matrix, { x: 17, y: 400 }));
        assert.deepEqual([near(p.x), near(p.y)], [17, 400]);
        const d = step(matrix, 0.1, 0);
        const a = transform(matrix, { x: 0, y: 0 });
        const b = transform(matrix, d);
        assert.deepEqual([near(b.x - a.x), near(b.y - a.y)], [0.1, 0]);
      });
    }
  }

  test('is turned by quarters, and confirmed as it is or as it is seen', () => {
    assert.deepEqual(quarter({ rotate: 270, mirror: true }), { rotate: 0, mirror: true });
    assert.ok(!sameTurn({ rotate: 0, mirror: true }, { rotate: 0, mirror: false }));
    assert.deepEqual(confirmation({ rotate: 90, mirror: false }, { rotate: 90, mirror: false }), { upright: true });
    assert.deepEqual(confirmation({ rotate: 90, mirror: true }, { rotate: 90, mirror: false }), { rotate: 90, mirror: true });
  });

  test('fits when its rings are off by less than a pixel', () => {
    assert.equal(fitsWell({ residual_mm: 0.2, px_per_mm: 4 }), true);
    assert.equal(fitsWell({ residual_mm: 0.3, px_per_mm: 4 }), false);
    assert.equal(fitsWell({ residual_mm: -1, px_per_mm: 4 }), null);
    assert.equal(fitsWell({}), null);
  });

  test('a number is typed with point or comma', () => assert.deepEqual(
    ['12', ' -3,5 ', '−0.25', '+1', '', '1e3', '1.', '1,2,3', 'x'].map(typed), [12, -3.5, -0.25, 1, NaN, NaN, NaN, NaN, NaN]));
});

describe('the controls of a camera', () => {
  const control = (/** @type {string} */ name, /** @type {any} */ more = {}) => ({ name, title: name, type: 'number', min: 0, max: 255, step: 1,
    default: 1, value: 5, choices: [], writable: true, locked: null, ...more });

  test('come in the order in which a picture is set up', () => assert.deepEqual(
    ordered(['brightness', 'zoom_absolute', 'focus_auto', 'gain', 'contrast', 'exposure_auto', 'auto_exposure', 'exposure_absolute'].map((n) => control(n)))
      .map((c) => c.name),
    ['exposure_auto', 'auto_exposure', 'exposure_absolute', 'gain', 'focus_auto', 'zoom_absolute', 'brightness', 'contrast']));

  test('are sent where they differ, and where they are whole numbers', () => {
    const list = [control('a'), control('b'), control('on', { type: 'switch', value: 1 }), control('off', { type: 'switch', value: 1 }),
      control('said', { writable: false }), control('c'), control('d')];
    assert.deepEqual(changes(list, { a: '5', b: ' -7 ', on: 'on', said: '9', c: '1.5', d: '' }), { wanted: { b: -7, off: 0 }, wrong: ['c', 'd'] });
  });

  test('say what was asked for and what came of it', () => {
    assert.deepEqual(answered({ a: 7, gone: 1 }, [control('a', { value: 6 })]), [{ name: 'a', asked: 7, got: 6, same: false },
      { name: 'gone', asked: 1, got: null, same: false }]);
    const words = { on: 'on', off: 'off' };
    assert.deepEqual([valueText(control('a'), 1000, (n) => `${n}!`, words), valueText(control('a', { type: 'switch' }), 0, String, words),
      valueText(control('a', { choices: [{ value: 3, title: 'Three' }] }), 3, String, words), valueText(control('a'), null, String, words)],
    ['1000!', 'off', 'Three', '–']);
  });
});

describe('the words of calibration and camera', () => {
  const files = ['admin-calibration.js', 'admin-calibration-said.js', 'admin-camera.js'].map((name) =>
    readFileSync(new URL(`../../html/${name}`, import.meta.url), 'utf8')).join('');

  test('are there in each language, with the same gaps to fill', () => {
    const gaps = (/** @type {string} */ text) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
    for (const lang of Object.keys(WORDS)) {
      assert.deepEqual(Object.keys(WORDS[lang]).sort(), Object.keys(WORDS.en).sort(), lang);
      for (const [name, text] of Object.entries(WORDS[lang])) {
        assert.ok(text.trim(), `${lang} ${name}`);
        assert.deepEqual(gaps(text), gaps(WORDS.en[name]), `${lang} ${name}`);
      }
    }
  });

  test('are those that are said, and no others', () => {
    const plain = Object.keys(WORDS.en).filter((name) => !/^(problem|control|advice|grade|by|type)-/.test(name));
    assert.deepEqual(plain.filter((name) => !files.includes(`'${name}'`)), []);
    const said = [...files.matchAll(/\bsay\('([\w-]+)'/g)].map((m) => m[1]);
    assert.deepEqual(said.filter((name) => !Object.hasOwn(WORDS.en, name)), []);
  });

  test('have each grade and advice that a scene can have, and each problem of a calibration', () => {
    const { components: { schemas, responses } } = JSON.parse(readFileSync(new URL('../../html/openapi.json', import.meta.url), 'utf8'));
    const { grade, advice } = schemas.Scene.properties;
    const all = [...grade.enum.map((/** @type {string} */ g) => `grade-${g}`), ...advice.items.properties.type.enum.map((/** @type {string} */ a) => `advice-${a}`),
      ...schemas.Calibration.properties.history.items.properties.origin.enum.map((/** @type {string} */ o) => `by-${o}`),
      `problem-${responses.Changed.description.split(':')[0]}`, 'problem-not-calibrated', 'problem-session-open'];
    assert.deepEqual(all.filter((name) => !Object.hasOwn(WORDS.en, name)), []);
  });
});
