/**
 * Random desired states, one after the other, under the traffic of real clients: no request fails but where a drain's
 * warning foretold it. `npm run test:reconcile` does it at length; this is the short form.
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { Cluster } from '../../../lab/cluster';
import { droute, nat, type Plan, type RealServerPlan, tunnel } from '../../../lab/plan';
import type { CrowdTally } from '../../../lab/verbs';
import { type ApplyResult, type DesiredService, type ForwardingMethod, Ipvs } from '../../../lib/index';
import { Random } from '../../../lib/simulator/random';
import { textOf } from './desired';

const { LVS_RECONCILE_STATES: states, LVS_RECONCILE_KILLS: kills } = process.env;
const LONG = states !== undefined;
const STATES = Number(states ?? 30);
const KILLS = Number(kills ?? 2);
const SERVICES = 100;
const SEED = Number(process.env.LVS_RECONCILE_SEED ?? Math.floor(Math.random() * 2 ** 32));

/** Milliseconds. A machine that is busy keeps all clients waiting; a request that is lost is never answered. */
const PATIENCE = 10_000;
/** No connection of the clients lives as long as a drain may take. */
const PAUSE = 400;
const LIFETIME = 4;
const DRAIN = { timeout: 8000, interval: 500 };
/** How many `apply` may have drains under way. */
const MOST = 60;

const FIRST_PORT = 10_000;
const METHODS: [ForwardingMethod, () => Plan][] = [
  ['masq', nat],
  ['droute', droute],
  ['tunnel', tunnel],
];

/** Each real server has two further addresses, so that there are six to choose from. */
function withAddresses(plan: Plan): Plan {
  const more = (server: RealServerPlan, n: number): RealServerPlan => {
    const inside = [...(server.interfaces.inside ?? [])];
    for (let k = 0; k < 2; k++) inside.push(`172.18.10.${150 + n * 10 + k}/24`);
    return { ...server, interfaces: { ...server.interfaces, inside } };
  };
  const [one, two] = plan.realServers;
  return { ...plan, realServers: [more(one, 0), more(two, 1)] };
}

function addressesOf(plan: Plan): string[] {
  return plan.realServers.flatMap(({ interfaces }) =>
    (interfaces.inside ?? []).map((address) => address.split('/')[0] as string),
  );
}

const SCHEDULERS = [
  { scheduler: 'rr' },
  { scheduler: 'wrr' },
  { scheduler: 'lc' },
  { scheduler: 'wlc' },
  { scheduler: 'sed' },
  { scheduler: 'nq' },
  { scheduler: 'sh', flags: ['sh-fallback', 'sh-port'] },
  { scheduler: 'mh', flags: ['mh-fallback'] },
] as const;

/** Random services of which a few change from one state to the next. */
class States {
  readonly #random = new Random(SEED);
  readonly #plan: Plan;
  readonly #forward: ForwardingMethod;
  readonly #services: DesiredService[];

  constructor(plan: Plan, forward: ForwardingMethod) {
    this.#plan = plan;
    this.#forward = forward;
    this.#services = Array.from({ length: SERVICES }, (_, n) => this.#make(n));
  }

