// @ts-check
/** What etcd holds: so many services of ten real servers each. */

export const SERVERS = 10;

/** @param {number} n */
const address = (n) => `10.${n >> 8}.${n & 255}.1`;

/** A service by its number, its servers with this weight. @param {number} n @param {number} weight */
export function documentOf(n, weight) {
  return JSON.stringify({
    ...{ protocol: 'tcp', address: address(n), port: 80 },
    servers: Array.from({ length: SERVERS }, (_, s) => ({
      address: `10.200.${n % 250}.${s + 1}`,
      port: 80,
      weight,
    })),
  });
}

/** @param {number} n @returns {import('@lvs/netlink').ServiceKey} */
export const serviceOf = (n) => ({ protocol: 'tcp', address: address(n), port: 80 });
