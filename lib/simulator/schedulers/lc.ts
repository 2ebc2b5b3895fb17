/** Least connection: the first with the least, whatever the weights, but for those of 0. */

import type { Destination } from '../table/destination';
import type { Service } from '../table/service';
import { connectionOverhead } from './overhead';
import { isUsable, type Scheduler } from './scheduler';

export class LeastConnection implements Scheduler {
  readonly #service: Service;

  constructor(service: Service) {
    this.#service = service;
  }

  schedule(): Destination | undefined {
    let least: Destination | undefined;
    for (const each of this.#service.destinations) {
      if (!isUsable(each)) continue;
      if (least === undefined || connectionOverhead(each) < connectionOverhead(least)) least = each;
    }
    return least;
  }
}
