/**
 * Maglev hashing: each real server has an order of its own in which it would take the places of a table, and they take
 * turns, more of them with more weight. Few clients change where a real server comes or goes.
 */

import { fold } from '../bytes';
import type { Destination } from '../table/destination';
import { halfSipHash } from './siphash';
import { SourceHashing } from './source-hashing';
import { greatestDivisor, greatestWeight } from './weights';

/** A prime: what the kernel has by default (IP_VS_MH_TAB_INDEX 12). */
const PLACES = 4093;
/** Weights are scaled down to fit so many bits. */
const WEIGHT_BITS = 6;

/** For places, and for steps between them. */
const PLACE_KEY = 2654435761n;
const STEP_KEY = 2654446892n;

/** What a removed or a muted server had last still counts. */
const weightOf = ({ lastWeight }: Destination) => lastWeight;

interface Taker {
  destination: Destination;
  place: number;
  step: number;
  /** How many places it takes in a turn. */
  turns: number;
}

export class MaglevHashing extends SourceHashing {
  protected fill(): (Destination | undefined)[] {
    const takers = this.#takers();
    const table: (Destination | undefined)[] = new Array(PLACES).fill(undefined);
    if (takers.length === 0) return [];
    for (let taken = 0; ; ) {
      for (const taker of takers) {
        for (let turn = 0; turn < taker.turns; turn++) {
          while (table[taker.place] !== undefined) taker.place = (taker.place + taker.step) % PLACES;
          table[taker.place] = taker.destination;
          if (++taken === PLACES) return table;
        }
      }
    }
  }

  #takers(): Taker[] {
    const { destinations, family } = this.service;
    const divisor = greatestDivisor(destinations, weightOf);
    if (divisor === 0) return [];
    const bits = 32 - Math.clz32(Math.floor(greatestWeight(destinations, weightOf) / divisor));
    const shift = Math.max(0, bits - WEIGHT_BITS);
    return [...destinations]
      .filter(({ lastWeight }) => lastWeight > 0)
      .map((destination) => {
        const number = fold(family, destination.address) + destination.port;
        return {
          destination,
          place: halfSipHash(number, PLACE_KEY) % PLACES,
          step: (halfSipHash(number, STEP_KEY) % (PLACES - 1)) + 1,
          turns: Math.max(1, Math.floor(destination.lastWeight / divisor) >> shift),
        };
      });
  }

  protected place(number: number, offset: number): number {
    return halfSipHash(number + offset, PLACE_KEY) % PLACES;
  }
}
