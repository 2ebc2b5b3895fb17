/** Many texts that stay for a while. */

import { TextBuffer } from './text-buffer';

/** What follows each of them where it lies. */
const CLOSING = '} ';

/** What a text mostly takes, in bytes. */
const USUAL = 64;

/** The labels of rows, as bytes that lie one after the other. */
export class Texts {
  readonly #bytes: TextBuffer;
  /** Where each one ends. */
  readonly #ends: Uint32Array;
  #length = 0;
  #longest = 0;

  /** Room for so many; the first ones are `same` ones of before. */
  constructor(count: number, before?: Texts, same = 0) {
    this.#bytes = new TextBuffer(count * USUAL);
    this.#ends = new Uint32Array(count);
    if (before === undefined) return;
    this.#bytes.copy(before.#bytes, before.#start(same));
    this.#ends.set(before.#ends.subarray(0, same));
    this.#length = same;
    this.#longest = before.#longest;
  }

  get length(): number {
    return this.#length;
  }

  /** No text is longer, with what follows it, in bytes. */
  get longest(): number {
    return this.#longest;
  }

  add(text: string): void {
    const start = this.#bytes.length;
    this.#bytes.add(`${text}${CLOSING}`);
    const end = this.#bytes.length;
    this.#ends[this.#length++] = end;
    this.#longest = Math.max(this.#longest, end - start);
  }

  /** Writes a line with one of them, where there is room for it. */
  writeLine(n: number, out: TextBuffer, beginning: TextBuffer, value: number | bigint): void {
    out.addLine(beginning, this.#bytes, this.#start(n), this.#ends[n] as number, value);
  }

  at(n: number): string {
    return this.#bytes.slice(this.#start(n), (this.#ends[n] as number) - CLOSING.length);
  }

  #start(n: number): number {
    return n === 0 ? 0 : (this.#ends[n - 1] as number);
  }
}
