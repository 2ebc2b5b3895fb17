/** The records that go to the kernel together, in one growing buffer. */

import { Memory, Operation, REQUEST } from './records';

export class Requests {
  /** The records themselves, for the nouns to write into. Growing replaces it. */
  memory: Memory;
  #length = 0;

  /** `capacity` is how many there is room for without growing. */
  constructor(capacity = 16) {
    this.memory = new Memory(new ArrayBuffer(capacity * REQUEST.size));
  }

  /** How many there are. */
  get length(): number {
    return this.#length;
  }

  /**
   * Adds a record: `write` fills it, given the offset of the whole. Where it throws, since an argument is bad,
   * the record is gone again.
   */
  add(operation: number, write?: (memory: Memory, offset: number) => void): void {
    const offset = this.#length * REQUEST.size;
    if (offset === this.memory.buffer.byteLength) this.#grow();
    this.memory.setU8(offset + REQUEST.operation, operation);
    try {
      write?.(this.memory, offset);
    } catch (error) {
      this.memory.u8.fill(0, offset, offset + REQUEST.size);
      throw error;
    }
    this.#length++;
  }

  /** Forgets the records from `length` on. */
  truncate(length: number): void {
    this.memory.u8.fill(0, length * REQUEST.size, this.#length * REQUEST.size);
    this.#length = length;
  }

  /** Makes of a record one that asks for nothing. */
  withdraw(index: number): void {
    this.memory.setU8(index * REQUEST.size + REQUEST.operation, Operation.nothing);
  }

  /** The records as C++ takes them. */
  bytes(): Uint8Array {
    return this.memory.u8.subarray(0, this.#length * REQUEST.size);
  }

  #grow(): void {
    const grown = new Memory(new ArrayBuffer(this.memory.buffer.byteLength * 2));
    grown.u8.set(this.memory.u8);
    this.memory = grown;
  }
}
