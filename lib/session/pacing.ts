/** Long work on the event loop in short steps, so that others have their turn. */

import { now } from './clock';

/** How long steps may run before others have their turn, in milliseconds. */
const LENGTH = 1;

/** The most steps between two looks at the clock: a step may suddenly take longer. */
const MAX_STEPS = 256;

/** The event loop turns. As in `node:timers/promises`, which would take a share of every start. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/**
 * Tells when steps have taken about a millisecond. It looks at the clock a few times in each, not at every step: steps
 * may be shorter than the look.
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

/** Runs the steps to their end, letting the event loop turn between slices of them. */
export async function inSlices<T>(steps: Generator<void, T>): Promise<T> {
  const slice = new TimeSlice();
  slice.begin();
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    if (slice.isOver()) {
      await turn();
      slice.begin();
    }
  }
}

/** Runs the steps to their end at once. */
export function finish<T>(steps: Generator<void, T>): T {
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
  }
}
