/** Work on the event loop that others wait for. */

import { now } from './clock';

/** How long it may go on before they have their turn, in milliseconds. */
const LENGTH = 1;

/** How many steps there are at most between two looks at the clock: a step may suddenly take longer. */
const MAX_STEPS = 256;

/**
 * Tells when many small steps have taken about a millisecond. It looks at the clock a few times in each, not at every
 * step: steps may be shorter than the look.
 */
export class TimeSlice {
  #steps = 0;
  #stepsToLook = 1;
  #looked = 0;
  #ends = 0;

  /** The event loop has turned. */
  begin(): void {
    this.#steps = 0;
    this.#looked = now();
    this.#ends = this.#looked + LENGTH;
  }

  /** To be asked before every step. */
  isOver(): boolean {
    if (++this.#steps < this.#stepsToLook) return false;
    this.#steps = 0;
    const time = now();
    const took = time - this.#looked;
    this.#looked = time;
    const aim = LENGTH / 4;
    if (took > aim) this.#stepsToLook = Math.max(1, Math.floor((this.#stepsToLook * aim) / took));
    else if (took < aim / 2) this.#stepsToLook = Math.min(MAX_STEPS, this.#stepsToLook * 2);
    return time >= this.#ends;
  }
}
