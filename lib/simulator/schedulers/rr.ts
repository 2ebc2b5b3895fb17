/** Round robin: each in turn, whatever the weights, but for those of 0. */

import type { Destination } from '../table/destination';
import type { Service } from '../table/service';
import { isUsable, type Scheduler } from './scheduler';

export class RoundRobin implements Scheduler {
  readonly #service: Service;
  /** Who had the last connection; none is the head of the list. */
  #last: Destination | undefined;

  constructor(service: Service) {
    this.#service = service;
  }

  schedule(): Destination | undefined {
    const { destinations } = this.#service;
    // Once round, from the one behind the last to the last itself.
    let next = this.#last;
    for (let left = destinations.size; left > 0; left--) {
      next = destinations.after(next) ?? destinations.after(undefined);
      if (next !== undefined && isUsable(next)) {
        this.#last = next;
        return next;
      }
    }
    return undefined;
  }

  removed(destination: Destination): void {
    if (this.#last === destination) this.#last = destination.newer;
  }
}
