/*
 * What can be set at a camera: in which order it is shown, and what of a form
 * is sent.  Pure functions, no DOM.
 */

/** @typedef {{ name: string, title: string, type: 'number' | 'switch' | 'choice', min: number, max: number, step: number,
 *   default: number, value: number, choices: { value: number, title: string }[], writable: boolean, locked: boolean | null }} Control */

/** What makes a picture good for finding holes comes first, by how a name begins. */
const ORDER = ['exposure', 'auto_exposure', 'gain', 'iso', 'focus', 'auto_focus', 'white_balance', 'power_line', 'zoom', 'pan', 'tilt'];

/** @param {string} name */
function rank(name) {
  const i = ORDER.findIndex((begin) => name.startsWith(begin));
  return i < 0 ? ORDER.length : i - (i === 1 ? 1 : 0);
}

/** @param {Control[]} controls */
export const ordered = (controls) => controls.map((c, i) => /** @type {[Control, number]} */ ([c, i]))
  .sort((a, b) => rank(a[0].name) - rank(b[0].name) || a[1] - b[1]).map(([c]) => c);

/**
 * What is to be sent of what stands in the fields: what differs from what the
 * camera has.
 *
 * @param {Control[]} controls
 * @param {Record<string, string>} values of the fields; a switch that is off may be missing
 * @returns {{ wanted: Record<string, number>, wrong: string[] }} wrong: names whose value is no whole number
 */
export function changes(controls, values) {
  /** @type {Record<string, number>} */
  const wanted = {};
  const wrong = [];
  for (const { name, type, value, writable } of controls) {
    if (!writable || (type !== 'switch' && !(name in values))) {
      continue;
    }
    const text = type === 'switch' ? String(Number(name in values)) : values[name].trim();
    if (!/^-?\d{1,10}$/.test(text)) {
      wrong.push(name);
    } else if (Number(text) !== value) {
      wanted[name] = Number(text);
    }
  }
  return { wanted, wrong };
}

/**
 * What the camera made of what it was asked for.
 *
 * @param {Record<string, number>} wanted
 * @param {Control[]} now
 * @returns {{ name: string, asked: number, got: number | null, same: boolean }[]}
 */
export const answered = (wanted, now) => Object.entries(wanted).map(([name, asked]) => {
  const got = now.find((c) => c.name === name)?.value ?? null;
  return { name, asked, got, same: got === asked };
});

/** A value as a person reads it. @param {Control} control @param {number | null} value @param {(n: number) => string} number
 * @param {{ on: string, off: string }} words */
export function valueText(control, value, number, words) {
  if (value === null) {
    return '–';
  }
  if (control.type === 'switch') {
    return value ? words.on : words.off;
  }
  return control.choices.find((c) => c.value === value)?.title ?? number(value);
}
