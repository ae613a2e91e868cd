/*
 * What a session's page looks like: node print-card.mjs URL FOLDER puts
 * phone.png, page.png, a4.pdf and qr.png there, and says what the browser
 * complained about, how wide the page is on a phone, and how many pictures it
 * shows.
 */

import { launch } from './chromium.mjs';

const [url, folder] = process.argv.slice(2);
const browser = await launch();
const page = await browser.newPage({ viewport: { width: 794, height: 1123 }, deviceScaleFactor: 2 });
/** @type {string[]} */
const complaints = [];
page.on('console', (message) => complaints.push(message.text()));
await page.goto(url);
await page.screenshot({ path: `${folder}/page.png`, fullPage: true });
await page.locator('.qr').screenshot({ path: `${folder}/qr.png` });
await page.pdf({ path: `${folder}/a4.pdf`, format: 'A4', printBackground: true });
await page.setViewportSize({ width: 390, height: 844 });
await page.screenshot({ path: `${folder}/phone.png`, fullPage: true });
const seen = await page.evaluate(() => ({
  width: document.documentElement.scrollWidth,
  pictures: [...document.images].filter((i) => i.naturalWidth > 0).length,
}));
await browser.close();
console.log(JSON.stringify({ complaints, ...seen }));
