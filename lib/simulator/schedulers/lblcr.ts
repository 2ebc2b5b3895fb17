/** The same with replication: an address has a set of real servers, which grows when they are overloaded and shrinks with time. */

import { addressKey } from '../bytes';
import type { Clock } from '../clock';
import type { Destination } from '../table/destination';
import type { Service } from '../table/service';
import { AddressMemory, isOverloaded, leastBusy } from './locality';
import { connectionOverhead, leastForWeight } from './overhead';
import type { Flow, Scheduler, Surroundings } from './scheduler';

interface Entry {
  /** The newest first. */
  set: Destination[];
  used: number;
  /** When the set changed last. */
  changed: number;
}

export class LocalityBasedWithReplication implements Scheduler {
  readonly #service: Service;
  readonly #clock: Clock;
  readonly #memory: AddressMemory<Entry>;
  /** Milliseconds that an address, and a set as it is, last. */
  readonly #expiration: () => number;

  constructor(service: Service, { clock, sysctls }: Surroundings) {
    this.#service = service;
    this.#clock = clock;
    this.#expiration = () => 1000 * sysctls.number('lblcr_expiration');
    this.#memory = new AddressMemory(clock, this.#expiration, ({ set }) => {
      for (const destination of set) destination.references--;
    });
  }

  schedule({ family, virtual }: Flow): Destination | undefined {
    const key = addressKey(family, virtual);
    const entry = this.#memory.use(key);
    const known = entry && leastOf(entry.set);
    if (entry !== undefined) this.#shrink(entry);
    if (known !== undefined && !isOverloaded(known, this.#service)) return known;
    const destination = leastBusy(this.#service);
    if (destination === undefined) return undefined;
    if (entry === undefined) this.#memory.set(key, this.#entryOf(destination));
    else if (!entry.set.includes(destination)) this.#grow(entry, destination);
    return destination;
  }

  #entryOf(destination: Destination): Entry {
    const { now } = this.#clock;
    destination.references++;
    return { set: [destination], used: now, changed: now };
  }

  #grow(entry: Entry, destination: Destination): void {
    destination.references++;
    entry.set.unshift(destination);
    entry.changed = this.#clock.now;
  }

  /** The busiest leaves a set that has not changed for so long. */
  #shrink(entry: Entry): void {
    if (entry.set.length < 2 || this.#clock.now <= entry.changed + this.#expiration()) return;
    const busiest = busiestOf(entry.set);
    if (busiest === undefined) return;
    busiest.references--;
    entry.set.splice(entry.set.indexOf(busiest), 1);
    entry.changed = this.#clock.now;
  }

  stop(): void {
    this.#memory.clear();
  }
}

function leastOf(set: readonly Destination[]): Destination | undefined {
  return leastForWeight(
    set.filter(({ isAvailable }) => isAvailable),
    connectionOverhead,
  );
}

/** The greatest overhead for its weight. */
function busiestOf(set: readonly Destination[]): Destination | undefined {
  const weighted = set.filter(({ weight }) => weight > 0);
  return weighted.reduce<Destination | undefined>((busiest, each) => {
    if (busiest === undefined) return each;
    const isBusier = connectionOverhead(busiest) * each.weight < connectionOverhead(each) * busiest.weight;
    return isBusier ? each : busiest;
  }, undefined);
}
