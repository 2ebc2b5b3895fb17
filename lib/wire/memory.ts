/** The memory that records lie in. */

/** Which of the two words of a 64-bit integer is the higher one on this processor. */
const HIGH = new Uint8Array(new Uint32Array([1]).buffer)[0] as number;

/** Words of 64 bits to a `fill`: from 2 KiB on, the C library clears memory by an instruction that counts every byte. */
const FILL = 240;

/** A buffer seen as every type that the records hold. All offsets are in bytes. */
export class Memory {
  readonly u8: Uint8Array;
  readonly #u16: Uint16Array;
  readonly #u32: Uint32Array;
  readonly #i32: Int32Array;
  readonly #u64: BigUint64Array;
  readonly #f64: Float64Array;

  constructor(readonly buffer: ArrayBuffer) {
    const { byteLength } = buffer;
    this.u8 = new Uint8Array(buffer);
    this.#u16 = new Uint16Array(buffer, 0, byteLength >> 1);
    this.#u32 = new Uint32Array(buffer, 0, byteLength >> 2);
    this.#i32 = new Int32Array(buffer, 0, byteLength >> 2);
    this.#u64 = new BigUint64Array(buffer, 0, byteLength >> 3);
    this.#f64 = new Float64Array(buffer, 0, byteLength >> 3);
  }

  getU8(offset: number): number {
    return this.u8[offset] as number;
  }
  getU16(offset: number): number {
    return this.#u16[offset >> 1] as number;
  }
  getU32(offset: number): number {
    return this.#u32[offset >> 2] as number;
  }
  getI32(offset: number): number {
    return this.#i32[offset >> 2] as number;
  }
  /** Nothing is made for zero: most counters of most entries stand at it. */
  getU64(offset: number): bigint {
    const words = this.#u32;
    const at = offset >> 2;
    return ((words[at] as number) | (words[at + 1] as number)) === 0
      ? 0n
      : (this.#u64[offset >> 3] as bigint);
  }
  /** As `getU64`; a number where that holds it exactly, which costs less to make and to print. */
  getExact(offset: number): number | bigint {
    const at = offset >> 2;
    const high = this.#u32[at + HIGH] as number;
    const low = this.#u32[at + 1 - HIGH] as number;
    return high < 2 ** 21 ? high * 2 ** 32 + low : (this.#u64[offset >> 3] as bigint);
  }
  getF64(offset: number): number {
    return this.#f64[offset >> 3] as number;
  }
  /** Whether all five words of 64 bits from `offset` on are zero. Written out: a loop takes twice as long. */
  isZero(offset: number): boolean {
    const w = this.#i32;
    const at = offset >> 2;
    const a = (w[at] as number) | (w[at + 1] as number) | (w[at + 2] as number) | (w[at + 3] as number);
    const b = (w[at + 4] as number) | (w[at + 5] as number) | (w[at + 6] as number) | (w[at + 7] as number);
    return (a | b | (w[at + 8] as number) | (w[at + 9] as number)) === 0;
  }

  setU8(offset: number, value: number): void {
    this.u8[offset] = value;
  }
  setU16(offset: number, value: number): void {
    this.#u16[offset >> 1] = value;
  }
  /** Two in a row, by one write: `offset` is a multiple of four. */
  setTwoU16(offset: number, a: number, b: number): void {
    this.#u32[offset >> 2] = HIGH === 1 ? a | (b << 16) : (a << 16) | b;
  }
  setU32(offset: number, value: number): void {
    this.#u32[offset >> 2] = value;
  }
  /** Four in a row: one by one each would take twice as long. */
  setFourU32(offset: number, a: number, b: number, c: number, d: number): void {
    const words = this.#u32;
    const at = offset >> 2;
    words[at] = a;
    words[at + 1] = b;
    words[at + 2] = c;
    words[at + 3] = d;
  }
  setI32(offset: number, value: number): void {
    this.#i32[offset >> 2] = value;
  }
  /** An integer from 0 to 2^53 - 1. */
  setU64(offset: number, value: number): void {
    this.#u64[offset >> 3] = BigInt(value);
  }
  setF64(offset: number, value: number): void {
    this.#f64[offset >> 3] = value;
  }

  /** Zeroes what lies between, in steps of 8 bytes. */
  clear(start: number, end: number): void {
    const words = this.#f64;
    const last = end >> 3;
    let at = start >> 3;
    // For few, a call of `fill` takes longer.
    if (last - at > 32) for (; at < last; at += FILL) words.fill(0, at, Math.min(at + FILL, last));
    else for (; at < last; at++) words[at] = 0;
  }

  /** Names are ASCII and end at the first zero byte, or at `size`. */
  getName(offset: number, size: number): string {
    let name = '';
    for (let i = offset; i < offset + size && this.u8[i] !== 0; i++) {
      name += String.fromCharCode(this.u8[i] as number);
    }
    return name;
  }
  setName(offset: number, name: string): void {
    for (let i = 0; i < name.length; i++) this.u8[offset + i] = name.charCodeAt(i);
  }

  /** Text that need not be ASCII. */
  getText(offset: number, length: number): string {
    return Buffer.from(this.buffer, offset, length).toString();
  }
}
