/*
 * What is to be shown some time after it came: a queue whose content is
 * weighed, so that it never holds more than it has room for.
 */

/** @template T */
export class DelayLine {
  /**
   * @param {number} delay_ms
   * @param {number} room most that may wait, in whatever the caller weighs by
   */
  constructor(delay_ms, room) {
    this.delay_ms = delay_ms;
    this.room = room;
    this.weight = 0;
    /** Oldest first. @type {{ due: number, weight: number, item: T }[]} */
    this.waiting = [];
  }

  /**
   * @param {T} item @param {number} weight
   * @param {number} now milliseconds of a clock that nobody sets
   * @returns {boolean} false: no room; then all that waited is gone, since
   * what comes after a piece that is missing would be wrong
   */
  push(item, weight, now) {
    if (this.weight + weight > this.room) {
      this.waiting = [];
      this.weight = 0;
      return false;
    }
    this.waiting.push({ due: now + this.delay_ms, weight, item });
    this.weight += weight;
    return true;
  }

  /** All whose time has come, oldest first. @param {number} now @returns {T[]} */
  take(now) {
    let count = 0;
    while (count < this.waiting.length && this.waiting[count].due <= now) {
      this.weight -= this.waiting[count++].weight;
    }
    return this.waiting.splice(0, count).map(({ item }) => item);
  }

  /** How long until the next piece is due; 0 without any. @param {number} now */
  left(now) {
    return this.waiting.length ? Math.max(0, this.waiting[0].due - now) : 0;
  }
}
