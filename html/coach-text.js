/*
 * Tips and drills in words.  Pure functions, no DOM.
 */

import { number, say } from './words.js';

/** @typedef {import('./types').Tip} Tip */
/** @typedef {import('./types').DrillRule} DrillRule */
/** @typedef {import('./types').DrillNow} DrillNow */

/** Told to who shoots, not taken back, and waiting to be seen.
 * @param {Tip[]} tips @returns {Tip[]} the newest first */
export const openTips = (tips) => tips.filter((tip) =>
  tip.to === 'shooter' && tip.told_us && !tip.withdrawn_us && !tip.acknowledged_us).reverse();

/** @param {number | undefined} v */
const plain = (v = 0) => number(v, v % 1 && 1);

/** @param {number} s */
const seconds = (s) => (s >= 120 && s % 60 === 0 ? `${s / 60} min` : `${s} s`);

/** What must be done, in a line. @param {DrillRule | null} rule */
export function ruleWords(rule) {
  if (!rule) {
    return say`Done when you say so`;
  }
  const { shots, hits, value, widths, least_s = 0, most_s, ratio } = rule;
  const [least, wide] = [plain(value), plain(widths)];
  const within = rule.time_s && rule.rule !== 'quiet' ? ` ${say`within ${seconds(rule.time_s)}`}` : '';
  /** @type {Record<string, string>} */
  const words = {
    rings: shots === 1 ? say`One shot of ${least} or more` : say`${hits} of ${shots} shots are ${least} or more`,
    streak: say`${hits} in a row are ${least} or more, at most ${shots} shots`,
    average: say`${shots} shots, ${least} or more on average`,
    group: say`${shots} shots, on average within ${wide} rings of their middle`,
    centre: say`${shots} shots, their middle within ${wide} rings of the centre`,
    height: say`${shots} shots, spread up and down at most ${wide} rings`,
    width: say`${shots} shots, spread left and right at most ${wide} rings`,
    pairs: say`${hits} of ${Math.floor((shots ?? 0) / 2)} pairs within ${wide} rings`,
    pace: say`${hits} of ${(shots ?? 0) - 1} pauses ${most_s
      ? (least_s > 0 ? say`from ${seconds(least_s)} to ${seconds(most_s)}` : say`of at most ${seconds(most_s)}`)
      : say`of at least ${seconds(least_s)}`}`,
    rhythm: say`${shots} shots, pauses that differ by at most ${Math.round((ratio ?? 0) * 100)} %`,
    quiet: say`No shot for ${seconds(rule.time_s ?? 0)}`,
  };
  return (words[rule.rule] ?? rule.rule) + within;
}

/** How far it is done, 0 to 1. @param {DrillNow} drill */
export function doneShare({ judge, shots, hits, left_s }) {
  if (judge?.rule === 'quiet') {
    return 1 - (left_s ?? 0) / (judge.time_s || 1);
  }
  return Math.min(1, (judge?.rule === 'streak' ? hits / (judge.hits || 1) : shots / (judge?.shots || 1)));
}

/** @param {number} left_s */
const leftText = (left_s) => `${Math.floor(left_s / 60)}:${String(Math.ceil(left_s % 60)).padStart(2, '0')}`;

/** How it stands, in a line. @param {DrillNow} drill */
export function drillWords({ judge, shots, hits, figure, left_s }) {
  if (!judge) {
    return '';
  }
  const unit = judge.value ? '' : judge.ratio ? ' %' : say` rings`;
  const shown = figure === null ? '' : say`${judge.ratio ? Math.round(figure * 100) : number(figure, 1)}${unit} so far`;
  return [judge.rule !== 'quiet' && say`shot ${shots} of ${judge.shots}`,
    judge.hits && judge.shots !== 1 && say`${hits} of ${judge.hits} hits`,
    shown, left_s !== null && say`${leftText(left_s)} left`].filter(Boolean).join(' · ');
}

/** What became of a drill. @type {Record<string, string>} */
export const RESULTS = {
  waiting: say`when the round is over`, running: say`being done`, passed: say`passed`, failed: say`not this time`,
  stopped: say`stopped`,
};

/** One that began later takes its place. @param {Tip} tip @param {Tip[]} tips */
export const resultOf = (tip, tips) => (tip.result === 'running'
  && (tip.withdrawn_us || tips.some((t) => t.drill && t.told_us && t.tip > tip.tip)) ? 'stopped' : tip.result);

/** What became of a tip, for who gave it. @param {Tip} tip @param {Tip[]} tips of its session */
export function fateWords(tip, tips) {
  if (tip.withdrawn_us) {
    return say`taken back`;
  }
  if (tip.to === 'coach') {
    return say`note`;
  }
  return [!tip.told_us ? say`held until the round is over` : tip.acknowledged_us ? say`seen` : say`not seen yet`,
    tip.told_us && RESULTS[resultOf(tip, tips) ?? '']].filter(Boolean).join(' · ');
}

/** Strokes as the d of a path, each point sent through a map.
 * @param {number[][]} strokes @param {(x: number, y: number) => { x: number, y: number }} map */
export function strokePath(strokes, map) {
  let d = '';
  for (const stroke of strokes) {
    for (let i = 0; i + 1 < stroke.length; i += 2) {
      const { x, y } = map(stroke[i], stroke[i + 1]);
      d += `${i ? 'L' : 'M'}${x.toFixed(1)} ${y.toFixed(1)}`;
    }
  }
  return d;
}
