// @ts-check
/**
 * Many agents on simulators, one real etcd: how long a write takes to reach the last one's table, what etcd sends for that, and
 * what it costs when all connect again. `node scale/main.mjs [agents] [services] [writes]`; the agents share this process.
 */
import { Simulator } from '@lvs/netlink/simulator';
import { pino } from 'pino';
import { Agent } from '../src/agent.mjs';
import { checkConfig } from '../src/config.mjs';
import { EtcdMember } from '../test/support/etcd.mjs';
import { until } from '../test/support/until.mjs';

const [agents = 200, services = 1000, writes = 20] = process.argv.slice(2).map(Number);
const SERVERS = 10;
const log = pino({ level: 'silent' });

/** @param {number} n @param {number} weight */
const document = (n, weight) =>
  JSON.stringify({
    ...{ protocol: 'tcp', address: `10.${n >> 8}.${n & 255}.1`, port: 80 },
    servers: Array.from({ length: SERVERS }, (_, s) => ({
      address: `10.200.${n % 250}.${s + 1}`,
      port: 80,
      weight,
    })),
  });

const member = await EtcdMember.start();
const etcd = await member.connect();
const sent = async () => {
  const text = await (await fetch(`${member.endpoint}/metrics`)).text();
  return Number(/^etcd_network_client_grpc_sent_bytes_total (\S+)$/m.exec(text)?.[1]);
};
for (let n = 0; n < services; n++) await etcd.put(`/ipvs/services/s${n}`, document(n, 100));

let before = await sent();
let begun = performance.now();
/** @type {{ agent: Agent, ipvs: import('@lvs/netlink').IpvsSync }[]} */
const fleet = [];
for (let n = 0; n < agents; n++) {
  const simulator = new Simulator();
  const config = checkConfig(
    {
      source: { etcd: { endpoints: [member.endpoint] } },
      listen: { port: 0 },
      reconcile: { driftCheck: 3_600_000 },
    },
    'scale',
  );
  fleet.push({
    agent: await Agent.start(config, { log, backend: simulator.backend }),
    ipvs: simulator.openSync(),
  });
}
const full = () => fleet.every(({ ipvs }) => ipvs.services().length === services);
await until(full, 600_000);
const seconds = (performance.now() - begun) / 1000;
console.log(`${agents} agents, ${services} services × ${SERVERS} servers`);
console.log(
  `start of all: ${seconds.toFixed(1)} s, ${Math.round(((await sent()) - before) / agents)} bytes from etcd each`,
);

/** @type {number[]} */
const last = [];
before = await sent();
for (let n = 0; n < writes; n++) {
  const weight = 200 + n;
  const [key, text] = [
    { protocol: /** @type {const} */ ('tcp'), address: '10.0.0.1', port: 80 },
    document(0, weight),
  ];
  begun = performance.now();
  await etcd.put('/ipvs/services/s0', text);
  for (const { ipvs } of fleet)
    await until(() => ipvs.destinations(key).every((one) => one.weight === weight), 120_000);
  last.push(performance.now() - begun);
}
last.sort((a, b) => a - b);
const at = (/** @type {number} */ share) =>
  Math.round(last[Math.min(last.length - 1, Math.floor(share * last.length))] ?? 0);
console.log(`write to the last agent's table, ${writes} writes: median ${at(0.5)} ms, slowest ${at(1)} ms`);
console.log(
  `a write: ${Math.round(((await sent()) - before) / agents / writes)} bytes from etcd for each agent`,
);

await member.kill();
await until(async () => fleet.every(({ agent }) => !agent.isCurrent), 60_000);
member.run();
begun = performance.now();
await until(async () => fleet.every(({ agent }) => agent.isCurrent), 120_000);
console.log(
  `all connect again: ${((performance.now() - begun) / 1000).toFixed(1)} s, ${Math.round((await sent()) / agents)} bytes from etcd each`,
);

await Promise.all(fleet.map(({ agent }) => agent.stop()));
etcd.close();
await member.dispose();
