/** The hash of 8 bits that the kernel's dh and sh go by: the product with a part of the golden ratio. */

const GOLDEN_RATIO = 0x61c88647;

export const BUCKETS = 256;

export function hashBucket(number: number): number {
  return Math.imul(number, GOLDEN_RATIO) >>> 24;
}
