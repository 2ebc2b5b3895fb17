/** What all weights of a service have in common. */

import type { Destination } from '../table/destination';

export type WeightOf = (destination: Destination) => number;

/** The greatest number that divides every weight above 0; 0 where there is none. */
export function greatestDivisor(destinations: Iterable<Destination>, weightOf: WeightOf): number {
  let divisor = 0;
  for (const each of destinations) {
    let rest = weightOf(each);
    while (rest > 0) [divisor, rest] = [rest, divisor % rest];
  }
  return divisor;
}

/** The greatest weight; 0 where there is none. */
export function greatestWeight(destinations: Iterable<Destination>, weightOf: WeightOf): number {
  let greatest = 0;
  for (const each of destinations) greatest = Math.max(greatest, weightOf(each));
  return greatest;
}
