// @ts-check

/**
 * What a caller of the library holds: object literals. (In Node 20 an object that begins with a spread,
 * `{ ...spec, weight: 1 }`, has a hidden class of its own, and reading its properties takes V8 ten times as long.)
 *
 * @param {import('../trials/work.mjs').Step} step
 * @returns {import('@lvs/netlink').Command}
 */
export function asCommand(step) {
  switch (step.op) {
    case 'addService': {
      const { address, port } = step.service;
      return { op: 'addService', service: { protocol: 'tcp', address, port, scheduler: 'rr' } };
    }
    case 'deleteService':
      return { op: 'deleteService', service: key(step.service) };
    case 'addDestination':
      return { op: 'addDestination', service: key(step.service), destination: weighted(step) };
    case 'setDestination':
      return { op: 'setDestination', service: key(step.service), destination: weighted(step) };
    case 'deleteDestination':
      return { op: 'deleteDestination', service: key(step.service), destination: step.destination };
    default:
      // No command: the drivers know what to do with it.
      return /** @type {any} */ (step.op === 'table' ? step : { ...step, service: key(step.service) });
  }
}

/**
 * The table that stands, with the weights that the commands would set.
 *
 * @param {any[]} standing
 * @param {any[]} commands
 * @returns {import('@lvs/netlink').DesiredService[]}
 */
export function desiredState(standing, commands) {
  /** @type {Map<string, import('@lvs/netlink').DesiredService & { destinations: any[] }>} */
  const services = new Map();
  for (const { op, service, destination } of [...standing, ...commands]) {
    const { protocol, address, port, scheduler } = service ?? {};
    if (op === 'addService') services.set(address, { protocol, address, port, scheduler, destinations: [] });
    const destinations = services.get(address)?.destinations ?? [];
    if (op === 'addDestination') destinations.push(weighted({ destination, weight: destination.weight }));
    if (op !== 'setDestination') continue;
    const changed = destinations.find((each) => each.address === destination.address);
    changed.weight = destination.weight;
  }
  return [...services.values()];
}

/** @param {import('../trials/work.mjs').Endpoint} service */
function key({ address, port }) {
  return { protocol: /** @type {const} */ ('tcp'), address, port };
}

/** @param {{ destination: import('../trials/work.mjs').Endpoint, weight: number }} step */
function weighted({ destination: { address, port }, weight }) {
  return { address, port, forward: /** @type {const} */ ('masq'), weight };
}