  /** Six services anew. */
  next(): DesiredService[] {
    for (let n = 0; n < 6; n++) {
      const which = this.#random.below(SERVICES);
      this.#services[which] = this.#make(which);
    }
    return [...this.#services];
  }

  /** One in ten is persistent now and then, one in twenty hashes without a fallback. */
  #make(n: number): DesiredService {
    const port = FIRST_PORT + n;
    const random = this.#random;
    const servers = addressesOf(this.#plan)
      .filter(() => random.below(2) === 0)
      .map((address) => ({ address, port, forward: this.#forward, weight: 1 + random.below(5) }));
    const [first = ''] = addressesOf(this.#plan);
    const destinations = servers.length > 0 ? servers : [{ address: first, port, forward: this.#forward }];
    const options = n % 20 === 1 ? { scheduler: 'sh' } : SCHEDULERS[random.below(SCHEDULERS.length)];
    return {
      protocol: 'tcp',
      address: this.#plan.vip,
      port,
      ...options,
      ...(n % 10 === 0 && random.below(2) === 0 && { persistence: { timeout: 2 } }),
      destinations,
    };
  }
}

const OTHERS: DesiredService[] = [7, 8, 9].map((fwmark) => ({
  fwmark,
  scheduler: 'wrr',
  persistence: { timeout: 77, netmask: 24 },
  destinations: [{ address: '172.18.10.244', port: 99, weight: fwmark, upperThreshold: 10 }],
}));

/** Clients of every service, and what they meet. */
class Traffic {
  readonly #cluster: Cluster;
  readonly #crowds = new Map<number, number>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  async start({ vip, clientAddresses }: Plan): Promise<void> {
    for (let n = 0; n < SERVICES; n++) {
      const port = FIRST_PORT + n;
      const crowd = {
        address: vip,
        port,
        from: clientAddresses,
        pause: PAUSE,
        patience: PATIENCE,
        firstPort: 0,
      };
      const id = await this.#cluster.client.do('startCrowd', {
        ...crowd,
        fresh: 1,
        keeping: 1,
        lifetime: LIFETIME,
      });
      this.#crowds.set(port, id);
    }
  }

  /** Answers, and failures by port. At length, nobody waits any more for an answer to a request of before. */
  async end(): Promise<{ answers: number; failures: Map<number, string[]> }> {
    if (LONG) await sleep(PATIENCE);
    const failures = new Map<number, string[]>();
    let answers = 0;
    for (const [port, id] of this.#crowds) {
      const tally: CrowdTally = await this.#cluster.client.do('endCrowd', id);
      for (const [kind, counts] of Object.entries(tally)) {
        for (const [who, count] of Object.entries(counts)) {
          if (/^rs\d$/.test(who)) answers += count;
          else failures.set(port, [...(failures.get(port) ?? []), `${count} ${kind} ${who}`]);
        }
      }
    }
    return { answers, failures };
  }
}

/** What warnings foretold, by port. */
class Foretold {
  readonly #codes = new Map<number, Set<string>>();

  take({ drains }: ApplyResult): void {
    for (const { service, warnings } of drains) {
      const { port } = service as { port: number };
      const codes = this.#codes.get(port) ?? new Set();
      for (const { code } of warnings) codes.add(code);
      this.#codes.set(port, codes);
    }
  }

  of(port: number): string[] {
    return [...(this.#codes.get(port) ?? [])];
  }
}

function report(
  title: string,
  answers: number,
  failures: Map<number, string[]>,
  foretold: Foretold,
): string[] {
  const unforeseen: string[] = [];
  const foreseen: string[] = [];
  for (const [port, met] of failures) {
    const codes = foretold.of(port);
    (codes.length > 0 ? foreseen : unforeseen).push(`${port}: ${met.join(', ')} (${codes.join(', ')})`);
  }
  console.info(
    [
      `${title}: seed ${SEED}, ${answers} answers, ${failures.size} services with failures`,
      ...foreseen.map((line) => `  foretold ${line}`),
      ...unforeseen.map((line) => `  not foretold ${line}`),
    ].join('\n'),
  );
  return unforeseen;
}

async function start(plan: Plan, forward: ForwardingMethod): Promise<Cluster> {
  const cluster = await Cluster.start(plan);
  // The remedy that drains of these methods name: ports that are used again go to another server.
  if (forward !== 'masq') await cluster.director.do('sysctl', { 'net.ipv4.vs.expire_nodest_conn': '1' });
  for (let n = 0; n < SERVICES; n++) {
    const port = FIRST_PORT + n;
    await Promise.all(cluster.realServers.map((host) => host.do('serveLines', { name: host.name, port })));
  }
  return cluster;
}

async function others(ipvs: Ipvs): Promise<string[]> {
  return (await textOf(ipvs)).filter((row) => row.includes('fwmark'));
}

const methods = LONG ? METHODS : METHODS.slice(0, 1);
test.each(methods)(
  `%s: ${STATES} states of ${SERVICES} services in a row`,
  async (forward, planOf) => {
    const plan = withAddresses(planOf());
    await using ipvs = await Ipvs.open();
    await ipvs.flush();
    await using cluster = await start(plan, forward);
    await ipvs.apply(OTHERS);
    const before = await others(ipvs);
    const states = new States(plan, forward);
    await ipvs.apply(states.next());
    const traffic = new Traffic(cluster);
    await traffic.start(plan);
    await sleep(1000);
    const foretold = new Foretold();
    const underWay: Promise<void>[] = [];
    let desired: DesiredService[] = [];
    for (let n = 0; n < STATES; n++) {
      desired = states.next();
      underWay.push(ipvs.apply(desired, { removal: DRAIN }).then((result) => foretold.take(result)));
      await sleep(60);
      if (underWay.length > MOST) await underWay.shift();
    }
    await Promise.all(underWay);
    const { answers, failures } = await traffic.end();
    expect(`${await ipvs.plan(desired)}`).toBe('');
    expect(await others(ipvs)).toEqual(before);
    expect(answers).toBeGreaterThan(STATES * 5);
    expect(report(forward, answers, failures, foretold)).toEqual([]);
    await ipvs.flush();
  },
  3_600_000,
);

test(`a process that applies is killed ${KILLS} times`, async () => {
  const plan = withAddresses(nat());
  await using ipvs = await Ipvs.open();
  await ipvs.flush();
  await using cluster = await start(plan, 'masq');
  await ipvs.apply(OTHERS);
  const before = await others(ipvs);
  const states = new States(plan, 'masq');
  await ipvs.apply(states.next());
  const traffic = new Traffic(cluster);
  await traffic.start(plan);
  const folder = mkdtempSync(join(tmpdir(), 'lvs-reconcile-'));
  const file = join(folder, 'desired.json');
  const random = new Random(SEED);
  let desired: DesiredService[] = [];
  let halfway = 0;
  for (let n = 0; n < KILLS; n++) {
    desired = states.next();
    writeFileSync(file, JSON.stringify(desired));
    const child = fork(join(__dirname, 'applier.cjs'), [file]);
    await once(child, 'message');
    await sleep(random.below(60));
    child.kill('SIGKILL');
    await once(child, 'exit');
    if (!(await ipvs.plan(desired)).isEmpty) halfway++;
  }
  rmSync(folder, { recursive: true });
  const foretold = new Foretold();
  foretold.take(await ipvs.apply(desired, { removal: DRAIN }));
  expect(`${await ipvs.plan(desired)}`).toBe('');
  expect(await others(ipvs)).toEqual(before);
  const { answers, failures } = await traffic.end();
  console.info(`${halfway} of ${KILLS} were killed before the table was as desired`);
  // Who is killed tells no warnings: those of its services can only be their kind.
  for (const port of failures.keys()) {
    const service = desired[port - FIRST_PORT];
    if (service?.scheduler === 'sh' || (port - FIRST_PORT) % 10 === 0) failures.delete(port);
  }
  expect(report('killed', answers, failures, foretold)).toEqual([]);
  await ipvs.flush();
}, 3_600_000);
