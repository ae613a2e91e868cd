/* What is shown on the shooter's page, and when. */

import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { violations } from './axe.mjs';
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
