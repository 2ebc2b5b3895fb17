// @ts-check
/** Services and real servers as text: in logs, as labels of metrics, and as keys of maps. */

/** @param {import('@lvs/netlink').ServiceKey} key in canonical form */
export function describeService(key) {
  if ('fwmark' in key) return `fwmark ${key.fwmark}${key.family === 'ipv6' ? ' (ipv6)' : ''}`;
  return `${key.protocol} ${describeServer(key)}`;
}

/** @param {{ address: string, port: number }} key in canonical form */
export function describeServer({ address, port }) {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** @param {unknown} error */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
