/** Shortest expected delay: the least for its weight, the new connection included. */

import type { Destination } from '../table/destination';
import type { Service } from '../table/service';
import { expectedConnections, leastForWeight } from './overhead';
import type { Scheduler } from './scheduler';

export class ShortestExpectedDelay implements Scheduler {
  readonly #service: Service;

  constructor(service: Service) {
    this.#service = service;
  }

  schedule(): Destination | undefined {
    return leastForWeight(this.#service.destinations, expectedConnections);
  }
}
