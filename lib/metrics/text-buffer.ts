/** Text that is being written, as bytes: a scrape has hundreds of thousands of lines, too many to make a string of each. */

/** Text is copied eight bytes at a time, and so up to as many more than it has. */
const WORD = 8;

/** The most bytes that a character takes. */
const UTF8 = 3;

/** What fits a processor's integer division: so many digits are written at a time. */
const DIGITS = 9;
const BILLION = 10 ** DIGITS;

const ZERO = 0x30;
const NEWLINE = 0x0a;

export class TextBuffer {
  readonly #capacity: number;
  #bytes!: Buffer;
  #view!: DataView;
  #length = 0;

  /** `capacity` is how many bytes there is room for without growing. */
  constructor(capacity = 0) {
    this.#capacity = capacity;
    this.#begin(capacity);
  }

  /** How many bytes there are. */
  get length(): number {
    return this.#length;
  }

  /** Makes room for so many bytes more: `addLine` makes none. */
  reserve(bytes: number): void {
    const needed = this.#length + bytes;
    if (needed + WORD <= this.#bytes.length) return;
    const before = this.#bytes;
    this.#begin(Math.max(needed, this.#length + (this.#length >> 1)));
    before.copy(this.#bytes, 0, 0, this.#length);
  }

  /** Any text. It makes room for itself. */
  add(text: string): void {
    this.reserve(UTF8 * text.length);
    this.#end(this.#length + this.#bytes.write(text, this.#length));
  }

  /** What lies in `from` up to this byte. It makes room for itself. */
  copy(from: TextBuffer, end: number): void {
    this.reserve(end);
    this.#end(this.#length + from.#bytes.copy(this.#bytes, this.#length, 0, end));
  }

  /**
   * A line: what it begins with, what lies in `from` between these bytes, and an integer from 0 on, which is a bigint where a
   * number does not hold it exactly.
   */
  addLine(beginning: TextBuffer, from: TextBuffer, start: number, end: number, value: number | bigint): void {
    const bytes = this.#bytes;
    let at = copyWords(this.#view, this.#length, beginning.#view, 0, beginning.#length);
    at = copyWords(this.#view, at, from.#view, start, end);
    at = typeof value === 'bigint' ? at + bytes.write(String(value), at) : writeInteger(bytes, at, value);
    bytes[at] = NEWLINE;
    this.#length = at + 1;
  }

  /** What lies between these bytes. */
  slice(start: number, end: number): string {
    return this.#bytes.toString('utf8', start, end);
  }

  /** All of it, which is gone from here then. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#begin(this.#capacity);
    this.#length = 0;
    return taken;
  }

  /** Zeros follow, so that a word across the end of the text is a number, too. */
  #end(length: number): void {
    this.#length = length;
    this.#view.setFloat64(length, 0);
  }

  #begin(capacity: number): void {
    const bytes = Buffer.allocUnsafeSlow(capacity + WORD);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}

/**
 * Copies bytes as numbers, eight at a time, and returns where they end: a call of `set` costs as much as a hundred bytes. Of
 * UTF-8, also where zeros follow it, no eight bytes in this order are NaN, which need not keep its bits.
 */
function copyWords(target: DataView, to: number, source: DataView, start: number, end: number): number {
  const distance = to - start;
  for (let at = start; at < end; at += WORD) {
    target.setFloat64(distance + at, source.getFloat64(at, true), true);
  }
  return distance + end;
}

/** Writes an integer from 0 to 2^53 - 1, and returns where it ends. */
function writeInteger(bytes: Uint8Array, at: number, value: number): number {
  if (value < BILLION) return writeDigits(bytes, at, value, digitsOf(value));
  const billions = Math.floor(value / BILLION);
  const end = writeDigits(bytes, at, billions, digitsOf(billions));
  return writeDigits(bytes, end, value - billions * BILLION, DIGITS);
}

/** Writes the last digits of an integer that has no more than `DIGITS`, and returns where they end. */
function writeDigits(bytes: Uint8Array, at: number, value: number, count: number): number {
  const end = at + count;
  let rest = value | 0;
  for (let last = end - 1; last >= at; last--) {
    const tenth = (rest / 10) | 0;
    bytes[last] = ZERO + rest - 10 * tenth;
    rest = tenth;
  }
  return end;
}

/** How many digits an integer has that has no more than `DIGITS`. */
function digitsOf(value: number): number {
  let count = 1;
  for (let bound = 10; count < DIGITS && value >= bound; bound *= 10) count++;
  return count;
}
