/** Node's own check of addresses. */

let net: typeof import('node:net') | undefined;

/** 4, 6, or 0 for no address. Its module, which brings streams along, is loaded when an address first asks for it. */
export function isIP(text: string): number {
  net ??= process.getBuiltinModule('node:net');
  return net.isIP(text);
}
