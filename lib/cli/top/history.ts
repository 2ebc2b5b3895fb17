/** The last rates of all services, for their sparklines. */

import type { Names } from './names';
import type { Sample } from './sample';

/** How many refreshes are remembered. */
export const REMEMBERED = 12;

export class History {
  readonly #refreshes: { names: Names; rates: Float64Array }[] = [];

  /** Takes a refresh. */
  take(sample: Sample): void {
    const { names } = sample;
    if (this.#refreshes.push({ names, rates: sample.column('connections') }) > REMEMBERED) {
      this.#refreshes.shift();
    }
  }

  /** The oldest first; of refreshes in which it was there. */
  of(service: string): number[] {
    return this.#refreshes.flatMap(({ names, rates }) => {
      const number = names.number(service);
      return number === undefined ? [] : (rates[number] as number);
    });
  }
}
