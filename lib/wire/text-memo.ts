/** Texts that repeat. */

import type { Memory } from './records';

const SLOTS = 4096;
/** Leaves the highest bits of 32: the number of a slot. */
const SHIFT = 20;

/**
 * Remembers what 16 bytes say: a table of connections has a million clients, but few services, servers and states.
 * Bounded: what comes to the place of another takes it.
 */
export class TextMemo {
  readonly #decode: (memory: Memory, offset: number) => string;
  readonly #bytes = new Int32Array(SLOTS * 4);
  readonly #texts: (string | undefined)[] = Array(SLOTS);

  /** `decode` says what the bytes at an offset say. */
  constructor(decode: (memory: Memory, offset: number) => string) {
    this.#decode = decode;
  }

  /** What the 16 bytes at an offset say. */
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
}

/** Every bit of the number moves the high ones. */
function mix(number: number): number {
  return Math.imul(number ^ (number >>> 16), 0x9e3779b1);
}
