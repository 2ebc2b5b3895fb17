// @ts-check
/** Agents on simulators, as many as one process is told to start. They say when a write is in their tables. */
import { Simulator } from '@lvs/netlink/simulator';
import { pino } from 'pino';
import { Agent } from '../src/agent.mjs';
import { checkConfig } from '../src/config.mjs';
import { until } from '../test/support/until.mjs';
import { SERVERS, serviceOf } from './documents.mjs';

/** @typedef {{ start: number } | { isCurrent: boolean } | { verify: { service: number, weight: number } } | { usage: true }} Order */

const { endpoint, services } = JSON.parse(/** @type {string} */ (process.argv[2]));

/** @type {{ agent: Agent, ipvs: import('@lvs/netlink').IpvsSync }[]} */
const agents = [];

async function start() {
  const simulator = new Simulator();
  const config = checkConfig(
    {
      source: { etcd: { endpoints: [endpoint] } },
      listen: { port: 0 },
      // The minute's comparison is another matter.
      reconcile: { driftCheck: 86_400_000 },
    },
    'scale',
  );
  /** Real servers that have a weight already. @type {Map<string, number>} */
  const arrived = new Map();
  const log = pino(
    { level: 'info' },
    {
      write(/** @type {string} */ text) {
        const { msg, service, weight } = JSON.parse(text);
        if (msg !== 'weight') return;
        const write = `${service} ${weight}`;
        const count = (arrived.get(write) ?? 0) + 1;
        arrived.set(write, count);
        if (count === SERVERS) process.send?.({ arrived: write, at: Date.now() });
      },
    },
  );
  const agent = await Agent.start(config, { log, backend: simulator.backend });
  const ipvs = simulator.openSync();
  await until(() => ipvs.services().length === services && agent.isCurrent, 120_000);
  agents.push({ agent, ipvs });
}

/** @param {Order} order @returns {Promise<unknown>} */
async function carryOut(order) {
  if ('start' in order) {
    // One by one: what takes each its own processor a second would have the others' requests wait too long here.
    for (let n = 0; n < order.start; n++) await start();
    return agents.length;
  }
  if ('isCurrent' in order) {
    await until(() => agents.every(({ agent }) => agent.isCurrent === order.isCurrent), 120_000);
    return agents.length;
  }
  if ('verify' in order) {
    const { service, weight } = order.verify;
    return agents.filter(({ ipvs }) =>
      ipvs.destinations(serviceOf(service)).every((destination) => destination.weight === weight),
    ).length;
  }
  const { user, system } = process.cpuUsage();
  return { milliseconds: (user + system) / 1000, memory: process.memoryUsage().rss };
}

process.on('message', async (/** @type {Order} */ order) => {
  process.send?.({ answer: await carryOut(order) });
});
process.on('disconnect', () => process.exit());
