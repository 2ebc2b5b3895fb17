// @ts-check
/*
 * Requests of every kind, for as long as somebody asks for more. Plain JavaScript against the built package, because
 * nothing compiles TypeScript for a process or a worker of its own.
 */

/** @typedef {import('@lvs/netlink').Command} Command */

const WEB = /** @type {const} */ ({ protocol: 'tcp', address: '10.9.0.1', port: 80, scheduler: 'rr' });
const REAL = { address: '10.1.0.1', port: 80 };

/** @param {number} count */
function additions(count) {
  /** @type {Command[]} */
  const commands = [];
  for (let port = 1; port <= count; port++) {
    commands.push({ op: 'addDestination', service: WEB, destination: { ...REAL, port } });
  }
  return commands;
}

/**
 * Starts one request of each kind; refusals are part of it.
 *
 * @param {import('@lvs/netlink').Ipvs | import('@lvs/netlink').IpvsSync} ipvs
 * @returns {unknown[]}
 */
function askAll(ipvs) {
  return [
    () => ipvs.addService(WEB),
    () => ipvs.batch(additions(500), { throwOnFailure: false }),
    () => ipvs.table(),
    () => ipvs.patchDestination(WEB, REAL, { weight: 7 }),
    () => ipvs.destinations(WEB),
    () => drain(ipvs.connections()),
    () => ipvs.countConnections([]),
    () => ipvs.stats(),
    () => ipvs.services(),
    () => ipvs.deleteService(WEB),
  ].map(attempt);
}

/** @param {() => unknown} request */
function attempt(request) {
  try {
    return request();
  } catch (error) {
    return Promise.reject(error);
  }
}

/** @param {Iterable<unknown> | AsyncIterable<unknown>} entries */
async function drain(entries) {
  for await (const _ of entries);
}

module.exports = { askAll };
