import { isSameDestination } from '../wire/comparison';
import type { Memory } from '../wire/memory';
import { DESTINATIONS, RecordIndex } from '../wire/record-index';

/** From so many real servers on, one that is not where it was looked for first is found by an index. */
const INDEXED = 16;

/** Finds the real servers of one service: they mostly stand in the table's order, or in the opposite one. */
export class Matching {
  readonly #memory: Memory;
  readonly #start: number;
  readonly #size: number;
  readonly #rows: number;
  #index: RecordIndex | undefined;
  /** Where the next one is looked for first. */
  #next = 0;
  #step = 1;

  constructor(memory: Memory, start: number, size: number, rows: number) {
    this.#memory = memory;
    this.#start = start;
    this.#size = size;
    this.#rows = rows;
  }

  /** The number of the row with the name of the record at `at`; -1 where there is none. */
  find(memory: Memory, at: number): number {
    const next = this.#next;
    if (next >= 0 && next < this.#rows && this.#isAt(next, memory, at)) {
      this.#next += this.#step;
      return next;
    }
    const found = this.#search(memory, at);
    if (found >= 0) {
      // The newest stands first in the table, and last where they were added in order.
      this.#step = found > 0 && found >= this.#rows - 1 ? -1 : this.#step;
      this.#next = found + this.#step;
    }
    return found;
  }

  #isAt(row: number, memory: Memory, at: number): boolean {
    return isSameDestination(this.#memory, this.#start + row * this.#size, memory, at);
  }

  #search(memory: Memory, at: number): number {
    const rows = this.#rows;
    if (rows > 0 && this.#isAt(rows - 1, memory, at)) return rows - 1;
    if (rows < INDEXED) {
      for (let row = 0; row < rows - 1; row++) {
        if (this.#isAt(row, memory, at)) return row;
      }
      return -1;
    }
    if (this.#index === undefined) {
      this.#index = new RecordIndex(DESTINATIONS, this.#memory, this.#start, this.#size, rows);
      for (let row = 0; row < rows; row++) this.#index.add(row);
    }
    return this.#index.find(memory, at);
  }
}
