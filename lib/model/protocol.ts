/** Transport protocols: names <-> the number in the IP header. */

import { OneOf } from './one-of';

/** What a virtual service balances; the kernel's IPVS knows these three. */
export type Protocol = 'tcp' | 'udp' | 'sctp';

export const UDP = 17;

const PROTOCOLS = new OneOf([
  ['tcp', 6],
  ['udp', UDP],
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
