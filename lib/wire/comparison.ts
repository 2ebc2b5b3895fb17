/** What names a row of the table, and what configures it, compared as records: without making an object of either. */

import { AF_INET6 } from '../model/address';
import type { Memory } from './memory';
import { DESTINATION, SERVICE } from './records';

/** Bound here: as a property of what is imported each offset costs several instructions. */
const FAMILY_AND_PORT = DESTINATION.family;
const ADDRESS = DESTINATION.address;
const FORWARD = DESTINATION.forward;
const WEIGHT = DESTINATION.weight;
const UPPER_THRESHOLD = DESTINATION.upperThreshold;
const TUNNEL_TYPE = DESTINATION.tunnelType;

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
    a.getU32(at + FAMILY_AND_PORT) === b.getU32(bt + FAMILY_AND_PORT) &&
    a.getU32(at + ADDRESS) === b.getU32(bt + ADDRESS) &&
    (a.getU16(at) !== AF_INET6 || isSame(a, at, b, bt, ADDRESS + 4, ADDRESS + 16))
  );
}

/**
 * Whether two records of the same real server are configured alike, bit for bit. Where they are not, what differs may
 * still mean nothing: the kernel keeps a tunnel for every forwarding method.
 */
export function isSameDestinationState(a: Memory, at: number, b: Memory, bt: number): boolean {
  // Behind the tunnel's type the addon says what the kernel has told of.
  return (
    a.getU32(at + FORWARD) === b.getU32(bt + FORWARD) &&
    a.getU32(at + WEIGHT) === b.getU32(bt + WEIGHT) &&
    isSame(a, at, b, bt, UPPER_THRESHOLD, TUNNEL_TYPE) &&
    a.getU8(at + TUNNEL_TYPE) === b.getU8(bt + TUNNEL_TYPE)
  );
}
