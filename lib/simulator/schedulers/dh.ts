/** Destination hashing: by the address that the client asked for, whatever the weights. */

import { fold } from '../bytes';
import type { Destination } from '../table/destination';
import type { Service } from '../table/service';
import { BUCKETS, hashBucket } from './hash';
import { type Flow, isUsable, type Scheduler } from './scheduler';

export class DestinationHashing implements Scheduler {
  readonly #service: Service;
  /** None where the destinations have changed since it was filled. */
  #buckets: Destination[] | undefined;

  constructor(service: Service) {
    this.#service = service;
  }

  added(): void {
    this.#buckets = undefined;
  }

  removed(): void {
    this.#buckets = undefined;
  }

  schedule({ family, virtual }: Flow): Destination | undefined {
    this.#buckets ??= this.#fill();
    const destination = this.#buckets[hashBucket(fold(family, virtual))];
    return destination !== undefined && isUsable(destination) ? destination : undefined;
  }

  #fill(): Destination[] {
    const destinations = [...this.#service.destinations];
    if (destinations.length === 0) return [];
    return Array.from({ length: BUCKETS }, (_, n) => destinations[n % destinations.length] as Destination);
  }
}
