/**
 * What is remembered between two requests: texts that repeat, and the bytes that they stand for. All of it is bounded,
 * and `clearCaches` forgets it.
 */

import { AF_INET, AF_INET6, formatAddress, parseAddress } from '../model/address';
import type { Memory } from './memory';

const SLOTS = 4096;
/** Leaves the highest bits of 32: the number of a slot. */
const SHIFT = 20;

/**
 * Texts by the 16 bytes that they are made from: a table of connections has a million clients, but few services, servers
 * and states. Bounded: what comes to the slot of another takes it.
 */
export class TextCache {
  readonly #decode: (memory: Memory, offset: number) => string;
  readonly #bytes = new Int32Array(SLOTS * 4);
  readonly #texts: (string | undefined)[] = Array(SLOTS);

  /** `decode` makes the text of the bytes at an offset. */
  constructor(decode: (memory: Memory, offset: number) => string) {
    this.#decode = decode;
  }

  /** The text of the 16 bytes at an offset. */
  text(memory: Memory, offset: number): string {
    const a = memory.getI32(offset);
    const b = memory.getI32(offset + 4);
    const c = memory.getI32(offset + 8);
    const d = memory.getI32(offset + 12);
    const slot = mix(mix(mix(mix(a) + b) + c) + d) >>> SHIFT;
    const bytes = this.#bytes;
    const at = slot * 4;
    const known = this.#texts[slot];
    const isIt = bytes[at] === a && bytes[at + 1] === b && bytes[at + 2] === c && bytes[at + 3] === d;
    if (known !== undefined && isIt) return known;

    const text = this.#decode(memory, offset);
    bytes[at] = a;
    bytes[at + 1] = b;
    bytes[at + 2] = c;
    bytes[at + 3] = d;
    this.#texts[slot] = text;
    return text;
  }

  clear(): void {
    this.#texts.fill(undefined);
  }
}

const IPV4_SLOTS = 16384;
const IPV4_SHIFT = 18;

/**
 * The same of IPv4 addresses, by their four bytes, in fewer steps: every row of a table has one. The bytes are turned
 * so that the last one is the lowest, by which the hosts of a network do not take each other's slots.
 */
export class Ipv4Cache {
  readonly #decode: (memory: Memory, offset: number) => string;
  readonly #addresses = new Int32Array(IPV4_SLOTS);
  readonly #texts: (string | undefined)[] = Array(IPV4_SLOTS);

  /** `decode` makes the text of the address at an offset. */
  constructor(decode: (memory: Memory, offset: number) => string) {
    this.#decode = decode;
  }

  /** The text of the address at an offset. */
  text(memory: Memory, offset: number): string {
    const address = memory.getI32(offset);
    const slot = Math.imul((address << 8) | (address >>> 24), FACTOR) >>> IPV4_SHIFT;
    const known = this.#texts[slot];
    if (known !== undefined && this.#addresses[slot] === address) return known;

    const text = this.#decode(memory, offset);
    this.#addresses[slot] = address;
    this.#texts[slot] = text;
    return text;
  }

  clear(): void {
    this.#texts.fill(undefined);
  }
}

/** 2^32 by the golden ratio: multiples of it lie apart in their high bits. */
const FACTOR = 0x9e3779b1;

/** Every bit of the number moves the high ones. */
function mix(number: number): number {
  return Math.imul(number ^ (number >>> 16), FACTOR);
}

const ipv4Texts = new Ipv4Cache((memory, offset) => formatAddress(AF_INET, memory.u8, offset));
const ipv6Texts = new TextCache((memory, offset) => formatAddress(AF_INET6, memory.u8, offset));
const names = new TextCache((memory, offset) => memory.getName(offset, 16));

/** The canonical text of the address at `offset`. */
export function cachedAddress(family: number, memory: Memory, offset: number): string {
  return (family === AF_INET6 ? ipv6Texts : ipv4Texts).text(memory, offset);
}

/** The name in the 16 bytes at `offset`: a scheduler, or a connection's state. */
export function cachedName(memory: Memory, offset: number): string {
  return names.text(memory, offset);
}

/** IPv4 addresses as they lie in memory, by their text: parsing is most of what checking a rule costs. */
const parsed = new Map<string, number>();
const MAX_PARSED = 16384;

/** As `parseAddress`, of what need not be a text; `offset` is a multiple of four. */
export function parseCachedAddress(text: unknown, memory: Memory, offset: number): number {
  const octets = parsed.get(text as string);
  if (octets === undefined) return parseAndKeep(text, memory, offset);
  memory.setU32(offset, octets); // by the view that what lies around it is written by: compiled code finds that once
  return AF_INET;
}

function parseAndKeep(text: unknown, memory: Memory, offset: number): number {
  if (typeof text !== 'string') return 0;
  const family = parseAddress(text, memory.u8, offset);
  if (family === AF_INET) {
    if (parsed.size === MAX_PARSED) parsed.clear();
    parsed.set(text, memory.getI32(offset)); // V8 keeps signed integers in place
  }
  return family;
}

/** Forgets everything: for tests, and to measure what a first request costs. */
export function clearCaches(): void {
  for (const cache of [ipv4Texts, ipv6Texts, names, parsed]) cache.clear();
}

/** How many addresses are remembered by their text. */
export function parsedAddresses(): number {
  return parsed.size;
}
