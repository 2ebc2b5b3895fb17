/** The records that go to the kernel together, in one growing buffer. */

import { Memory } from './memory';
import { Operation, REQUEST } from './records';

/** Bound here: as properties of what is imported each costs several instructions. */
const { size: SIZE, operation: OPERATION } = REQUEST;

export class Requests {
  /** The records themselves, for the nouns to write into. Growing replaces it. */
  memory: Memory;
  #length = 0;
  #capacity: number;

  /** `capacity` is how many there is room for without growing. */
  constructor(capacity = 16) {
    this.#capacity = capacity;
    this.memory = new Memory(new ArrayBuffer(capacity * SIZE));
  }

  /** How many there are. */
  get length(): number {
    return this.#length;
  }

  /** How many there is room for. */
  get capacity(): number {
    return this.#capacity;
  }

  /** Adds a record that is empty but for the operation, and returns its offset. */
  append(operation: number): number {
    if (this.#length === this.#capacity) this.#grow();
    const offset = this.#length++ * SIZE;
    this.memory.setU8(offset + OPERATION, operation);
    return offset;
  }

  /** Has `write` append records. Where it throws, since an argument is bad, they are gone again. */
  add(write: () => void): void {
    const length = this.#length;
    try {
      write();
    } catch (error) {
      this.truncate(length);
      throw error;
    }
  }

  /** Forgets the records from `length` on. */
  truncate(length: number): void {
    this.memory.clear(length * SIZE, this.#length * SIZE);
    this.#length = length;
  }

  /** Makes of the records from `first` up to `end` such as ask for nothing. */
  withdraw(first: number, end: number): void {
    for (let n = first; n < end; n++) this.memory.setU8(n * SIZE + OPERATION, Operation.nothing);
  }

  #grow(): void {
    this.#capacity *= 2;
    const grown = new Memory(new ArrayBuffer(this.#capacity * SIZE));
    grown.u8.set(this.memory.u8);
    this.memory = grown;
  }
}
