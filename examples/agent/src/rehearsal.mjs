// @ts-check
/**
 * The kernel's own rules, without a kernel: a document's service is tried on the library's simulator before it counts.
 * What comes back is in the kernel's canonical form, so that it can be compared with the table.
 */
import { Simulator } from '@lvs/netlink/simulator';

/** @typedef {import('@lvs/netlink').ServiceState} ServiceState */
/** @typedef {import('@lvs/netlink').DestinationState} DestinationState */

const ipvs = new Simulator().openSync();

/** What the kernel would refuse, and the field that is to blame. */
export class Refusal extends Error {
  /** @param {string} field @param {string} message */
  constructor(field, message) {
    super(message);
    this.field = field;
  }
}

/**
 * Throws a `Refusal` where the library or the kernel would refuse any of it.
 *
 * @param {any} spec
 * @param {readonly any[]} servers
 * @returns {{ spec: ServiceState, servers: DestinationState[] }}
 */
export function rehearse(spec, servers) {
  attempt('', () => ipvs.addService(spec));
  try {
    for (const [index, server] of servers.entries()) {
      attempt(`servers[${index}]`, () => ipvs.addDestination(spec, server));
    }
    const [row] = ipvs.table({ stats: false });
    const { destinations, ...service } = /** @type {import('@lvs/netlink').TableRowState} */ (row);
    return { spec: service, servers: destinations };
  } finally {
    ipvs.deleteService(spec);
  }
}

/** @param {string} where @param {() => void} act */
function attempt(where, act) {
  try {
    act();
  } catch (error) {
    const { path = '', message } = /** @type {Error & { path?: string }} */ (error);
    const field = path.replace(/^(service|destination)\.?/, '');
    throw new Refusal([where, field].filter(Boolean).join('.'), message);
  }
}
