import type { Endpoint } from '../model/connection';
import type { Destination } from '../model/destination';
import type { Service } from '../model/service';

const FAMILY = { ipv4: '02', ipv6: '0a' };
const PROTOCOL: Record<string, number> = { tcp: 6, udp: 17, sctp: 132 };

/** Services as they are listed: by mark, family, protocol number, address and port. */
export function inOrder<S extends Service>(services: readonly S[]): S[] {
  return sorted(services, (service) => {
    if ('fwmark' in service) return hex(service.fwmark, 8) + FAMILY[service.family];
    return (
      hex(0, 8) + FAMILY[service.family] + hex(protocolNumber(service.protocol), 2) + endpointKey(service)
    );
  });
}

/** Destinations as they are listed: by the bytes of the address, of whichever family, and by port. */
export function destinationsInOrder(destinations: readonly Destination[]): Destination[] {
  return sorted(destinations, endpointKey);
}

function sorted<T>(items: readonly T[], keyOf: (item: T) => string): T[] {
  const keyed = items.map((item) => ({ item, key: keyOf(item) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))).map(({ item }) => item);
}

/** Protocols without a name are `ip-50`. */
function protocolNumber(protocol: string): number {
  return PROTOCOL[protocol] ?? Number(protocol.slice('ip-'.length));
}

/** Digits of fixed length, so that their order as text is that of the numbers. */
function endpointKey({ address, port }: Endpoint): string {
  return (address.includes(':') ? ipv6Digits(address) : ipv4Digits(address)) + hex(port, 4);
}

function ipv4Digits(address: string): string {
  return address
    .split('.')
    .map((byte) => hex(Number(byte), 2))
    .join('');
}

function ipv6Digits(address: string): string {
  const host = new URL(`http://[${address}]`).hostname.slice(1, -1); // turns an embedded a.b.c.d into hex groups
  const [head = [], tail] = host.split('::').map((part) => part.split(':').filter((group) => group !== ''));
  const zeros = tail === undefined ? [] : Array<string>(8 - head.length - tail.length).fill('0');
  return [...head, ...zeros, ...(tail ?? [])].map((group) => group.padStart(4, '0')).join('');
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
