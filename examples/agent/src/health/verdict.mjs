// @ts-check

/** @typedef {import('../documents.mjs').Service} Service */

/**
 * What the checks mean for the weights of a service: a healthy server has its own, an unhealthy one 0, and one of which
 * nothing is known yet keeps what it has. Where fewer than the panic threshold are healthy, it is more likely that the
 * checks, or the director's own network, are at fault than so many servers: all count as healthy then.
 *
 * @param {Service} service
 * @param {(service: string, server: string) => import('./target.mjs').Health} healthOf
 * @returns {{ weights: Map<string, number | undefined>, isPanic: boolean }}
 */
export function judge({ id, servers, health }, healthOf) {
  if (health === undefined) {
    return { weights: new Map([...servers].map(([server, { weight }]) => [server, weight])), isPanic: false };
  }
  const found = [...servers.keys()].map((server) => healthOf(id, server));
  const known = found.filter((one) => one !== 'unknown').length;
  const up = found.filter((one) => one === 'up').length;
  const isPanic = known > 0 && up / known < health.panic;
  const weights = new Map();
  [...servers].forEach(([server, { weight }], index) => {
    const one = found[index];
    weights.set(server, one === 'unknown' ? undefined : one === 'up' || isPanic ? weight : 0);
  });
  return { weights, isPanic };
}
