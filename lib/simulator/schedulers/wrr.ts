/**
 * Weighted round robin: a bar goes down from the greatest weight by their greatest common divisor, and each round goes
 * to those whose weight reaches it.
 */

import type { Destination } from '../table/destination';
import type { Service } from '../table/service';
import type { Scheduler } from './scheduler';
import { greatestDivisor, greatestWeight } from './weights';

export class WeightedRoundRobin implements Scheduler {
  readonly #service: Service;
  /** Who had the last connection; none is the head of the list. */
  #last: Destination | undefined;
  /** Where the bar stands, where it begins anew, and how far it goes down. */
  #bar: number;
  #top: number;
  #step: number;

  constructor(service: Service) {
    this.#service = service;
    this.#step = this.#divisor();
    this.#top = this.#greatest();
    this.#bar = this.#top;
  }

  #divisor(): number {
    return greatestDivisor(this.#service.destinations, ({ weight }) => weight) || 1;
  }

  /** Behind the last step the bar still is above 0. */
  #greatest(): number {
    return greatestWeight(this.#service.destinations, ({ weight }) => weight) - (this.#step - 1);
  }

  added(): void {
    this.#reckon();
  }

  removed(): void {
    this.#reckon();
  }

  changed(): void {
    this.#reckon();
  }

  #reckon(): void {
    this.#last = undefined;
    this.#step = this.#divisor();
    this.#top = this.#greatest();
    if (this.#bar > this.#top || this.#bar === 0) this.#bar = this.#top;
    else if (this.#step > 1) this.#bar = Math.trunc(this.#bar / this.#step) * this.#step + 1;
  }

  schedule(): Destination | undefined {
    const { destinations } = this.#service;
    if (this.#top === 0) return undefined;
    const first = this.#last;
    let each = first;
    let isLastRound = false;
    let beganAnew = false;
    let stops = false;
    for (;;) {
      for (each = destinations.after(each); each !== undefined; each = destinations.after(each)) {
        if (!each.isOverloaded && each.weight >= this.#bar) {
          this.#last = each;
          return each;
        }
        if (each === first && stops) {
          this.#last = each;
          return undefined;
        }
      }
      this.#bar -= this.#step;
      if (this.#bar <= 0) {
        this.#bar = this.#top;
        // All were looked at for any weight: from the first, or beginning at the head of the list.
        if (isLastRound || first === undefined) {
          this.#last = undefined;
          return undefined;
        }
        beganAnew = true;
      }
      isLastRound = this.#bar <= this.#step;
      if (isLastRound && beganAnew && first !== undefined) stops = true;
    }
  }
}
