/** One real server of each of many services is drained at once while clients go on, and what they meet is counted. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Cluster } from '../../../lab/cluster';
import type { Plan } from '../../../lab/plan';
import type { CrowdOptions, CrowdTally } from '../../../lab/verbs';
import type {
  DestinationOptions,
  DrainOptions,
  DrainResult,
  Endpoint,
  ServiceOptions,
  ServiceSpec,
  Sysctls,
} from '../../../lib/index';
import type { Stage } from '../traffic/stage';

/** Clients by their addresses: schedulers that go by a hash see so many. */
const CLIENTS = Array.from({ length: 12 }, (_, n) => `39.108.55.${110 + n}`);

/** The same cluster with more clients. */
export function withClients(plan: Plan): Plan {
  const { outside = [] } = plan.client.interfaces;
  const more = CLIENTS.map((address) => `${address}/24`);
  return {
    ...plan,
    client: { ...plan.client, interfaces: { outside: [...outside, ...more] } },
    // Each client learns at once that it is refused.
    director: { ...plan.director, sysctls: { ...plan.director.sysctls, 'net.ipv4.icmp_ratelimit': '0' } },
  };
}

/** One service whose busiest real server is drained. */
export interface Trial {
  protocol?: 'udp';
  service: ServiceOptions;
  /** Of both real servers. Default 1. */
  weight?: number;
  crowd: Partial<CrowdOptions>;
  drain: DrainOptions;
  /** Milliseconds that clients have after it. Default `AFTER`. */
  after?: number;
}

/** What came of it. */
export interface Outcome extends Pick<DrainResult, 'outcome' | 'removed' | 'left' | 'elapsed'> {
  warnings: string[];
  /** By kind of client: how many answers. */
  answers: Record<string, number>;
  /** By kind of client and error: how many had none. */
  failures: Record<string, Record<string, number>>;
}

/** How many answers clients have before the drain, at least; milliseconds that they have before it, and after it. */
const ENOUGH = 15;
const LOOKS = 10;
const BEFORE = 1500;
const AFTER = 1000;
/** Milliseconds after which clients that keep a connection leave. */
const STAYING = 2000;

let port = 9000;

/** What is set while trials run; what is not given is as the kernel has it at first. */
export interface Settings {
  sysctls?: Sysctls;
  /** Seconds for which the director remembers a connection that a client has closed, where it sees the client alone. */
  tcpFin?: number;
}

/** The settings that decide, as the kernel has them at first. */
const DEFAULTS: Sysctls = { conn_reuse_mode: 1, expire_nodest_conn: 0, expire_quiescent_template: 0 };

/** Does the work under these settings. */
export async function under<T>({ ipvs }: Stage, settings: Settings, work: () => Promise<T>): Promise<T> {
  const { tcpFin } = await ipvs.timeouts();
  await ipvs.setSysctls({ ...DEFAULTS, ...settings.sysctls });
  await ipvs.setTimeouts({ tcpFin: settings.tcpFin ?? tcpFin });
  try {
    return await work();
  } finally {
    await ipvs.setTimeouts({ tcpFin });
    await ipvs.setSysctls(DEFAULTS);
  }
}

/** Has all of them drained at the same time. */
export async function drainAll(
  stage: Stage,
  forward: DestinationOptions['forward'],
  trials: readonly Trial[],
): Promise<Outcome[]> {
  const ports = trials.map(() => port++);
  await serve(stage, forward, trials, ports);
  return Promise.all(trials.map((trial, n) => run(stage, forward, trial, ports[n] as number)));
}

async function serve(
  { cluster }: Stage,
  forward: DestinationOptions['forward'],
  trials: readonly Trial[],
  ports: readonly number[],
): Promise<void> {
  const { family, vip } = cluster.plan;
  // NAT gives answers the virtual address; otherwise it is the real server that has it.
  const udp = forward === 'masq' ? { family } : { family, address: vip };
  for (const [n, { protocol }] of trials.entries()) {
    await Promise.all(
      cluster.realServers.map((host) => {
        const here = { name: host.name, port: ports[n] as number };
        return protocol === 'udp' ? host.do('serveUdp', { ...here, ...udp }) : host.do('serveLines', here);
      }),
    );
  }
}

async function run(
  { cluster, ipvs }: Stage,
  forward: DestinationOptions['forward'],
  { protocol = 'tcp' as never, service: options, weight = 1, crowd, drain, after = AFTER }: Trial,
  port: number,
): Promise<Outcome> {
  const service: ServiceSpec = { protocol, address: cluster.plan.vip, port, ...options };
  await ipvs.addService(service);
  const servers = cluster.destinations(port);
  for (const server of servers) await ipvs.addDestination(service, { ...server, forward, weight });
  const id = await cluster.client.do('startCrowd', {
    ...cluster.virtual(port),
    from: CLIENTS,
    pause: 500,
    firstPort: 10_000 + (port % 100) * 100,
    ...crowd,
  });
  const busiest = servers[(await busier(cluster, id)) === 'rs1' ? 0 : 1] as Endpoint;
  const drained = ipvs.drain(service, busiest, { interval: 250, ...drain });
  await Promise.race([drained, sleep(STAYING)]);
  await cluster.client.do('leaveCrowd', id);
  const { outcome, removed, left, elapsed, warnings } = await drained;
  await sleep(after);
  const tally = await cluster.client.do('endCrowd', id);
  return {
    outcome,
    removed,
    left,
    elapsed: Math.round(elapsed),
    warnings: warnings.map(({ code }) => code),
    ...split(tally),
  };
}

/** The real server that answers more. */
async function busier({ client }: Cluster, crowd: number): Promise<string> {
  const counts = { rs1: 0, rs2: 0 };
  for (let looks = 0; looks < LOOKS; looks++) {
    await sleep(BEFORE);
    const tally = await client.do('tallyOfCrowd', crowd);
    counts.rs1 += answersOf(tally, 'rs1');
    counts.rs2 += answersOf(tally, 'rs2');
    if (counts.rs1 + counts.rs2 >= ENOUGH) return counts.rs2 > counts.rs1 ? 'rs2' : 'rs1';
  }
  throw new Error(`before the drain there were no more answers than ${JSON.stringify(counts)}`);
}

function answersOf(tally: CrowdTally, server: string): number {
  return Object.values(tally).reduce((sum, counts) => sum + (counts[server] ?? 0), 0);
}

function split(tally: CrowdTally): Pick<Outcome, 'answers' | 'failures'> {
  const answers: Outcome['answers'] = {};
  const failures: Outcome['failures'] = {};
  for (const [kind, counts] of Object.entries(tally)) {
    for (const [what, count] of Object.entries(counts)) {
      if (/^rs\d$/.test(what)) answers[kind] = (answers[kind] ?? 0) + count;
      else failures[kind] = { ...failures[kind], [what]: count };
    }
  }
  return { answers, failures };
}

/** How many requests had no answer. */
export function lost({ failures }: Outcome): number {
  return Object.values(failures)
    .flatMap((counts) => Object.values(counts))
    .reduce((sum, count) => sum + count, 0);
}
