// @ts-check
/**
 * Many agents on simulators, one real etcd: how long a write takes to be in the last one's table, what etcd sends for it, and
 * what it costs when all connect again. `npm run fleet:scale` in the project's root also draws the charts.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { EtcdMember } from '../test/support/etcd.mjs';
import { documentOf, SERVERS } from './documents.mjs';
import { Herd } from './herd.mjs';

const { values } = parseArgs({
  options: {
    /** How many, one after the other. */
    agents: { type: 'string', default: '1,10,50,200' },
    services: { type: 'string', default: '1000' },
    writes: { type: 'string', default: '100' },
    /** Where the figures go, as JSON. */
    out: { type: 'string' },
  },
});
const sizes = values.agents.split(',').map(Number);
const [services, writes] = [Number(values.services), Number(values.writes)];
if (![...sizes, services, writes].every((count) => count > 0)) {
  throw new Error('--agents, --services and --writes are numbers above 0');
}
const agents = Math.max(...sizes);
const processes = Math.min(agents, availableParallelism());

/** @type {Map<string, number[]>} */
const arrivals = new Map();
let wake = () => {};
const member = await EtcdMember.start();
const etcd = await member.connect();
const herd = new Herd({
  endpoint: member.endpoint,
  services,
  processes,
  arrived(write, at) {
    arrivals.set(write, [...(arrivals.get(write) ?? []), at]);
    wake();
  },
});

/** What etcd has sent to clients, and the processor time it has used, since it was started. */
async function spent() {
  const text = await (await fetch(`${member.endpoint}/metrics`)).text();
  const of = (/** @type {string} */ name) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  return {
    bytes: of('etcd_network_client_grpc_sent_bytes_total'),
    milliseconds: 1000 * of('process_cpu_seconds_total'),
  };
}

/** @param {number[]} sorted @param {number} share */
const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
const round = (/** @type {number} */ value) => Number(value.toPrecision(3));

let written = 0;
/** Writes one document, and returns when each agent had it, in milliseconds from before the write. */
async function write() {
  const service = written % /** @type {number} */ (services);
  const weight = 101 + written++;
  const name = `s${service} ${weight}`;
  const begun = Date.now();
  await etcd.put(`/ipvs/services/s${service}`, documentOf(service, weight));
  const isThere = () => (arrivals.get(name)?.length ?? 0) === herd.size;
  while (!isThere()) {
    await new Promise((resolve) => {
      wake = () => resolve(undefined);
    });
  }
  const count = await herd.verify(service, weight);
  if (count !== herd.size) throw new Error(`${count} of ${herd.size} tables have ${name}`);
  return (arrivals.get(name) ?? []).map((arrived) => arrived - begun).sort((a, b) => a - b);
}

for (let n = 0; n < services; n++) await etcd.put(`/ipvs/services/s${n}`, documentOf(n, 100));
console.log(`${services} services × ${SERVERS} real servers; one etcd; agents in ${processes} processes`);

const rows = [];
for (const size of sizes.sort((a, b) => a - b)) {
  const missing = size - herd.size;
  const [etcdBefore, before] = [await spent(), await herd.usage()];
  await herd.grow(size);
  const [etcdAfter, after] = [await spent(), await herd.usage()];
  const lasts = [];
  const each = [];
  for (let n = 0; n < writes; n++) {
    const times = await write();
    lasts.push(/** @type {number} */ (times.at(-1)));
    each.push(...times);
  }
  const [etcdEnd, end] = [await spent(), await herd.usage()];
  lasts.sort((a, b) => a - b);
  each.sort((a, b) => a - b);
  const row = {
    agents: size,
    last: { median: at(lasts, 0.5), p99: at(lasts, 0.99) },
    each: { median: at(each, 0.5), p99: at(each, 0.99) },
    write: {
      bytesPerAgent: Math.round((etcdEnd.bytes - etcdAfter.bytes) / size / writes),
      etcdMilliseconds: round((etcdEnd.milliseconds - etcdAfter.milliseconds) / writes),
      agentMilliseconds: round((end.milliseconds - after.milliseconds) / size / writes),
    },
    start: {
      bytesPerAgent: Math.round((etcdAfter.bytes - etcdBefore.bytes) / missing),
      etcdMillisecondsPerAgent: round((etcdAfter.milliseconds - etcdBefore.milliseconds) / missing),
      agentMilliseconds: round((after.milliseconds - before.milliseconds) / missing),
    },
    megabytesPerAgent: round(end.memory / size / 1e6),
  };
  rows.push(row);
  console.log(
    `${size} agents, ${writes} writes: in the last table after ${row.last.median} ms (median), ${row.last.p99} ms (p99), ` +
      `in each after ${row.each.median} ms, ${row.each.p99} ms; ` +
      `a write: ${row.write.bytesPerAgent} bytes to each, ${row.write.agentMilliseconds} ms of each one's processor, ` +
      `${row.write.etcdMilliseconds} ms of etcd's; a start: ${row.start.bytesPerAgent} bytes, ${row.start.agentMilliseconds} ms`,
  );
}

await member.kill();
await herd.untilCurrent(false);
const before = await herd.usage();
member.run();
const begun = Date.now();
await herd.untilCurrent(true);
const milliseconds = Date.now() - begun;
const [etcdSpent, after] = [await spent(), await herd.usage()];
const reconnect = {
  milliseconds,
  bytesPerAgent: Math.round(etcdSpent.bytes / agents),
  etcdMillisecondsPerAgent: round(etcdSpent.milliseconds / agents),
  agentMilliseconds: round((after.milliseconds - before.milliseconds) / agents),
};
console.log(
  `all connect again: all watch ${milliseconds} ms after etcd was started; ${reconnect.bytesPerAgent} bytes to each, ` +
    `${reconnect.etcdMillisecondsPerAgent} ms of etcd's processor for each (its own start included)`,
);
if (values.out !== undefined) {
  writeFileSync(
    values.out,
    `${JSON.stringify({ services, servers: SERVERS, writes, rows, reconnect }, null, 2)}\n`,
  );
}

herd.end();
etcd.close();
await member.dispose();
