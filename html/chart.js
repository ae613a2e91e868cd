/*
 * A chart over time as SVG text: dots, a line through them and a band around
 * it.  Pure functions, no DOM; colours are those of the style sheet.
 */

/** What is drawn at an instant; null: nothing is known.
 * @typedef {{ t_ms: number, value: number | null, mean: number | null, low: number | null, high: number | null }} Point */

/** @typedef {{ width: number, height: number, lang: string, digits: number }} Look */

const LEFT = 46;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 26;

const DAY_MS = 86400000;

/** Steps between dates that people like, in days. */
const STEPS = [1, 2, 7, 14, 30.4375, 60.875, 91.3125, 182.625, 365.25];

/**
 * Round numbers that lie in a range, at most about so many.
 *
 * @param {number} low @param {number} high @param {number} most
 * @returns {number[]}
 */
export function ticks(low, high, most) {
  const rough = (high - low) / Math.max(1, most);
  if (!(rough > 0) || !Number.isFinite(rough)) {
    return Number.isFinite(low) ? [low] : [];
  }
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * (/** @type {number} */ ([1, 2, 5, 10].find((m) => m * power >= rough * 0.999)));
  const out = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
    out.push(Number((i * step).toPrecision(12)));
  }
  return out;
}

/** Beginnings of days, months or years in a range, at most about so many.
 * @param {number} from_ms @param {number} to_ms @param {number} most @returns {number[]} */
export function dates(from_ms, to_ms, most) {
  const days = (to_ms - from_ms) / DAY_MS;
  const step = STEPS.find((s) => days / s <= most) ?? Math.ceil(days / most / 365.25) * 365.25;
  const out = [];
  const day = new Date(from_ms);
  day.setHours(0, 0, 0, 0);
  if (step < 30) {
    for (; day.getTime() <= to_ms; day.setDate(day.getDate() + step)) {
      out.push(day.getTime());
    }
  } else {
    const months = Math.round(step / 30.4375);
    day.setDate(1);
    day.setMonth(Math.floor(day.getMonth() / Math.min(12, months)) * Math.min(12, months));
    for (; day.getTime() <= to_ms; day.setMonth(day.getMonth() + months)) {
      out.push(day.getTime());
    }
  }
  return out.filter((t) => t >= from_ms);
}

/**
 * Where the values lie on the chart.
 *
 * @param {Point[]} points in the order of time
 * @param {Look} look
 */
export function scales(points, look) {
  const all = points.flatMap((p) => [p.value, p.mean, p.low, p.high]).filter((v) => v !== null && Number.isFinite(v));
  let low = Math.min(...(/** @type {number[]} */ (all)));
  let high = Math.max(...(/** @type {number[]} */ (all)));
  if (!all.length) {
    low = 0;
    high = 1;
  }
  const room = (high - low) * 0.05 || Math.abs(high) * 0.05 || 1;
  low -= room;
  high += room;
  const from = points[0]?.t_ms ?? 0;
  const to = Math.max(points.at(-1)?.t_ms ?? 1, from + DAY_MS);
  return {
    low, high, from, to,
    x: (/** @type {number} */ t) => LEFT + ((t - from) / (to - from)) * (look.width - LEFT - RIGHT),
    y: (/** @type {number} */ v) => TOP + ((high - v) / (high - low)) * (look.height - TOP - BOTTOM),
  };
}

const px = (/** @type {number} */ v) => v.toFixed(1);

/** Lines of neighbours that are known. @param {Point[]} points
 * @param {(p: Point) => boolean} known @returns {Point[][]} */
function stretches(points, known) {
  /** @type {Point[][]} */
  const out = [];
  let open = false;
  for (const p of points) {
    if (!known(p)) {
      open = false;
    } else if (open) {
      out[out.length - 1].push(p);
    } else {
      out.push([p]);
      open = true;
    }
  }
  return out;
}

/**
 * @param {Point[]} points in the order of time
 * @param {Look} look
 * @returns {string} what belongs into <svg viewBox="0 0 width height">
 */
export function chartSvg(points, look) {
  const { low, high, from, to, x, y } = scales(points, look);
  const number = new Intl.NumberFormat(look.lang, { minimumFractionDigits: look.digits, maximumFractionDigits: look.digits });
  const days = (to - from) / DAY_MS;
  const date = new Intl.DateTimeFormat(look.lang, days > 800 ? { year: 'numeric', month: 'short' }
    : days > 70 ? { month: 'short', year: '2-digit' } : { day: 'numeric', month: 'short' });
  let svg = '';
  for (const v of ticks(low, high, Math.max(2, Math.floor(look.height / 48)))) {
    svg += `<path class="grid" d="M${LEFT} ${px(y(v))}H${look.width - RIGHT}"/>`
      + `<text class="value" x="${LEFT - 8}" y="${px(y(v))}">${number.format(v)}</text>`;
  }
  for (const t of dates(from, to, Math.max(2, Math.floor(look.width / 110)))) {
    svg += `<text class="date" x="${px(Math.min(look.width - 34, Math.max(LEFT, x(t))))}" y="${look.height - 6}">${date.format(t)}</text>`;
  }
  for (const part of stretches(points, (p) => p.low !== null && p.high !== null)) {
    const there = part.map((p) => `${px(x(p.t_ms))} ${px(y(/** @type {number} */ (p.high)))}`);
    const back = part.map((p) => `${px(x(p.t_ms))} ${px(y(/** @type {number} */ (p.low)))}`).reverse();
    svg += `<path class="band" d="M${[...there, ...back].join('L')}Z"/>`;
  }
  for (const part of stretches(points, (p) => p.mean !== null)) {
    svg += `<path class="mean" d="M${part.map((p) => `${px(x(p.t_ms))} ${px(y(/** @type {number} */ (p.mean)))}`).join('L')}"/>`;
  }
  const dots = points.filter((p) => p.value !== null).map((p) =>
    `M${px(x(p.t_ms))} ${px(y(/** @type {number} */ (p.value)))}h0`).join('');
  return `${svg}<path class="dots" d="${dots}"/>`;
}
