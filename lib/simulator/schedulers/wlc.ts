/** Weighted least connection: the least for its weight. */

import type { Destination } from '../table/destination';
import type { Service } from '../table/service';
import { connectionOverhead, leastForWeight } from './overhead';
import type { Scheduler } from './scheduler';

export class WeightedLeastConnection implements Scheduler {
  readonly #service: Service;

  constructor(service: Service) {
    this.#service = service;
  }

  schedule(): Destination | undefined {
    return leastForWeight(this.#service.destinations, connectionOverhead);
  }
}
