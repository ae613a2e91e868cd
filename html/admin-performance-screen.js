/*
 * How long a shot takes from the camera to the screen of this device, measured
 * where it arrives: from the time stamp of the first picture that shows the
 * hole until the frame was done that drew the shot here.  Pure but for the
 * instants, which come from outside.
 */

/** Shots that are remembered. */
export const SHOTS_MAX = 1000;

/** Answers that tell the difference of the clocks: the quickest of so many counts. */
const LOOKS_MAX = 30;

/** Longer than this is no way to a screen: a clock was set, or a shot was found afterwards. */
const LIMIT_MS = 60000;

export class ScreenTimes {
  /** The newest last. @type {{ ms: number, lane: string }[]} */
  shots = [];

  /** @type {{ off_ms: number, error_ms: number }[]} */
  looks = [];

  /** What an answer that says when it was made tells of the range's clock: it was
   * made somewhere between question and answer.
   * @param {number} asked_ms @param {number} came_ms @param {number} made_us */
  look(asked_ms, came_ms, made_us) {
    this.looks.push({ off_ms: made_us / 1000 - (asked_ms + came_ms) / 2, error_ms: Math.max(0, came_ms - asked_ms) / 2 });
    this.looks.splice(0, this.looks.length - LOOKS_MAX);
  }

  /** How far the range's clock is ahead, and how sure that is; null: not known. */
  get clock() {
    return this.looks.reduce((/** @type {{ off_ms: number, error_ms: number } | null} */ best, l) =>
      (best && best.error_ms <= l.error_ms ? best : l), null);
  }

  /** Was this shot seen by the camera as it fell? @param {any} shot */
  static counts(shot) {
    return shot.t_frame_us > 0 && !shot.recovered && !shot.by_hand && !shot.unplaced;
  }

  /** A frame that shows the shot was done. @param {any} shot the event's data @param {number} done_ms
   * @returns {number | null} how long it took, ms */
  drawn(shot, done_ms) {
    if (!ScreenTimes.counts(shot) || !this.clock) {
      return null;
    }
    const ms = done_ms + this.clock.off_ms - shot.t_frame_us / 1000;
    if (!(ms > -this.clock.error_ms) || ms > LIMIT_MS) {
      return null;
    }
    this.shots.push({ ms: Math.max(0, ms), lane: String(shot.lane) });
    this.shots.splice(0, this.shots.length - SHOTS_MAX);
    return ms;
  }

  /** Of a lane, or of all. @param {string} lane @returns {number[]} ms */
  of(lane) {
    return this.shots.filter((s) => !lane || s.lane === lane).map((s) => s.ms);
  }
}
