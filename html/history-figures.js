/*
 * What the page of the history makes of answers.  Pure functions, no DOM.
 */

import { tableCsv } from './table-file.js';

/** @typedef {any} Row a session of GET /api/sessions */

/** A day of this device, YYYY-MM-DD. @param {Date} date */
export const dayOf = (date) => [date.getFullYear(), date.getMonth() + 1, date.getDate()]
  .map((v) => String(v).padStart(2, '0')).join('-');

/** Periods that can be chosen, in days; 0: from the beginning. */
export const PERIODS = [30, 365, 0];

/**
 * What the address says is looked at.
 *
 * @param {string} search
 * @returns {{ shooter: string, target: string, days: number, measure: string, picked: string[] }}
 */
export function wishesOf(search) {
  const query = new URLSearchParams(search);
  const days = Number(query.get('days') ?? 0);
  return {
    shooter: query.get('shooter') ?? '',
    target: query.get('target') ?? '',
    days: PERIODS.includes(days) ? days : 0,
    measure: MEASURES.some((m) => m.name === query.get('measure')) ? String(query.get('measure')) : MEASURES[0].name,
    picked: (query.get('sessions') ?? '').split(',').filter(Boolean).slice(0, 2),
  };
}

/** The same as an address. @param {ReturnType<typeof wishesOf>} wishes */
export function addressOf({ shooter, target, days, measure, picked }) {
  const query = new URLSearchParams({
    ...(shooter && { shooter }), ...(target && { target }), ...(days && { days: String(days) }),
    ...(measure !== MEASURES[0].name && { measure }), ...(picked.length && { sessions: picked.join(',') }) });
  return query.size ? `?${query}` : location.pathname;
}

/** The parameters of a question. @param {ReturnType<typeof wishesOf>} wishes @param {Date} now */
export function filterOf({ shooter, target, days }, now) {
  const from = new Date(now);
  from.setDate(from.getDate() - days);
  return { ...(shooter && { shooter }), ...(target && { target }), ...(days && { from: dayOf(from) }) };
}

/** What a trend can be of: the member of a point, of a group of days, its
 * band, and how many digits it is worth. */
export const MEASURES = [
  { name: 'score', digits: 2 }, { name: 'sigma', digits: 1 }, { name: 'mpi_x', digits: 1 }, { name: 'mpi_y', digits: 1 },
];

/**
 * Points of a chart out of GET /api/trends.
 *
 * @param {any[]} points @param {string} measure
 * @returns {(import('./chart.js').Point & { session: string })[]}
 */
export function trendPoints(points, measure) {
  return points.map((p) => {
    const [mean, low, high] = measure === 'score' ? [p.mean, p.low, p.high] : p[`${measure}_band`];
    return { t_ms: p.started_us / 1000, session: p.session, mean, low, high,
      value: measure === 'score' ? p.score_per_shot : p[`${measure}_mm`] };
  });
}

/**
 * The same of everybody, out of GET /api/stats?by=day: a point a day.  Where
 * the range's days begin is not known here: noon is within them.
 *
 * @param {any[]} groups newest first @param {string} measure
 * @returns {import('./chart.js').Point[]}
 */
export function dayPoints(groups, measure) {
  return groups.filter((g) => g.key).map((g) => ({
    t_ms: new Date(`${g.key}T12:00`).getTime(),
    value: measure === 'score' ? g.score_per_shot : g.sigma_mm, mean: null,
    low: measure === 'score' ? null : g.sigma_low_mm, high: measure === 'score' ? null : g.sigma_high_mm,
  })).reverse();
}

/** Sums over groups of GET /api/stats. @param {any[]} groups */
export function sumsOf(groups) {
  const sum = { sessions: 0, counted: 0, total_tenths: 0, inner: 0 };
  for (const g of groups) {
    sum.sessions += g.sessions;
    sum.counted += g.counted;
    sum.total_tenths += g.total_tenths;
    sum.inner += g.inner;
  }
  return sum;
}

/** Shots that count. @param {any[]} shots of a session's JSON */
export const counting = (shots) => shots.filter((s) => !s.removed && !s.sighter && !s.window);

/** How many shots of each ring, the highest first. @param {any[]} shots @param {any} face
 * @returns {{ ring: string, n: number }[]} */
export function ringsOf(shots, face) {
  const rings = [...face.rings].map((/** @type {any} */ r) => Number(r.value)).sort((a, b) => b - a);
  const values = rings.length ? [...rings, 0] : [...new Set(shots.map((s) => s.ring))].sort((a, b) => b - a);
  return values.map((ring) => ({ ring: ring === 0 ? 'M' : String(ring), n: shots.filter((s) => s.ring === ring).length }));
}

/** Mean place of shots, mm; null for none. @param {any[]} shots */
export function centreOf(shots) {
  const placed = shots.filter((s) => !s.unplaced);
  return placed.length ? {
    x_mm: placed.reduce((sum, s) => sum + s.x_mm, 0) / placed.length,
    y_mm: placed.reduce((sum, s) => sum + s.y_mm, 0) / placed.length,
  } : null;
}

/**
 * Groups whose intervals of sigma do not overlap: those shoot differently.
 *
 * @param {any[]} groups of GET /api/stats?by=equipment
 * @returns {[string, string][]} keys, the tighter one first
 */
export function differing(groups) {
  const known = groups.filter((g) => g.key && g.sigma_low_mm !== null && g.sigma_high_mm !== null);
  return known.flatMap((a) => known.filter((b) => a.sigma_high_mm < b.sigma_low_mm)
    .map((b) => /** @type {[string, string]} */ ([a.key, b.key])));
}

const COLUMNS = ['id', 'started', 'lane', 'shooter', 'name', 'target', 'caliber_mm', 'distance_m', 'equipment', 'counted',
  'total_tenths', 'total_rings', 'inner', 'sigma_mm', 'extreme_spread_mm', 'mean_radius_mm', 'mpi_x_mm', 'mpi_y_mm'];

/** Sessions as a table for a spreadsheet (RFC 4180). @param {Row[]} rows */
export const csvOf = (rows) => tableCsv(COLUMNS, rows.map((row) =>
  ({ ...row, started: new Date(row.started_us / 1000).toISOString() })));
