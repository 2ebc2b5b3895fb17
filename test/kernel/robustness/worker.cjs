// @ts-check
/* A worker that asks without end, from a handle of its own. */
const { parentPort, workerData } = require('node:worker_threads');
const { Ipvs, IpvsSync } = require('@lvs/netlink');
const { askAll } = require('./workload.cjs');

async function main() {
  const ipvs = workerData.sync ? IpvsSync.open() : await Ipvs.open();
  parentPort?.postMessage('ready');
  while (true) await Promise.allSettled(askAll(ipvs));
}

main();
