import { Memory } from './memory';

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
    if (this.#length === this.#capacity) this.#grow(2 * this.#capacity);
    return this.#length++ * this.size;
  }

  /** Makes room for so many in all: to grow step by step clears and copies three times as much. */
  reserve(count: number): void {
    if (count > this.#capacity) this.#grow(count);
  }

  #grow(capacity: number): void {
    this.#capacity = capacity;
    const grown = new Memory(new ArrayBuffer(this.#capacity * this.size));
    grown.u8.set(this.memory.u8);
    this.memory = grown;
  }
}
