// @ts-check

/** Lets so many at a time do something; the others wait in line. */
export class Turns {
  #free;
  /** @type {(() => void)[]} */
  #waiting = [];

  /** @param {number} count */
  constructor(count) {
    this.#free = count;
  }

  /**
   * @template T
   * @param {() => Promise<T>} act
   */
  async take(act) {
    if (this.#free > 0) this.#free--;
    else await new Promise((/** @type {(value?: unknown) => void} */ resolve) => this.#waiting.push(resolve));
    try {
      return await act();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#free++;
      else next();
    }
  }
}
