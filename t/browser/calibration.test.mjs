/*
 * Calibration and camera on the page of who runs the range, against the real
 * nginx and worker: GMS_URL.  A camera with controls is put in between: no
 * test computer has one.
 */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { violations } from './axe.mjs';
import { launch } from './chromium.mjs';

const BASE = process.env.GMS_URL?.replace(/\/*$/, '/') ?? '';
const LANE = 'api/lanes/lane2';

/** @param {string} method @param {string} path @param {any} [body] */
async function ask(method, path, body) {
  const response = await fetch(BASE + path, { method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }) });
  return response.json().catch(() => null);
}

const CONTROLS = [
  { name: 'brightness', title: 'Brightness', type: 'number', min: 0, max: 255, step: 1, default: 128, value: 128, choices: [], writable: true, locked: null },
  { name: 'auto_exposure', title: 'Auto Exposure', type: 'choice', min: 0, max: 3, step: 1, default: 3, value: 3, choices: [
    { value: 1, title: 'Manual Mode' }, { value: 3, title: 'Aperture <b>Priority' }], writable: true, locked: null },
  { name: 'exposure_time_absolute', title: 'Exposure Time, Absolute', type: 'number', min: 3, max: 2047, step: 1, default: 250, value: 250,
    choices: [], writable: true, locked: false },
  { name: 'focus_automatic_continuous', title: 'Focus', type: 'switch', min: 0, max: 1, step: 1, default: 1, value: 1, choices: [], writable: true, locked: null },
];

