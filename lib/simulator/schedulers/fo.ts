/** Weighted failover: the one with the greatest weight. */

import type { Destination } from '../table/destination';
import type { Service } from '../table/service';
import type { Scheduler } from './scheduler';

export class Failover implements Scheduler {
  readonly #service: Service;

  constructor(service: Service) {
    this.#service = service;
  }

  schedule(): Destination | undefined {
    let chosen: Destination | undefined;
    for (const each of this.#service.destinations) {
      if (!each.isOverloaded && each.weight > (chosen?.weight ?? 0)) chosen = each;
    }
    return chosen;
  }
}
