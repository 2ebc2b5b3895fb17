/** SipHash-1-3 of four bytes, the lower half of it: the kernel's `hsiphash` on 64-bit machines. */

const MASK = 0xffffffffffffffffn;

/** The key is twice the same 64-bit number. */
export function halfSipHash(number: number, key: bigint): number {
  // Jean-Philippe Aumasson's and Daniel J. Bernstein's constants: "somepseudorandomlygeneratedbytes".
  let a = 0x736f6d6570736575n ^ key;
  let b = 0x646f72616e646f6dn ^ key;
  let c = 0x6c7967656e657261n ^ key;
  let d = 0x7465646279746573n ^ key;
  const round = () => {
    a = (a + b) & MASK;
    b = rotate(b, 13n) ^ a;
    a = rotate(a, 32n);
    c = (c + d) & MASK;
    d = rotate(d, 16n) ^ c;
    a = (a + d) & MASK;
    d = rotate(d, 21n) ^ a;
    c = (c + b) & MASK;
    b = rotate(b, 17n) ^ c;
    c = rotate(c, 32n);
  };
  const block = (4n << 56n) | BigInt(number >>> 0);
  d ^= block;
  round();
  a ^= block;
  c ^= 0xffn;
  for (let n = 0; n < 3; n++) round();
  return Number((a ^ b ^ c ^ d) & 0xffffffffn);
}

function rotate(value: bigint, bits: bigint): bigint {
  return ((value << bits) | (value >> (64n - bits))) & MASK;
}
