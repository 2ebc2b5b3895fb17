/** Rows of the table found by what names them, which is compared as records. */

import { AF_INET6 } from '../model/address';
import { isSameDestination, isSameService } from './comparison';
import type { Memory } from './memory';
import { DESTINATION, SERVICE } from './records';

/** What names a kind of row. */
export interface RecordKind {
  hash(memory: Memory, at: number): number;
  isSame(a: Memory, at: number, b: Memory, bt: number): boolean;
}

/** Bound here: as properties of what is imported each costs several instructions. */
const SERVICE_ADDRESS = SERVICE.address;
const DESTINATION_ADDRESS = DESTINATION.address;
const GOLDEN = 0x9e3779b1;

/** Every bit of the number moves all of the result's: what differs between addresses may be their last byte alone. */
function mix(number: number): number {
  const mixed = Math.imul(number ^ (number >>> 16), GOLDEN);
  return mixed ^ (mixed >>> 15);
}

/** The address of the family at `at`, on top of a hash. */
function hashAddress(memory: Memory, at: number, address: number, hash: number): number {
  let mixed = mix(hash ^ memory.getI32(address));
  if (memory.getU16(at) === AF_INET6) {
    for (let n = 4; n < 16; n += 4) mixed = mix(mixed ^ memory.getI32(address + n));
  }
  return mixed;
}

export const SERVICES: RecordKind = {
  hash(memory, at) {
    const named =
      memory.getI32(at) ^ memory.getI32(at + SERVICE.fwmark) ^ (memory.getU16(at + SERVICE.port) << 16);
    return hashAddress(memory, at, at + SERVICE_ADDRESS, mix(named));
  },
  isSame: isSameService,
};

export const DESTINATIONS: RecordKind = {
  hash: (memory, at) => hashAddress(memory, at, at + DESTINATION_ADDRESS, mix(memory.getI32(at))),
  isSame: isSameDestination,
};

/** Records that lie one after the other, each found by another record of the same name. */
export class RecordIndex {
  readonly #kind: RecordKind;
  readonly #memory: Memory;
  readonly #start: number;
  readonly #size: number;
  /** Numbers of records, plus 1; 0 is free. At most half are taken. */
  readonly #slots: Int32Array;

  /** The first record lies at `start`; no more than `capacity` are added. */
  constructor(kind: RecordKind, memory: Memory, start: number, size: number, capacity: number) {
    this.#kind = kind;
    this.#memory = memory;
    this.#start = start;
    this.#size = size;
    this.#slots = new Int32Array(2 << (32 - Math.clz32(capacity)));
  }

  /** Adds the record with this number, or returns the number of the one with its name that is there. */
  add(number: number): number | undefined {
    const slot = this.#slot(this.#memory, this.#start + number * this.#size);
    const taken = this.#slots[slot] as number;
    if (taken !== 0) return taken - 1;
    this.#slots[slot] = number + 1;
    return undefined;
  }

  /** The number of the record with the name of the one at `at`; -1 where there is none. */
  find(memory: Memory, at: number): number {
    return (this.#slots[this.#slot(memory, at)] as number) - 1;
  }

  /** Where the record with this name is, or would be. */
  #slot(memory: Memory, at: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = this.#kind.hash(memory, at) & mask; ; slot = (slot + 1) & mask) {
      const number = slots[slot] as number;
      if (number === 0) return slot;
      if (this.#kind.isSame(this.#memory, this.#start + (number - 1) * this.#size, memory, at)) return slot;
    }
  }
}
