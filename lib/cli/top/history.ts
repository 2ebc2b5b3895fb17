/** The last rates of each service, for its sparkline. */

import type { ServiceRow } from './sample';

/** How many refreshes are remembered. */
export const REMEMBERED = 12;

export class History {
  #rates = new Map<string, number[]>();

  /** Takes a refresh; services that are gone are forgotten. */
  take(services: readonly ServiceRow[]): void {
    const before = this.#rates;
    this.#rates = new Map();
    for (const { name, connections } of services) {
      const rates = before.get(name) ?? [];
      if (rates.push(connections) > REMEMBERED) rates.shift();
      this.#rates.set(name, rates);
    }
  }

  of(service: string): readonly number[] {
    return this.#rates.get(service) ?? [];
  }
}
