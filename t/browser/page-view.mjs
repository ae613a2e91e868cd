/* What is shown on the shooter's page, and when. */

import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { violations } from './axe.mjs';
import { misfits } from './fits.mjs';
import { close, complaints, fx, has, page, shooting, shows, text } from './opened.mjs';

/** @param {Record<string, string>} choice */
async function choose(choice) {
  await page.keyboard.press('m');
  for (const [name, value] of Object.entries(choice)) {
    await page.selectOption(`view-dialog [name=${name}]`, value);
  }
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press('Escape');
}

/** @param {string} selector */
const visible = (selector) => page.$$eval(`lane-plot .shots > ${selector}`, (marks) =>
  marks.filter((m) => getComputedStyle(m).display !== 'none').length);

describe('what is shown', () => {
  afterEach(close);

  test('older series are outlines, one or two are chosen, with their centres', async () => {
    await shooting({}, 24);
    await has('.shots > .old', 20);
    await shows('lane-view p', /^Series 3 [\d.]+ · Centre \(MPI\) .* mm, .*mean radius [\d.]+ mm/);
    await has('lane-plot .mpi path', 2);
    await has('lane-plot .mpi ellipse', 0);
    await choose({ one: '0' });
    await has('.shots > .off', 14);
    assert.equal(await visible('.old'), 0);
    await shows('lane-view p', /^Series 1 /);
    await choose({ one: '0', other: '1' });
    await has('.shots > .off', 4);
    await has('lane-view p', 2);
    await has('lane-plot .mpi ellipse', 4);
    await choose({ one: 'this' });
    await has('.shots > .past', 20);
    await choose({ one: 'all' });
    await has('.shots > .past', 0);
    fx.lane.end();
    await shows('.state b', 'Session ended');
    assert.deepEqual(complaints, []);
  });

  test('a score comes some seconds after its shot, and is said then', async () => {
    await shooting({}, 2);
    await has('lane-view', 1);
    await choose({ when: '3' });
    await page.waitForSelector('.last .value', { state: 'visible' });
    const before = await text('.last .unseen');
    fx.lane.shot(0, 0);
    await page.waitForSelector('.last .value', { state: 'hidden' });
    await page.waitForSelector('.tables table', { state: 'hidden' });
    assert.equal(await text('.last .unseen'), before, 'nor is it read out');
    assert.ok(await page.isVisible('.later'), 'with a word instead');
    await page.waitForSelector('.last .value', { state: 'visible' });
    await shows('.last .value', '10.9');
    await shows('.last .unseen', /^Shot 3: 10\.9/);
  });

  /** Where a place of the target is on the screen. @param {number} x @param {number} y mm, up */
  const onScreen = (x, y) => page.$eval('lane-plot svg', (svg, [mx, my]) => {
    const map = /** @type {any} */ (svg).getScreenCTM();
    const at = new DOMPoint(mx, -my).matrixTransform(map);
    return [at.x, at.y];
  }, [x, y]);

  test('or when the shot was called, by a tap', async () => {
    await shooting({ width: 390, height: 844 }, 2);
    await has('lane-view', 1);
    await choose({ when: 'call' });
    await page.waitForSelector('.last .value', { state: 'visible' });
    const box = await page.getAttribute('lane-plot svg', 'viewBox');
    fx.lane.shot(40, 60);
    await shows('lane-call b', 'Where did shot 3 go?');
    await page.waitForSelector('.last .value', { state: 'hidden' });
    assert.equal(await page.getAttribute('lane-plot svg', 'viewBox'), box, 'the zoom tells nothing');
    assert.equal(await page.getAttribute('lane-plot svg', 'aria-label'), 'Target; the last shot is not shown yet');
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(await misfits(page), []);
    fx.lane.refusal = { status: 503, title: 'The lane is busy', detail: 'Try again.' };
    const [x, y] = /** @type {number[]} */ (await onScreen(10, 20));
    await page.mouse.click(x, y);
    await shows('lane-call .error', 'The lane is busy Try again.');
    assert.ok(await page.isHidden('.last .value'));
    fx.lane.refusal = null;
    await page.mouse.click(x, y);
    await page.waitForSelector('.last .value', { state: 'visible' });
    await shows('lane-call [role=status]', /^Shot 3 is 50\.\d mm from your call, 1 o’clock$/);
    const { path, body } = /** @type {any} */ (fx.lane.requests.at(-1));
    assert.equal(path, '/api/lanes/lane1/shots/3/call');
    assert.ok(Math.hypot(body.x_mm - 10, body.y_mm - 20) < 0.5, JSON.stringify(body));
    await shows('lane-view .calls', /^Calls 1 · 50\.\d mm off on average; shots lie 50\.\d mm off, 1 o’clock$/);
    assert.notEqual(await page.getAttribute('lane-plot svg', 'viewBox'), box);
    await shows('.last .unseen', /^Shot 3: /);
    assert.deepEqual(complaints.filter((c) => !/503/.test(c)), []);
  });

  test('or by keys, one after the other, and not at all', async () => {
    await shooting({}, 2);
    await has('lane-view', 1);
    await choose({ when: 'call' });
    fx.lane.shot(1, 1);
    await shows('lane-call b', 'Where did shot 3 go?');
    fx.lane.shot(2, 2);
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowUp', 'Shift+ArrowLeft']) {
      await page.keyboard.press(key);
    }
    await shows('lane-call .unseen', /^\d\.\d mm off, \d o’clock$/);
    await page.keyboard.press('Enter');
    await shows('lane-call b', 'Where did shot 4 go?');
    const { x_mm, y_mm } = fx.lane.requests.at(-1)?.body;
    assert.ok(x_mm > y_mm && y_mm > 0 && Math.abs(x_mm - 1.9 * y_mm) < 0.05, `${x_mm} ${y_mm}`);
    assert.ok(await page.isHidden('.last .value'), 'until all are called');
    await page.click('text=I do not know');
    await page.waitForSelector('.last .value', { state: 'visible' });
    assert.equal(fx.lane.requests.length, 1);
    fx.lane.shot(3, 3);
    await shows('lane-call b', 'Where did shot 5 go?');
    fx.lane.remove(5, 'a fly');
    await page.waitForSelector('.last .value', { state: 'visible' });
    fx.lane.shot(4, 4);
    await shows('lane-call b', 'Where did shot 6 go?');
    await choose({ when: '0' });
    await has('lane-call.asks', 0);
    await page.waitForSelector('.last .value', { state: 'visible' });
    fx.lane.end();
    await shows('.state b', 'Session ended');
    await page.reload();
    await shows('lane-view .calls', /^Calls 1 /);
    assert.deepEqual(complaints, []);
  });

  test('holes that were there are hollow, and one is counted and not', async () => {
    await shooting({ width: 390, height: 844 }, 2);
    fx.lane.corrects = true;
    fx.lane.status({ old_holes: [[12, 20], [-20, 5]] });
    await has('lane-plot .old-hole', 2);
    await shows('lane-old > button', '2 holes are not counted');
    assert.equal(await page.$eval('.old-hole circle', (e) => getComputedStyle(e).fill), 'none');
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(await misfits(page), []);
    const [x, y] = /** @type {number[]} */ (await onScreen(12, 20));
    await page.mouse.click(x + 15, y + 5);
    await shows('lane-old li span', '1 o’clock, 23.3 mm from the centre');
    assert.deepEqual(await violations(page), []);
    fx.lane.refusal = { status: 422, title: 'A field is not valid', detail: 'Say why.' };
    await page.click('lane-old [data-hole]');
    await shows('lane-old .error', 'A field is not valid Say why.');
    fx.lane.refusal = null;
    await page.fill('lane-old [name=reason]', 'mine');
    await page.click('lane-old [data-hole]');
    await shows('undo-line p', 'The hole counts as shot 3');
    assert.deepEqual(fx.lane.added.map((b) => [b.x_mm, b.y_mm, b.reason]), [[12, 20, 'mine']]);
    await shows('lane-old > button', '1 hole is not counted');
    await has('lane-plot .old-hole', 1);
    await shows('[data-sum=counted]', '3');
    await page.click('undo-line [data-undo]');
    await shows('undo-line p', 'Undone');
    assert.equal(fx.lane.requests.at(-1)?.body.what, 'remove');
    await page.click('lane-old > button');
    await has('lane-old li', 1);
    await page.keyboard.press('Escape');
    fx.lane.end();
    await has('lane-plot .old-hole', 0);
    assert.ok(await page.isHidden('lane-old > button'));
    assert.deepEqual(complaints.filter((c) => !/422/.test(c)), []);
  });

  test('or when it is asked for, until the session is over', async () => {
    await shooting({}, 2);
    await has('lane-view', 1);
    await choose({ when: 'hidden' });
    await page.waitForSelector('.last .value', { state: 'hidden' });
    await page.click('.reveal');
    await page.waitForSelector('.last .value', { state: 'visible' });
    fx.lane.shot(0, 0);
    await page.waitForSelector('.last .value', { state: 'hidden' });
    assert.equal(await text('[data-sum=counted]'), '3');
    assert.deepEqual(await violations(page), []);
    fx.lane.end();
    fx.lane.start();
    fx.lane.shot(0, 0);
    await shows('[data-sum=counted]', '1');
    await page.waitForSelector('.last .value', { state: 'visible' });
    assert.deepEqual(complaints, []);
  });
});
