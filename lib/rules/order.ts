/** The order of listings. */

import { AF_INET6, parseAddress } from '../model/address';
import type { Endpoint } from '../model/connection';
import type { ServiceState } from '../model/service';

const FAMILY = { ipv4: '02', ipv6: '0a' };
const PROTOCOL: Record<string, number> = { tcp: 6, udp: 17, sctp: 132 };

/** Rows in the order of listings: services by mark, family, protocol number, address and port. */
export function inOrder<S extends ServiceState>(services: readonly S[]): S[] {
  return sorted(services, serviceKey);
}

/** The numbers of rows in that order; `serviceOf` makes the service with a number. */
export function numbersInOrder(length: number, serviceOf: (number: number) => ServiceState): number[] {
  const numbers = Array.from({ length }, (_, number) => number);
  return sorted(numbers, (number) => serviceKey(serviceOf(number)));
}

/** Destinations in the order of listings: by the bytes of the address, of either family, and by port. */
export function destinationsInOrder<D extends Endpoint>(destinations: readonly D[]): D[] {
  return sorted(destinations, endpointKey);
}

function sorted<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const keyed = items.map((item) => ({ item, key: keyOf(item) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))).map(({ item }) => item);
}

function serviceKey(service: ServiceState): string {
  const family = FAMILY[service.family];
  if ('fwmark' in service) return hex(service.fwmark, 8) + family;
  return hex(0, 8) + family + hex(protocolNumber(service.protocol), 2) + endpointKey(service);
}

/** Protocols without a name are `ip-50`. */
function protocolNumber(protocol: string): number {
  return PROTOCOL[protocol] ?? Number(protocol.slice('ip-'.length));
}

/** A character for each octet, whose order as text is that of the numbers. */
function endpointKey({ address, port }: Endpoint): string {
  const high = port >> 8;
  const low = port & 0xff;
  if (parseAddress(address, bytes, 0) === AF_INET6) return String.fromCharCode(...bytes, high, low);
  return String.fromCharCode(octet(0), octet(1), octet(2), octet(3), high, low);
}

function octet(index: number): number {
  return bytes[index] as number;
}

/** The bytes of the address. */
const bytes = new Uint8Array(16);

/** Hexadecimal digits of fixed length, whose order as text is that of the numbers. */
function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
