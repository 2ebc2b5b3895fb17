/** The wire room: the packed records that cross the seam. An answer holds a status for each request, and what they point to. */

import { Memory } from './memory';
import { STATUS } from './records';

/** Enough to make little of a step's own cost, and few enough to take a fraction of a millisecond. */
export const STEP = 64;

export class Answer {
  /** All was carried out, and there is nothing to say of any of it. */
  static readonly blank = new Answer(new ArrayBuffer(0));

  readonly memory: Memory;

  /** `undefined` is a blank one. */
  static of(buffer: ArrayBuffer | undefined): Answer {
    return buffer === undefined ? Answer.blank : new Answer(buffer);
  }

  constructor(buffer: ArrayBuffer) {
    this.memory = new Memory(buffer);
  }

  /** 0, the kernel's errno, or a `Failure`. */
  status(index: number): number {
    if (this === Answer.blank) return 0;
    return this.memory.getI32(index * STATUS.size + STATUS.error);
  }

  /** The kernel's own words about a refusal; mostly it has none. */
  text(index: number): string {
    const at = index * STATUS.size;
    return this.memory.getText(
      this.memory.getU32(at + STATUS.offset),
      this.memory.getU32(at + STATUS.textLength),
    );
  }

  /** How many records answer the request. */
  count(index: number): number {
    if (this === Answer.blank) return 0;
    return this.memory.getU32(index * STATUS.size + STATUS.count);
  }

  /** Where its records begin. */
  offset(index: number): number {
    if (this === Answer.blank) return 0;
    return this.memory.getU32(index * STATUS.size + STATUS.offset);
  }

  /** Every record that answers the request, in steps of no more than `STEP` records. */
  *list<T>(index: number, size: number, read: (memory: Memory, offset: number) => T): Generator<void, T[]> {
    const first = this.offset(index);
    const count = this.count(index);
    const list: T[] = new Array(count);
    for (let n = 0; n < count; n++) {
      if (n % STEP === STEP - 1) yield;
      list[n] = read(this.memory, first + n * size);
    }
    return list;
  }
}
