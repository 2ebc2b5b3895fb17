/** How busy a real server is, and which one is the least so for its weight. */

import type { Destination } from '../table/destination';
import { isUsable } from './scheduler';

export type Overhead = (destination: Destination) => number;

/** An active connection counts as 256 inactive ones. */
export function connectionOverhead({ active, inactive }: Destination): number {
  return active * 256 + inactive;
}

/** The connections that it would have; inactive ones do not count. */
export function expectedConnections({ active }: Destination): number {
  return active + 1;
}

/** Of those that may get a connection, the first with the least overhead for its weight. */
export function leastForWeight(
  destinations: Iterable<Destination>,
  overhead: Overhead,
): Destination | undefined {
  let least: Destination | undefined;
  let lowest = 0;
  for (const each of destinations) {
    if (!isUsable(each)) continue;
    const own = overhead(each);
    if (least !== undefined && lowest * each.weight <= own * least.weight) continue;
    least = each;
    lowest = own;
  }
  return least;
}
