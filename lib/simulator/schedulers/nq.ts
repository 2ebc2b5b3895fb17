/** Never queue: the first without active connections, otherwise as by the shortest expected delay. */

import type { Destination } from '../table/destination';
import type { Service } from '../table/service';
import { expectedConnections, leastForWeight } from './overhead';
import { isUsable, type Scheduler } from './scheduler';

export class NeverQueue implements Scheduler {
  readonly #service: Service;

  constructor(service: Service) {
    this.#service = service;
  }

  schedule(): Destination | undefined {
    const { destinations } = this.#service;
    for (const each of destinations) {
      if (isUsable(each) && each.active === 0) return each;
    }
    return leastForWeight(destinations, expectedConnections);
  }
}