describe('calibration and camera of a lane', { skip: BASE ? false : 'GMS_URL is not set: no system to look at' }, () => {
  /** @type {import('playwright-core').Browser} */
  let browser;
  /** @type {import('playwright-core').Page} */
  let page;
  /** @type {string[]} */
  let complaints = [];

  before(async () => {
    browser = await launch();
    await ask('POST', `${LANE}/calibration/confirm`, { rotate: 0, mirror: false });
    page = await opened({ viewport: { width: 1280, height: 900 } });
  });

  after(async () => {
    await ask('DELETE', `${LANE}/session`);
    await ask('POST', `${LANE}/calibration`, {});
    await browser?.close();
  });

  /** @param {import('playwright-core').BrowserContextOptions} options */
  async function opened(options) {
    const made = await (await browser.newContext(options)).newPage();
    made.setDefaultTimeout(30000);
    made.on('console', (m) => m.type() === 'error' && !/40[39]|41[23]|422/.test(m.text()) && complaints.push(m.text()));
    made.on('pageerror', (error) => complaints.push(String(error)));
    return made;
  }

  /** @param {string} [query] */
  const open = async (query = '') => {
    complaints = [];
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    await page.goto('about:blank'); /* another # alone would load nothing */
    await page.goto(`${BASE}admin.html${query}#calibration/lane2`);
    await shows('.target .state', /found|gefunden/);
    await page.waitForFunction(() => /** @type {any} */ (document.querySelector('calibration-stage'))?.bitmap);
  };

  /** @param {string} selector @param {RegExp} expected */
  const shows = (selector, expected) => page.waitForFunction(([s, source]) => new RegExp(source).test(
    document.querySelector(s)?.textContent?.replace(/\s+/g, ' ') ?? ''), [selector, expected.source]).catch(async (error) => {
    assert.fail(`${selector} is "${await page.textContent(selector, { timeout: 100 }).catch(() => '(none)')}", not ${expected}: ${String(error).slice(0, 40)}`);
  });

  /** @param {string} selector */
  const text = async (selector) => (await page.textContent(selector) ?? '').replace(/\s+/g, ' ').trim();

  /** The number behind a word. @param {string} words */
  const figure = (words) => Number(/-?\d+([.,]\d+)?/.exec(words)?.[0].replace(',', '.'));

  const residual = async () => figure(await text('.hand .facts'));

  /** Where a point is, in pixels of the camera. @param {number} n */
  const place = async (n) => (/at ([\d.]+), ([\d.]+)/.exec(await page.getAttribute(`[data-point="${n}"]`, 'aria-label') ?? '') ?? [])
    .slice(1).map(Number);

  test('a lane’s card leads to its calibration, which shows where the target is', async () => {
    await page.goto(`${BASE}admin.html#lanes`);
    await page.click('[data-lane=lane2] .calibrate');
    await shows('.target .state', /Target found/);
    await shows('.target .facts', /Rings off by ?0\.\d\d mm.*Resolution ?\d.*Tilt ?\d/);
    assert.equal(await page.inputValue('[name=lane]'), 'lane2');
    assert.ok(await page.locator('calibration-stage .fits .mark').count() > 0);
    assert.deepEqual(complaints, []);
  });

  test('the target is looked for by one press, and the time that it takes is shown', async () => {
    await open();
    const { calibration: { seq } } = await ask('GET', LANE);
    /** @type {(value: unknown) => void} */
    let go = () => {};
    const held = new Promise((done) => { go = done; });
    await page.route('**/lane2/calibration', async (route) => {
      await (route.request().method() === 'POST' && held);
      await route.continue();
    });
    await page.click('[data-do=find]');
    await shows('.target .said', /Looking for the target: \d s/);
    assert.equal(await page.isVisible('.target progress'), true);
    assert.equal(await page.isDisabled('[data-do=find]'), true);
    go(0);
    await shows('.target .said', /^Found/);
    await page.waitForSelector('.target progress', { state: 'hidden' });
    assert.ok((await ask('GET', LANE)).calibration.seq > seq);
  });

  test('why it was not found is told in words', async () => {
    await open();
    await page.route('**/lane2/calibration', (route) => (route.request().method() === 'POST' ? route.fulfill({ status: 409,
      contentType: 'application/problem+json', body: JSON.stringify({ type: '/docs/problems#not-calibrated', title: 'x', status: 409,
        detail: 'The picture is black: <b>is the lens covered?' }) }) : route.continue()));
    await page.click('[data-do=find]');
    await shows('.target .error', /^The target was not found\. The picture is black: <b>is the lens covered\?$/);
  });

  test('points are moved by arrow keys and by hand, and what they come to follows', async () => {
    await open();
    await page.click('[data-do=place]');
    await page.waitForSelector('[data-point="8"]');
    await shows('.hand .facts', /Rings off by ?0\.\d\d mm/);
    const fitted = await residual();
    const [x, y] = await place(3);
    await page.focus('[data-point="3"]');
    await page.keyboard.press('ArrowRight');
    assert.deepEqual((await place(3)).map((v) => v.toFixed(1)), [(x + 0.1).toFixed(1), y.toFixed(1)]);
    await page.keyboard.press('Shift+ArrowUp');
    assert.deepEqual((await place(3)).map((v) => v.toFixed(1)), [(x + 0.1).toFixed(1), (y - 1).toFixed(1)]);
    assert.equal(await page.isVisible('.loupe'), true);
    const box = /** @type {any} */ (await page.locator('[data-point="5"]').boundingBox());
    assert.ok(box.width >= 48 && box.height >= 48);
    const [x5, y5] = await place(5);
    await page.mouse.move(box.x + 24, box.y + 24);
    await page.mouse.down();
    await page.mouse.move(box.x + 29, box.y + 28, { steps: 3 });
    assert.equal(await page.isVisible('.loupe'), true);
    await page.mouse.up();
    assert.equal(await page.isVisible('.loupe'), false);
    const moved = await place(5);
    assert.ok(moved[0] > x5 + 1 && moved[1] > y5 + 1, `${moved} from ${x5}, ${y5}`);
    await shows('.worst', /Point 6 on ring/);
    assert.ok(await residual() > fitted + 0.1);
    assert.deepEqual(complaints, []);
  });

  test('all points go with the centre when that is wished', async () => {
    await page.click('[data-do=together]');
    const before = [await place(0), await place(4)];
    await page.focus('[data-point="0"]');
    await page.keyboard.press('Shift+ArrowLeft');
    const after = [await place(0), await place(4)];
    assert.deepEqual(after.map(([x, y], i) => [(before[i][0] - x).toFixed(1), (before[i][1] - y).toFixed(1)]), [['1.0', '0.0'], ['1.0', '0.0']]);
    await page.click('[data-do=together]');
  });

  test('points that cannot be are told so, and are not saved', async () => {
    await page.focus('[data-point="1"]');
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Shift+ArrowRight');
    }
    await shows('.hand .error', /^This cannot be\. Point \d is [\d.]+ mm off the others/);
    assert.equal(await page.isDisabled('[data-do=save]'), true);
    await page.click('[data-do=discard]');
    assert.equal(await page.locator('[data-point]').count(), 0);
    assert.equal(await page.isVisible('.hand .error'), false);
  });

  test('what somebody else has saved meanwhile is not overwritten unseen', async () => {
    await open();
    await page.click('[data-do=place]');
    await shows('.hand .facts', /Rings off by ?0\.\d\d mm/);
    await page.focus('[data-point="0"]');
    await page.keyboard.press('Shift+ArrowLeft');
    const mine = await place(0);
    const { homography_mm_to_px } = (await ask('GET', LANE)).calibration;
    const theirs = await ask('PUT', `${LANE}/calibration`, { homography_mm_to_px });
    await page.click('[data-do=save]');
    await shows('.hand .error', /Somebody else has changed/);
    assert.deepEqual(await place(0), mine);
    assert.equal((await ask('GET', LANE)).calibration.seq, theirs.seq);
    await page.click('[data-do=save]');
    await shows('.hand .said', /^Saved/);
    await shows('.target .state', /by hand/);
    assert.ok((await ask('GET', LANE)).calibration.seq > theirs.seq);
  });

  test('what was set is on record, and can be gone back from', async () => {
    await shows('.calibrations li:first-child', /by hand ?in force/);
    const { history } = await ask('GET', `${LANE}/calibration`);
    await page.click('[data-do=undo]');
    await shows('.record .said', /in force again/);
    await shows('.calibrations li:first-child', /brought back/);
    assert.equal((await ask('GET', `${LANE}/calibration`)).history[0].of, history[1].seq);
  });

  test('the picture is turned until it is upright, and a person says so', async () => {
    await open();
    await page.click('.upright [data-do=turn]');
    await shows('.upright .sure', /turned for looking only/);
    await page.click('.upright [data-do=turn]');
    assert.equal((await ask('GET', LANE)).calibration.rotate, 0);
    await page.click('.upright [data-do=top]');
    await shows('.upright .said', /Confirmed/);
    await shows('.upright .sure', /has confirmed/);
    const { calibration } = await ask('GET', LANE);
    assert.deepEqual([calibration.rotate, calibration.mirror, calibration.confirmed], [180, false, true]);
    await page.click('[data-do=place]');
    const [x] = await place(0);
    await page.focus('[data-point="0"]');
    await page.keyboard.press('Shift+ArrowRight'); /* of the screen, to the left in the camera */
    assert.equal((await place(0))[0].toFixed(1), (x - 1).toFixed(1));
    await page.click('[data-do=discard]');
    await page.click('[data-do=undo]');
    await shows('.record .said', /in force again/);
    assert.equal((await ask('GET', LANE)).calibration.rotate, 0);
  });

  test('a test shot that is tapped has a place and a value', async () => {
    await open();
    await page.click('[data-do=tap]');
    const box = /** @type {any} */ (await page.locator('calibration-stage').boundingBox());
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await shows('.result', /^10\.[89], inner ten, /);
    await page.focus('[data-kind=hole]');
    const before = await text('.result');
    for (let i = 0; i < 9; i++) {
      await page.keyboard.press('Shift+ArrowUp');
    }
    await page.waitForFunction((was) => document.querySelector('.result')?.textContent !== was, before);
    await shows('.result', /^(9|10)\.\d.* high$/);
    await page.click('.known [type=submit]');
    await shows('[data-field=x_mm] .error', /such as 12\.5/);
    assert.equal(await page.getAttribute('[name=x_mm]', 'aria-invalid'), 'true');
    await page.fill('[name=x_mm]', '0');
    await page.fill('[name=y_mm]', '0,5');
    await page.click('.known [type=submit]');
    await shows('.error-mm', /The calibration is \d\.\d\d mm off/);
    await page.click('[data-do=away]');
    assert.equal(await page.locator('[data-kind=hole]').count(), 0);
    await page.click('[data-do=mark]');
    assert.equal(await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).dataset.kind), 'hole');
    await shows('.result', /^10\.9, inner ten, in the centre$/);
  });

  test('under a session nothing is calibrated, but what is up is confirmed', async () => {
    await open();
    await ask('POST', `${LANE}/session`, {});
    await shows('.notice', /A session is open/);
    for (const wish of ['find', 'place', 'undo']) {
      assert.equal(await page.isDisabled(`[data-do=${wish}]`), true, wish);
    }
    await page.click('.upright [data-do=top]');
    await shows('.upright .said', /Confirmed/);
    await shows('.scene .state', /Good|Fair|Poor|Not looked/);
    await ask('DELETE', `${LANE}/session`);
    await page.waitForSelector('[data-do=find]:enabled');
  });

  test('what the scene lacks is said in plain words', async () => {
    const state = await ask('GET', LANE);
    state.scene = { grade: 'poor', exposure_locked: null, advice: [{ type: 'blur', text: 'x' }, { type: 'of-tomorrow', text: 'y' }] };
    await open();
    await page.route('**/api/events', (route) => route.fulfill({ contentType: 'text/event-stream',
      body: `retry: 60000\n\nevent: snapshot\ndata: ${JSON.stringify(state)}\n\n` }));
    await page.reload();
    await shows('.scene .state', /Poor: holes may be missed/);
    await shows('.lacks', /not sharp: focus on the target/);
  });

  /** Puts a camera in between. @param {any} camera */
  async function withCamera(camera) {
    await open();
    /** @type {any[]} */
    const asked = [];
    const real = await ask('GET', `${LANE}/camera`);
    await page.route('**/lane2/camera', async (route) => {
      if (route.request().method() === 'PATCH') {
        const body = route.request().postDataJSON();
        asked.push(body);
        const problem = camera.set(body);
        if (problem) {
          await route.fulfill({ status: problem.status, contentType: 'application/problem+json', body: JSON.stringify(problem) });
          return;
        }
      }
      await route.fulfill({ json: { ...real, ...camera.now() } });
    });
    await page.reload();
    return asked;
  }

  test('a control is set, and what the camera made of it is said', async () => {
    const controls = structuredClone(CONTROLS);
    const asked = await withCamera({ now: () => ({ controls }), set: (/** @type {any} */ { controls: wanted }) => {
      if (wanted.brightness > 255) {
        return { type: '/docs/problems#invalid-field', title: 'x', status: 422, detail: '0 to 255',
          errors: [{ pointer: '/controls/brightness', detail: 'brightness is from 0 to 255' }] };
      }
      controls.forEach((c) => { c.value = c.name in wanted ? Math.min(wanted[c.name], 100) : c.value; });
      return null;
    } });
    await page.waitForSelector('admin-camera .field');
    assert.deepEqual(await page.locator('admin-camera .controls .field').evaluateAll((all) => all.map((f) => /** @type {HTMLElement} */ (f).dataset.field)),
      ['auto_exposure', 'exposure_time_absolute', 'focus_automatic_continuous', 'brightness']);
    await shows('#about-exposure_time_absolute', /automatic rules this now.*3 to 2,047; at first 250/);
    assert.equal(await page.locator('admin-camera option b').count(), 0);
    await page.click('.controls [type=submit]');
    await shows('admin-camera .said', /Nothing was changed/);
    await page.fill('[name=exposure_time_absolute]', 'bright');
    await page.click('.controls [type=submit]');
    await shows('#about-exposure_time_absolute.error', /whole number/);
    await page.fill('[name=exposure_time_absolute]', '250');
    await page.fill('[name=brightness]', '300');
    await page.click('.controls [type=submit]');
    await shows('#about-brightness.error', /from 0 to 255/);
    assert.equal(await page.evaluate(() => document.activeElement?.getAttribute('name')), 'brightness');
    await page.locator('[data-for=brightness]').fill('90');
    assert.equal(await page.inputValue('[name=brightness]'), '90');
    await page.fill('[name=exposure_time_absolute]', '120');
    await page.selectOption('[name=auto_exposure]', '1');
    await page.uncheck('[name=focus_automatic_continuous]');
    await page.click('.controls [type=submit]');
    await shows('admin-camera .said', /took something else/);
    await shows('[data-made=exposure_time_absolute]', /Exposure time: asked for 120, got 100/);
    await shows('[data-made=focus_automatic_continuous]', /Automatic focus: asked for off, got off/);
    await shows('[data-made=auto_exposure]', /asked for Manual Mode, got Manual Mode/);
    assert.deepEqual(asked.at(-1), { controls: { auto_exposure: 1, exposure_time_absolute: 120, focus_automatic_continuous: 0, brightness: 90 } });
  });

  test('a camera that pans goes to a view, calibrated or typed', async () => {
    let preset = /** @type {number | null} */ (null);
    const asked = await withCamera({ now: () => ({ controls: [], preset, presets: [{ preset: 3, calibration: 7 }] }),
      set: (/** @type {any} */ body) => {
        preset = body.preset;
        return body.preset === 9 ? { type: '/docs/problems#camera-refused', title: 'x', status: 409, detail: 'it said 500' } : null;
      } });
    await page.click('[data-preset="3"]');
    await shows('admin-camera .said', /on its way to view 3/);
    await shows('admin-camera .at', /sent to view 3/);
    await page.fill('[name=preset]', '99999');
    assert.equal(await page.inputValue('[name=preset]'), '9999');
    await page.fill('[name=preset]', 'x');
    await page.click('.preset [type=submit]');
    await shows('#about-preset.error', /0 to 9999/);
    await page.fill('[name=preset]', '9');
    await page.click('.preset [type=submit]');
    await shows('admin-camera .card > .error', /did not take that\. it said 500/);
    assert.deepEqual(asked, [{ preset: 3 }, { preset: 9 }]);
  });

  test('it speaks German, numbers too', async () => {
    await open('?lang=de');
    await shows('.target .facts', /Ringe daneben um ?0,\d\d mm/);
    assert.equal(await page.getAttribute('html', 'lang'), 'de');
    await page.click('[data-do=mark]');
    await shows('.result', /^10,9, Innenzehner, in der Mitte$/);
  });

  test('it fits a phone, a tablet and a desktop, and axe finds nothing in either theme', async () => {
    await withCamera({ now: () => ({ controls: CONTROLS, preset: 3, presets: [{ preset: 3, calibration: 7 }] }), set: () => null });
    await page.waitForSelector('admin-camera .field');
    await page.click('[data-do=place]');
    await page.click('[data-do=mark]');
    await shows('.hand .facts', /Rings off by ?\d/);
    await shows('.result', /./);
    for (const [width, height] of [[390, 844], [820, 1180], [1600, 1000]]) {
      await page.setViewportSize({ width, height });
      for (const theme of ['dark', 'sun']) {
        assert.deepEqual(await violations(page, theme), [], `${theme} at ${width}`);
      }
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `at ${width}`);
      const small = await page.locator('admin-calibration :is(button, select, input:not([type=checkbox]))').evaluateAll((all) => all
        .filter((e) => e.checkVisibility() && (e.getBoundingClientRect().height < 47.5 || e.getBoundingClientRect().width < 47.5)).map((e) => e.outerHTML.slice(0, 90)));
      assert.deepEqual(small, [], `48 px at ${width}`);
      if (process.env.GMS_SCREENSHOTS) {
        await page.screenshot({ path: `${process.env.GMS_SCREENSHOTS}/calibration-${width}.png`, fullPage: true });
      }
    }
  });

  test('a finger drags a point', async () => {
    const mouse = page;
    page = await opened({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    await open();
    await page.click('[data-do=place]');
    await shows('.hand .facts', /Rings off by ?\d/);
    await page.evaluate(() => scrollTo(0, 0));
    const before = await place(7);
    const box = /** @type {any} */ (await page.locator('[data-point="7"]').boundingBox());
    const finger = await page.context().newCDPSession(page);
    /** @param {string} type @param {number} d */
    const touch = (type, d) => finger.send('Input.dispatchTouchEvent', { type: /** @type {any} */ (type),
      touchPoints: type === 'touchEnd' ? [] : [{ x: box.x + 24 + d, y: box.y + 24 + d }] });
    await touch('touchStart', 0);
    for (const d of [2, 4, 6]) {
      await touch('touchMove', d);
    }
    assert.equal(await page.isVisible('.loupe'), true);
    await touch('touchEnd', 6);
    const after = await place(7);
    assert.ok(after[0] > before[0] + 3 && after[1] > before[1] + 3, `${before} to ${after}`);
    await page.context().close();
    page = mouse;
  });
});
