/*
 * Figures of the last hour as lines in SVG, and how long things took as bars.
 * Pure functions, no DOM; colours are those of the style sheet.
 */

import { ticks } from './chart.js';

const LEFT = 46;
const RIGHT = 10;
const TOP = 8;
const BOTTOM = 22;

export const HOUR_MS = 3600000;
const MARK_MS = 600000;

/** Samples that lie further apart than this many steps are not joined: nothing is known between. */
const GAP_STEPS = 2.5;

/** @typedef {Record<string, number | null>} Sample by column; t_us is the end of its stretch */

/** The samples of an answer of /api/performance. @param {any} answer @returns {Sample[]} */
export const samplesOf = (answer) => answer.samples.map((/** @type {any[]} */ row) =>
  Object.fromEntries(answer.columns.map((/** @type {string} */ name, /** @type {number} */ i) => [name, row[i] ?? null])));

/** What is of the last hour, with what came since. @param {Sample[]} known @param {Sample[]} more @param {number} now_us */
export function lastHour(known, more, now_us) {
  const last = known.at(-1)?.t_us ?? 0;
  return [...known, ...more.filter((s) => (s.t_us ?? 0) > last)].filter((s) => (s.t_us ?? 0) > now_us - HOUR_MS * 1000);
}

/** How many a second. @param {string} column @returns {(s: Sample) => number | null} */
export const perSecond = (column) => (s) => (s[column] === null || !s.seconds ? null : Number(s[column]) / s.seconds);

/** The figure itself. @param {string} column @returns {(s: Sample) => number | null} */
export const value = (column) => (s) => s[column] ?? null;

/** Several added up. @param {string[]} columns @returns {(s: Sample) => number | null} */
export const sum = (columns) => (s) => columns.reduce((n, c) => n + (s[c] ?? 0), 0);

/**
 * The least, the most and the newest of what is known.
 *
 * @param {Sample[]} samples @param {(s: Sample) => number | null} of
 */
export function extent(samples, of) {
  const known = samples.map(of).filter((v) => v !== null);
  return known.length ? { least: Math.min(...known), most: Math.max(...known), newest: of(samples[samples.length - 1]) } : null;
}

/**
 * Where an hour's figures lie on a chart; from 0 upwards.
 *
 * @param {number} most of all that is drawn @param {number} now_ms the right edge
 * @param {{ width: number, height: number }} look
 */
export function place(most, now_ms, { width, height }) {
  const high = most > 0 ? most * 1.08 : 1;
  return {
    high,
    x: (/** @type {number} */ t_ms) => LEFT + (1 - (now_ms - t_ms) / HOUR_MS) * (width - LEFT - RIGHT),
    y: (/** @type {number} */ v) => TOP + (1 - v / high) * (height - TOP - BOTTOM),
    at: (/** @type {number} */ x) => now_ms - (1 - (x - LEFT) / (width - LEFT - RIGHT)) * HOUR_MS,
  };
}

const px = (/** @type {number} */ v) => v.toFixed(1);

/** Neighbours that are known and follow one another.
 * @param {Sample[]} samples @param {(s: Sample) => number | null} of @param {number} step_s @returns {Sample[][]} */
function stretches(samples, of, step_s) {
  /** @type {Sample[][]} */
  const out = [];
  let last = -Infinity;
  for (const s of samples) {
    const t = s.t_us ?? 0;
    if (of(s) !== null) {
      if (t - last > GAP_STEPS * step_s * 1e6) {
        out.push([]);
      }
      out[out.length - 1].push(s);
      last = t;
    } else {
      last = -Infinity;
    }
  }
  return out;
}

/**
 * @param {Sample[]} samples oldest first
 * @param {((s: Sample) => number | null)[]} lines
 * @param {{ width: number, height: number, lang: string, digits: number, step_s: number, now_ms: number }} look
 * @returns {string} what belongs into <svg viewBox="0 0 width height">
 */
export function linesSvg(samples, lines, look) {
  const { width, height, lang, digits, step_s, now_ms } = look;
  const most = Math.max(0, ...lines.map((of) => extent(samples, of)?.most ?? 0));
  const { high, x, y } = place(most, now_ms, look);
  const number = new Intl.NumberFormat(lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const clock = new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : lang, { hour: '2-digit', minute: '2-digit' });
  let svg = '';
  for (const v of ticks(0, high, 3).filter((t) => digits > 0 || Number.isInteger(t))) {
    svg += `<path class="grid" d="M${LEFT} ${px(y(v))}H${width - RIGHT}"/>`
      + `<text class="value" x="${LEFT - 6}" y="${px(y(v))}">${number.format(v)}</text>`;
  }
  const each = width < 420 ? 3 * MARK_MS : 2 * MARK_MS;
  for (let t = Math.ceil((now_ms - HOUR_MS) / each) * each; t <= now_ms; t += each) {
    if (x(t) > LEFT + 14 && x(t) < width - RIGHT - 14) {
      svg += `<text class="date" x="${px(x(t))}" y="${height - 6}">${clock.format(t)}</text>`;
    }
  }
  lines.forEach((of, i) => {
    for (const part of stretches(samples, of, step_s)) {
      const at = (/** @type {Sample} */ s) => `${px(x((s.t_us ?? 0) / 1000))} ${px(y(Number(of(s))))}`;
      svg += part.length > 1 ? `<path class="line line-${i}" d="M${part.map(at).join('L')}"/>`
        : `<path class="line line-${i} alone" d="M${at(part[0])}h0"/>`;
    }
  });
  return svg;
}

/** Ends of what a bar counts, ms; the last has none. */
export const BARS_MS = [50, 100, 150, 200, 300, 400, 600, 1000, 2000, Infinity];

/** How many of the times fall below each end. @param {number[]} times_ms */
export function barsOf(times_ms) {
  return BARS_MS.map((end, i) => times_ms.filter((ms) => ms < end && (i === 0 || ms >= BARS_MS[i - 1])).length);
}

/** @param {number[]} times_ms @param {number} share @returns {number | null} */
export function quantile(times_ms, share) {
  const sorted = [...times_ms].sort((a, b) => a - b);
  return sorted.length ? sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? sorted[0] : null;
}

/** @param {number[]} bars @param {{ width: number, height: number }} look @param {string} more what the last bar is called */
export function barsSvg(bars, { width, height }, more) {
  const most = Math.max(1, ...bars);
  const step = (width - 2) / bars.length;
  return bars.map((n, i) => {
    const h = (n / most) * (height - 44);
    const middle = (i + 0.5) * step + 1;
    return `<rect class="bar-${n ? 'some' : 'none'}" x="${px(i * step + 3)}" y="${px(height - 24 - h)}" width="${px(step - 4)}" height="${px(Math.max(1, h))}"/>`
      + (n ? `<text class="count" x="${px(middle)}" y="${px(height - 30 - h)}">${n}</text>` : '')
      + `<text class="date" x="${px(middle)}" y="${height - 6}">${BARS_MS[i] === Infinity ? more : BARS_MS[i]}</text>`;
  }).join('');
}
