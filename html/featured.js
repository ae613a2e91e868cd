/*
 * Which lanes are shown large.  Pure.
 */

import { AUTO } from './screen-options.js';

/** A target stays for at least this long, however much is shot elsewhere. */
export const HOLD_MS = 8000;

/** @typedef {{ lane: string, since: number }} Slot */

/**
 * Named lanes stay where they are named; what is left to the screen goes to
 * the lanes that were shot on last.
 *
 * @param {string[]} wishes lanes or AUTO
 * @param {Slot[]} was
 * @param {{ lane: string, shotAt: number }[]} lanes those that may be chosen
 * @param {number} now
 * @returns {Slot[]} as many as wishes; a lane of '' is none
 */
export function chooseFeatured(wishes, was, lanes, now) {
  const newest = [...lanes].sort((a, b) => b.shotAt - a.shotAt).map(({ lane }) => lane);
  const taken = new Set(wishes.filter((wish) => wish !== AUTO));
  const slots = wishes.map((wish) => (wish === AUTO ? null : { lane: wish, since: now }));
  wishes.forEach((wish, i) => {
    const old = was[i];
    if (wish === AUTO && old && !taken.has(old.lane) && newest.includes(old.lane)
        && now - old.since < HOLD_MS) {
      taken.add(old.lane);
      slots[i] = old;
    }
  });
  /* who is among the newest anyway keeps the place */
  const free = slots.filter((slot) => !slot).length;
  const wanted = newest.filter((lane) => !taken.has(lane)).slice(0, free);
  slots.forEach((slot, i) => {
    const old = was[i];
    if (!slot && old && wanted.includes(old.lane)) {
      wanted.splice(wanted.indexOf(old.lane), 1);
      slots[i] = old;
    }
  });
  return slots.map((slot) => slot ?? { lane: wanted.shift() ?? '', since: now });
}
