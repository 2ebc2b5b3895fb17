// @ts-check
/* A worker with a handle and services of its own, which it adds, changes and reads back. */
const { parentPort, workerData } = require('node:worker_threads');
const { Ipvs } = require('@lvs/netlink');

async function main() {
  const ipvs = await Ipvs.open();
  /** @param {number} port */
  const service = (port) => ({ protocol: /** @type {const} */ ('tcp'), address: workerData.address, port });
  const ports = Array.from({ length: 100 }, (_, i) => i + 1);
  await Promise.all(ports.map((port) => ipvs.addService({ ...service(port), scheduler: 'rr' })));
  for (const port of ports) await ipvs.patchService(service(port), { persistence: { timeout: port } });
  const own = (await ipvs.services()).filter(
    (each) =>
      'address' in each && each.address === workerData.address && each.persistence?.timeout === each.port,
  );
  await ipvs.batch(ports.map((port) => ({ op: 'deleteService', service: service(port) })));
  await ipvs.close();
  parentPort?.postMessage(own.length);
}

main();
