/** Many texts that stay for a while. */

/** How many lie in one block: together mostly more than what V8 moves. */
const BLOCK = 4096;

/** What follows each of them where it lies. */
export const CLOSING = '} ';

/**
 * The labels of many rows, kept as a few large texts. Small ones would be copied by V8 while they are young: for 50,000 rows
 * that stops the event loop for tens of milliseconds. A block whose labels are all those of `before` is taken from there.
 */
export class Texts {
  #before: Texts | undefined;
  readonly #blocks: string[] = [];
  /** Where each one ends in its block. */
  readonly #ends: Uint32Array;
  /** Those of the block that is being filled; nothing as long as it is the one of before. */
  #fresh: string[] | undefined;
  #length = 0;

  constructor(most: number, before: Texts | undefined) {
    this.#ends = new Uint32Array(most);
    this.#before = before;
  }

  get length(): number {
    return this.#length;
  }

  /** Adds the one that stood in this place before. */
  keep(): void {
    this.#fresh?.push((this.#before as Texts).closed(this.#length));
    this.#next();
  }

  add(text: string): void {
    this.#fresh ??= this.#ofBefore();
    this.#fresh.push(`${text}${CLOSING}`);
    this.#next();
  }

  /** One, with what follows it. */
  closed(n: number): string {
    const start = n % BLOCK === 0 ? 0 : (this.#ends[n - 1] as number);
    return (this.#blocks[(n / BLOCK) | 0] as string).slice(start, this.#ends[n]);
  }

  at(n: number): string {
    return this.closed(n).slice(0, -CLOSING.length);
  }

  /** To be called after the last one. */
  end(): void {
    if (this.#length % BLOCK !== 0) this.#close();
    this.#before = undefined;
  }

  #next(): void {
    if (++this.#length % BLOCK === 0) this.#close();
  }

  /** Those that the block has so far. */
  #ofBefore(): string[] {
    const first = this.#length - (this.#length % BLOCK);
    const texts: string[] = [];
    for (let n = first; n < this.#length; n++) texts.push((this.#before as Texts).closed(n));
    return texts;
  }

  #close(): void {
    const first = this.#blocks.length * BLOCK;
    if (this.#fresh === undefined) {
      const before = this.#before as Texts;
      this.#ends.set(before.#ends.subarray(first, this.#length), first);
      this.#blocks.push(before.#blocks[this.#blocks.length] as string);
      return;
    }
    let end = 0;
    for (const [n, text] of this.#fresh.entries()) {
      end += text.length;
      this.#ends[first + n] = end;
    }
    this.#blocks.push(this.#fresh.join(''));
    this.#fresh = undefined;
  }
}
