/** Weighted overflow: the one with the greatest weight that has not more active connections than that. */

import type { Destination } from '../table/destination';
import type { Service } from '../table/service';
import { isUsable, type Scheduler } from './scheduler';

export class Overflow implements Scheduler {
  readonly #service: Service;

  constructor(service: Service) {
    this.#service = service;
  }

  schedule(): Destination | undefined {
    let chosen: Destination | undefined;
    for (const each of this.#service.destinations) {
      if (!isUsable(each) || each.active > each.weight) continue;
      if (chosen === undefined || each.weight > chosen.weight) chosen = each;
    }
    return chosen;
  }
}
