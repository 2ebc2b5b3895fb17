import { Memory } from './memory';

/** Bytes that are copied in a step. */
const PIECE = 65_536;

/** Records of one size, in one growing buffer. */
export class RecordList {
  /** The records themselves, for the nouns to write into. Growing replaces it. */
  memory: Memory;
  readonly size: number;
  #length = 0;
  #capacity = 64;

  /** `size`, in bytes, is a multiple of 8. */
  constructor(size: number) {
    this.size = size;
    this.memory = new Memory(new ArrayBuffer(this.#capacity * size));
  }

  /** How many there are. */
  get length(): number {
    return this.#length;
  }

  /** Where the record with this number begins. */
  at(number: number): number {
    return number * this.size;
  }

  /** Adds a record that is empty, and returns its offset. */
  append(): number {
    if (this.isFull) for (const _ of this.grow());
    return this.#length++ * this.size;
  }

  /** Whether the next record makes it grow. */
  get isFull(): boolean {
    return this.#length === this.#capacity;
  }

  /** Makes room for so many in all, by default for as many again, in short steps. None is added meanwhile. */
  *grow(capacity = 2 * this.#capacity): Generator<void, void> {
    if (capacity <= this.#capacity) return;
    const { u8 } = this.memory;
    const grown = new Memory(new ArrayBuffer(capacity * this.size));
    for (let at = 0; at < this.#length * this.size; at += PIECE) {
      if (at > 0) yield;
      grown.u8.set(u8.subarray(at, at + PIECE), at);
    }
    this.memory = grown;
    this.#capacity = capacity;
  }
}
