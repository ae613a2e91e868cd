/* The screen stays on while a session runs. */

import assert from 'node:assert/strict';
import { afterEach, describe, test } from 'node:test';
import { close, fx, page, shooting } from './opened.mjs';

describe('the screen', () => {
  afterEach(close);

  test('stays on during a session, and goes off after it', async () => {
    await shooting({}, 1);
    await page.evaluate(async () => {
      const held = Object.assign(new EventTarget(), { release: async () => { held.dispatchEvent(new Event('release')); document.body.dataset.awake = 'let go'; } });
      Object.defineProperty(navigator, 'wakeLock', { configurable: true,
        value: { request: async (/** @type {string} */ what) => { document.body.dataset.awake = what; return held; } } });
      await import(/** @type {any} */ ('/awake.js'));
    });
    assert.equal(await page.getAttribute('body', 'data-awake'), 'screen');
    fx.lane.end();
    await page.waitForFunction(() => document.body.dataset.awake === 'let go');
  });
});
