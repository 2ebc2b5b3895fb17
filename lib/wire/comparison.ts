/** What names a row of the table, and what configures it, compared as records: without making an object of either. */

import type { Memory } from './memory';
import { DESTINATION, SERVICE } from './records';

/** Whether the words from `start` to before `end` are the same in both records. */
function isSame(a: Memory, at: number, b: Memory, bt: number, start: number, end: number): boolean {
  for (let n = start; n < end; n += 4) {
    if (a.getU32(at + n) !== b.getU32(bt + n)) return false;
  }
  return true;
}

/** Whether the records at `at` of `a` and at `bt` of `b` are of the same virtual service: family to address. */
export function isSameService(a: Memory, at: number, b: Memory, bt: number): boolean {
  return isSame(a, at, b, bt, SERVICE.family, SERVICE.flags);
}

/** Whether two records of the same service are configured alike, bit for bit. */
export function isSameServiceState(a: Memory, at: number, b: Memory, bt: number): boolean {
  return (
    isSame(a, at, b, bt, SERVICE.flags, SERVICE.destinations) &&
    isSame(a, at, b, bt, SERVICE.scheduler, SERVICE.stats)
  );
}

/** Whether two records of one service are of the same real server: family, port and address. */
export function isSameDestination(a: Memory, at: number, b: Memory, bt: number): boolean {
  return (
    isSame(a, at, b, bt, DESTINATION.family, DESTINATION.forward) &&
    isSame(a, at, b, bt, DESTINATION.address, DESTINATION.stats)
  );
}

/**
 * Whether two records of the same real server are configured alike, bit for bit. Where they are not, what differs may
 * still mean nothing: the kernel keeps a tunnel for every forwarding method.
 */
export function isSameDestinationState(a: Memory, at: number, b: Memory, bt: number): boolean {
  return isSame(a, at, b, bt, DESTINATION.forward, DESTINATION.activeConnections);
}
