/** The power of two random choices: of two that are drawn by weight, the less busy one for its weight. */

import type { Random } from '../random';
import type { Destination } from '../table/destination';
import type { Service } from '../table/service';
import { connectionOverhead } from './overhead';
import { isUsable, type Scheduler, type Surroundings } from './scheduler';

export class PowerOfTwo implements Scheduler {
  readonly #service: Service;
  readonly #random: Random;

  constructor(service: Service, { random }: Surroundings) {
    this.#service = service;
    this.#random = random;
  }

  schedule(): Destination | undefined {
    const usable = [...this.#service.destinations].filter(isUsable);
    const total = usable.reduce((sum, { weight }) => sum + weight, 0);
    const first = this.#draw(usable, total);
    const second = this.#draw(usable, total);
    if (first === undefined || second === undefined) return undefined;
    const isSecondLess =
      second.weight * connectionOverhead(first) > first.weight * connectionOverhead(second);
    return isSecondLess ? second : first;
  }

  /** The kernel draws from 0 to the sum of the weights, both included: the newest gets one chance more than its weight. */
  #draw(usable: readonly Destination[], total: number): Destination | undefined {
    let left = this.#random.below(total + 1);
    return usable.find(({ weight }) => {
      left -= weight;
      return left <= 0;
    });
  }
}
