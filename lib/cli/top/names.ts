/** What the services of a table are called: made anew only where other services are there than before. */

import type { Memory } from '../../wire/memory';
import { SERVICE } from '../../wire/records';
import { serviceNameAt } from '../../wire/row-label';
import type { PackedTable } from '../../wire/table';

/** What names a service lies at the beginning of its record, in so many words of 32 bits. */
const WORDS = (SERVICE.address + 16) / 4;

export class Names {
  readonly #words: Uint32Array;
  readonly #names: string[];
  #inOrder: readonly number[] | undefined;
  #numbers: Map<string, number> | undefined;

  private constructor(table: PackedTable) {
    const { memory, length } = table;
    this.#words = new Uint32Array(length * WORDS);
    this.#names = [];
    for (let n = 0; n < length; n++) {
      const at = table.service(n);
      for (let word = 0; word < WORDS; word++) this.#words[n * WORDS + word] = memory.getU32(at + 4 * word);
      this.#names.push(serviceNameAt(memory, at));
    }
  }

  /** Those of a table; the same object as before where it has the same services in the same places. */
  static of(table: PackedTable, before: Names | undefined): Names {
    return before?.isOf(table) ? before : new Names(table);
  }

  /** Whether it has the same services in the same places. */
  isOf(table: PackedTable): boolean {
    const { memory, length } = table;
    if (length !== this.#names.length) return false;
    for (let n = 0; n < length; n++) if (!this.#fits(memory, table.service(n), n * WORDS)) return false;
    return true;
  }

  #fits(memory: Memory, at: number, first: number): boolean {
    for (let word = 0; word < WORDS; word++)
      if (this.#words[first + word] !== memory.getU32(at + 4 * word)) return false;
    return true;
  }

  /** How many there are. */
  get length(): number {
    return this.#names.length;
  }

  /** That of the service with this number. */
  of(number: number): string {
    return this.#names[number] as string;
  }

  /** The number of the service with this name. */
  number(name: string): number | undefined {
    this.#numbers ??= new Map(this.#names.map((each, n) => [each, n]));
    return this.#numbers.get(name);
  }

  /** The services' numbers by the alphabet. */
  get inOrder(): readonly number[] {
    this.#inOrder ??= [...this.#names.keys()].sort((a, b) => compareNames(this.of(a), this.of(b)));
    return this.#inOrder;
  }
}

export function compareNames(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
