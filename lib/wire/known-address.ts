/** Addresses of services and real servers: there are few, and they are read and written again and again. */

import { AF_INET, AF_INET6, formatAddress, parseAddress } from '../model/address';
import type { Memory } from './records';
import { TextMemo } from './text-memo';

const ipv4 = new TextMemo((memory, offset) => formatAddress(AF_INET, memory.u8, offset));
const ipv6 = new TextMemo((memory, offset) => formatAddress(AF_INET6, memory.u8, offset));

/** The canonical text of the address at `offset`, whose 16 bytes are zero behind an IPv4 address. */
export function readKnownAddress(family: number, memory: Memory, offset: number): string {
  return (family === AF_INET6 ? ipv6 : ipv4).text(memory, offset);
}

/** IPv4 addresses as they lie in memory, by their text: parsing takes most of what checking a rule does. */
const parsed = new Map<string, number>();
/** More are forgotten, all of them. */
const MAX_PARSED = 16384;

/** As `parseAddress`; `offset` is a multiple of four. */
export function parseKnownAddress(text: string, memory: Memory, offset: number): number {
  const octets = parsed.get(text);
  if (octets === undefined) return parseAndKeep(text, memory, offset);
  memory.setU32(offset, octets);
  return AF_INET;
}

function parseAndKeep(text: string, memory: Memory, offset: number): number {
  const family = parseAddress(text, memory.u8, offset);
  if (family === AF_INET) {
    if (parsed.size === MAX_PARSED) parsed.clear();
    parsed.set(text, memory.getI32(offset)); // V8 keeps signed integers in place
  }
  return family;
}
