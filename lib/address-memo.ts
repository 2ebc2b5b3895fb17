/** Addresses that were parsed: rules repeat a few of them, and parsing takes most of what checking a rule does. */

import { AF_INET, parseAddress } from './address';
import type { Memory } from './records';

const SLOTS = 1024;

/** Of IPv4 addresses; those of IPv6 may be as short, but are not remembered. */
const SHORTEST = '0.0.0.0'.length;
const LONGEST = '255.255.255.255'.length;

/** Bounded: what comes to the place of another takes it. */
export class AddressMemo {
  readonly #texts: string[] = Array(SLOTS).fill('');
  /** As they lie in memory. */
  readonly #octets = new Uint32Array(SLOTS);

  /** As `parseAddress`; `offset` is a multiple of four. */
  parse(text: string, memory: Memory, offset: number): number {
    const { length } = text;
    if (length < SHORTEST || length > LONGEST) return parseAddress(text, memory.u8, offset);
    // Neighbours differ in their last digits: a hundred of a length have places of their own.
    const end = text.charCodeAt(length - 1) + 10 * text.charCodeAt(length - 2);
    const slot = (end + 128 * length) & (SLOTS - 1);
    if (this.#texts[slot] === text) {
      memory.setU32(offset, this.#octets[slot] as number);
      return AF_INET;
    }
    const family = parseAddress(text, memory.u8, offset);
    if (family === AF_INET) {
      this.#texts[slot] = text;
      this.#octets[slot] = memory.getU32(offset);
    }
    return family;
  }
}
