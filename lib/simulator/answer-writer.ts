/** The answer to an exchange: a status for each request, and the records that they point to. */

import { Memory } from '../wire/memory';
import { STATUS } from '../wire/records';

/** Records begin at multiples of this. */
const ALIGNMENT = 8;

export class AnswerWriter {
  readonly #count: number;
  /** None as long as there is nothing to say. */
  #memory: Memory | undefined;
  #length = 0;

  /** `count` is the number of requests. */
  constructor(count: number) {
    this.#count = count;
  }

  /** The request at `index` was refused, by an errno or a `Failure`. */
  refuse(index: number, error: number, detail = 0): void {
    const memory = this.#room(0);
    memory.setI32(index * STATUS.size + STATUS.error, error);
    memory.setU32(index * STATUS.size + STATUS.count, detail);
  }

  /** The request at `index` is answered by so many records, which begin at `offset`. */
  answer(index: number, offset: number, count: number): void {
    const memory = this.#room(0);
    memory.setU32(index * STATUS.size + STATUS.offset, offset);
    memory.setU32(index * STATUS.size + STATUS.count, count);
  }

  /** Adds room for a record, which is zero, and has `write` fill it. Returns where it begins. */
  add(size: number, write: (memory: Memory, offset: number) => void): number {
    const memory = this.#room(size);
    const offset = this.#length;
    this.#length += Math.ceil(size / ALIGNMENT) * ALIGNMENT;
    write(memory, offset);
    return offset;
  }

  /** Where the next record will begin. */
  get end(): number {
    this.#room(0);
    return this.#length;
  }

  /** `undefined` where all was carried out, and nothing is answered. */
  finish(): ArrayBuffer | undefined {
    return this.#memory?.buffer.slice(0, this.#length);
  }

  #room(size: number): Memory {
    if (this.#memory === undefined) {
      this.#length = this.#count * STATUS.size;
      this.#memory = new Memory(new ArrayBuffer(this.#length + size + 256));
    }
    const needed = this.#length + size + ALIGNMENT;
    if (needed > this.#memory.buffer.byteLength) {
      const grown = new Memory(new ArrayBuffer(2 * needed));
      grown.u8.set(this.#memory.u8);
      this.#memory = grown;
    }
    return this.#memory;
  }
}
