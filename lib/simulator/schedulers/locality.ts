/** What lblc and lblcr have in common: who served an address before is remembered, for a while after its last use. */

import type { Clock } from '../clock';
import type { Destination } from '../table/destination';
import type { Service } from '../table/service';
import { connectionOverhead, leastForWeight } from './overhead';

/** By an address's key. */
export class AddressMemory<T extends { used: number }> {
  readonly #clock: Clock;
  readonly #entries = new Map<string, T>();
  readonly #expiration: () => number;
  readonly #forget: (entry: T) => void;

  /** `expiration` says how many milliseconds an entry lasts after its last use. */
  constructor(clock: Clock, expiration: () => number, forget: (entry: T) => void) {
    this.#clock = clock;
    this.#expiration = expiration;
    this.#forget = forget;
  }

  /** What is remembered, which is used now. */
  use(key: string): T | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.used + this.#expiration() < this.#clock.now) {
      this.#entries.delete(key);
      this.#forget(entry);
      return undefined;
    }
    entry.used = this.#clock.now;
    return entry;
  }

  set(key: string, entry: T): void {
    this.#entries.set(key, entry);
  }

  clear(): void {
    for (const entry of this.#entries.values()) this.#forget(entry);
    this.#entries.clear();
  }
}

/** Whether it has more active connections than its weight while another has not half of its own. */
export function isOverloaded(destination: Destination, service: Service): boolean {
  if (destination.active <= destination.weight) return false;
  for (const { active, weight } of service.destinations) {
    if (active * 2 < weight) return true;
  }
  return false;
}

/** Who serves an address that is not remembered. */
export function leastBusy(service: Service): Destination | undefined {
  return leastForWeight(service.destinations, connectionOverhead);
}
