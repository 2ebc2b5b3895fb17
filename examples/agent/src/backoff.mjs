// @ts-check
import { delay } from './delay.mjs';

/** Waits between attempts: twice as long each time, up to a bound, and never as long as others wait. */
export class Backoff {
  #least;
  #most;
  #next;

  /** @param {{ least?: number, most?: number }} [bounds] milliseconds */
  constructor({ least = 100, most = 10_000 } = {}) {
    this.#least = least;
    this.#most = most;
    this.#next = least;
  }

  /** It went well: the next wait is a short one again. */
  reset() {
    this.#next = this.#least;
  }

  /** @param {AbortSignal} signal ends the wait */
  async wait(signal) {
    const milliseconds = this.#next * (0.5 + Math.random() / 2);
    this.#next = Math.min(this.#most, 2 * this.#next);
    await delay(milliseconds, signal);
  }
}
