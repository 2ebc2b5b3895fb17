/** Protocols: names <-> the number in the IP header. */

import { Names } from './one-of';
import type { Protocol } from './types';

const PROTOCOLS = new Names([
  ['tcp', 6],
  ['udp', 17],
  ['sctp', 132],
]);
const PROTOCOL_NAMES = new Map(PROTOCOLS.names().map((name) => [PROTOCOLS.get(name), name as Protocol]));

/** `tcp`, `udp`, `sctp` to the number. */
export function checkProtocol(path: string, value: unknown): number {
  return PROTOCOLS.check(path, value);
}

/** The protocol's name. Another tool can give a service any number; it shows as `ip-50`. */
export function protocolName(number: number): Protocol {
  return PROTOCOL_NAMES.get(number) ?? (`ip-${number}` as Protocol);
}
