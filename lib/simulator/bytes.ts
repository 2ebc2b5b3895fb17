/** Bytes of addresses, in network order, and keys made of them. */

import { AF_INET6 } from '../model/address';
import type { Memory } from '../wire/memory';
import { SERVICE } from '../wire/records';

/** How many bytes an address has. */
export const ADDRESS_BYTES = 16;

/** The four bytes at `at` as a number. */
export function word(bytes: Uint8Array, at: number): number {
  const [a, b] = [bytes[at] as number, bytes[at + 1] as number];
  return ((a << 24) | (b << 16) | ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number)) >>> 0;
}

/** An address as one number: that of IPv4, or of IPv6 the exclusive or of its four words. */
export function fold(family: number, address: Uint8Array): number {
  const first = word(address, 0);
  if (family !== AF_INET6) return first;
  return (first ^ word(address, 4) ^ word(address, 8) ^ word(address, 12)) >>> 0;
}

/** A text that is the same for the same address. */
export function addressKey(family: number, bytes: Uint8Array, at = 0): string {
  const pair = (n: number) => ((bytes[at + n] as number) << 8) | (bytes[at + n + 1] as number);
  if (family !== AF_INET6) return String.fromCharCode(pair(0), pair(2));
  return String.fromCharCode(pair(0), pair(2), pair(4), pair(6), pair(8), pair(10), pair(12), pair(14));
}

/** A text that is the same for the same service, in whose record at `at` it is named: by its mark, if it has one. */
export function serviceKey(memory: Memory, at: number): string {
  const family = memory.getU16(at + SERVICE.family);
  const fwmark = memory.getU32(at + SERVICE.fwmark);
  if (fwmark !== 0) return markKey(family, fwmark);
  const { u8 } = memory;
  const protocol = memory.getU16(at + SERVICE.protocol);
  return endpointKey(family, protocol, u8, at + SERVICE.address, memory.getU16(at + SERVICE.port));
}

export function markKey(family: number, fwmark: number): string {
  return String.fromCharCode(family, fwmark >>> 16, fwmark & 0xffff);
}

export function endpointKey(
  family: number,
  protocol: number,
  bytes: Uint8Array,
  at: number,
  port: number,
): string {
  return String.fromCharCode(family, protocol, port) + addressKey(family, bytes, at);
}
