/** IPv4 netmasks: lengths of prefixes, numbers and dotted text. */

/** The IPv4 mask of a prefix. JavaScript's shifts count modulo 32, so a length of 0 is a case of its own. */
export function prefixMask(length: number): number {
  return length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
}

/** `255.255.0.255` */
export function dottedMask(mask: number): string {
  return [mask >>> 24, (mask >>> 16) & 0xff, (mask >>> 8) & 0xff, mask & 0xff].join('.');
}

/** An IPv4 mask as listings report it: dotted where it has holes, else the prefix length. */
export function ipv4Netmask(mask: number): number | string {
  const length = Math.clz32(~mask);
  return prefixMask(length) === mask ? length : dottedMask(mask);
}
