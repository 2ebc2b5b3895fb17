/** Destinations that were removed: they keep their connections and counters for a while, in case they come back. */

import { addressKey } from '../bytes';
import { type Clock, Timer } from '../clock';
import type { Destination } from './destination';
import type { Service } from './service';

/** Milliseconds between two looks, and how long nothing must hold one before it is forgotten. */
const LOOK = 60_000;
const IDLE = 120_000;

export class Trash {
  readonly #clock: Clock;
  readonly #destinations = new Map<string, Destination[]>();
  readonly #timer = new Timer(() => this.#look());

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(destination: Destination): void {
    if (this.#destinations.size === 0) this.#clock.set(this.#timer, LOOK);
    destination.idleSince = undefined;
    const key = trashKey(destination.service, destination.key);
    const same = this.#destinations.get(key);
    if (same === undefined) this.#destinations.set(key, [destination]);
    else same.push(destination);
  }

  /** Takes out the destination with this key that belonged to such a service, or to its predecessor. */
  take(service: Service, destinationKey: string): Destination | undefined {
    if (this.#destinations.size === 0) return undefined;
    const key = trashKey(service, destinationKey);
    const same = this.#destinations.get(key);
    if (same === undefined) return undefined;
    const destination = same.pop();
    if (same.length === 0) this.#destinations.delete(key);
    return destination;
  }

  #look(): void {
    const { now } = this.#clock;
    for (const [key, same] of this.#destinations) {
      const kept = same.filter((each) => {
        if (each.references > 0) return true;
        each.idleSince ??= now;
        return now < each.idleSince + IDLE;
      });
      if (kept.length > 0) this.#destinations.set(key, kept);
      else this.#destinations.delete(key);
    }
    if (this.#destinations.size > 0) this.#clock.set(this.#timer, LOOK);
  }
}

/** Of services with a mark the kernel compares the mark alone, not the family. */
function trashKey(service: Service, destinationKey: string): string {
  const { fwmark, family, protocol, port, address } = service;
  return fwmark !== 0
    ? `${fwmark} ${destinationKey}`
    : destinationKey + String.fromCharCode(protocol, port) + addressKey(family, address);
}
