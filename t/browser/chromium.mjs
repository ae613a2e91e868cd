/*
 * The browser of the tests: Debian's Chromium with an empty profile.
 */

import { existsSync } from 'node:fs';

const PATH = process.env.GMS_CHROMIUM ?? '/usr/bin/chromium';

/** Why there is no browser to test with, or ''. */
export async function missing() {
  if (!existsSync(PATH)) {
    return `no ${PATH}`;
  }
  return import('playwright-core').then(() => '', () => 'playwright-core is not installed: npm ci');
}

/** @param {string[]} [more] of its arguments @param {Record<string, string>} [env] instead of ours
 * @returns {Promise<import('playwright-core').Browser>} */
export async function launch(more = [], env = {}) {
  const { chromium } = await import('playwright-core');
  return chromium.launch({
    executablePath: PATH,
    env: { .../** @type {any} */ (process.env), ...env },
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--no-first-run', ...more],
  });
}
