/** Addresses of services and real servers: there are few, and they are read again and again. */

import { AF_INET, AF_INET6, formatAddress } from './address';
import type { Memory } from './records';
import { TextMemo } from './text-memo';

const ipv4 = new TextMemo((memory, offset) => formatAddress(AF_INET, memory.u8, offset));
const ipv6 = new TextMemo((memory, offset) => formatAddress(AF_INET6, memory.u8, offset));

/** The canonical text of the address at `offset`, whose 16 bytes are zero behind an IPv4 address. */
export function readKnownAddress(family: number, memory: Memory, offset: number): string {
  return (family === AF_INET6 ? ipv6 : ipv4).text(memory, offset);
}
