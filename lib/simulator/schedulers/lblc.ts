/** Locality-based least connection: an address stays with its real server as long as that is not overloaded. */

import { addressKey } from '../bytes';
import type { Clock } from '../clock';
import type { Destination } from '../table/destination';
import type { Service } from '../table/service';
import { AddressMemory, isOverloaded, leastBusy } from './locality';
import type { Flow, Scheduler, Surroundings } from './scheduler';

interface Entry {
  destination: Destination;
  used: number;
}

export class LocalityBasedLeastConnection implements Scheduler {
  readonly #service: Service;
  readonly #clock: Clock;
  readonly #memory: AddressMemory<Entry>;

  constructor(service: Service, { clock, sysctls }: Surroundings) {
    this.#service = service;
    this.#clock = clock;
    this.#memory = new AddressMemory(
      clock,
      () => 1000 * sysctls.number('lblc_expiration'),
      ({ destination }) => destination.references--,
    );
  }

  schedule({ family, virtual }: Flow): Destination | undefined {
    const key = addressKey(family, virtual);
    const entry = this.#memory.use(key);
    const known = entry?.destination;
    if (known?.isAvailable && known.weight > 0 && !isOverloaded(known, this.#service)) return known;
    const destination = leastBusy(this.#service);
    if (destination === undefined) return undefined;
    if (entry !== undefined) entry.destination.references--;
    destination.references++;
    this.#memory.set(key, { destination, used: this.#clock.now });
    return destination;
  }

  stop(): void {
    this.#memory.clear();
  }
}
