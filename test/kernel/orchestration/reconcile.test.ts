/**
 * Random desired states, one after the other, under the traffic of real clients: no request fails but where a drain's
 * warning foretold it. `npm run test:reconcile` does it at length; this is the short form.
 */

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setPriority } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { Cluster } from '../../../lab/cluster';
import { droute, nat, type Plan, type RealServerPlan, tunnel } from '../../../lab/plan';
import type { CrowdTally } from '../../../lab/verbs';
import {
  type ApplyResult,
  type DesiredService,
  type DrainWarning,
  type ForwardingMethod,
  Ipvs,
  type Plan as TablePlan,
  type VirtualAddress,
} from '../../../lib/index';
import { Random } from '../../../lib/simulator/random';

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

  /** Some services anew: six, where not another number is asked for. */
  next(count = 6): DesiredService[] {
    for (let n = 0; n < count; n++) {
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

/** A request that failed, of the clients of one service: how often, and how. */
interface Failure {
  port: number;
  count: number;
  what: string;
}

/** What clients met, from the first request to the last. */
interface Met {
  answers: number;
  seconds: number;
  failures: Failure[];
}

/** Clients of every service, and what they meet. */
class Traffic {
  readonly #cluster: Cluster;
  readonly #crowds = new Map<number, number>();
  #began = 0;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  async start({ vip, clientAddresses }: Plan): Promise<void> {
    this.#began = performance.now();
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

  /** At length, nobody waits any more for an answer to a request of before. */
  async end(): Promise<Met> {
    if (LONG) await sleep(PATIENCE);
    const failures: Failure[] = [];
    let answers = 0;
    const end = (id: number): Promise<CrowdTally> => this.#cluster.client.do('endCrowd', id);
    const tallies = await Promise.all(
      [...this.#crowds].map(async ([port, id]) => ({ port, tally: await end(id) })),
    );
    const seconds = (performance.now() - this.#began) / 1000;
    for (const { port, tally } of tallies) {
      for (const [kind, counts] of Object.entries(tally)) {
        for (const [who, count] of Object.entries(counts)) {
          if (/^rs\d$/.test(who)) answers += count;
          else failures.push({ port, count, what: `${count} ${kind} ${who}` });
        }
      }
    }
    return { answers, seconds, failures };
  }
}

/** The warnings of a service's drains that foretell each way in which its requests may fail. */
const FORETELL: Record<string, string[]> = {
  // The server that a client was bound to has left: it does not know the connection, or its address is nobody's.
  ECONNRESET: ['PERSISTENT', 'CONN_REUSE'],
  ETIMEDOUT: ['PERSISTENT', 'CONN_REUSE'],
  // No server is left for the client.
  ECONNREFUSED: ['HASH_WITHOUT_FALLBACK', 'LAST_DESTINATION'],
};

/** What warnings foretold, by port. */
class Foretold {
  readonly #codes = new Map<number, Set<DrainWarning['code']>>();

  take({ drains }: ApplyResult): void {
    for (const { service, warnings } of drains) {
      for (const { code } of warnings) this.add((service as { port: number }).port, code);
    }
  }

  /** Who is killed has told nobody of its warnings: those that a drain of such a service gives. */
  takeUntold(desired: DesiredService[], forward: ForwardingMethod): void {
    for (const { port = 0, scheduler, flags, persistence } of desired as (DesiredService &
      VirtualAddress)[]) {
      if (scheduler === 'sh' && flags === undefined) this.add(port, 'HASH_WITHOUT_FALLBACK');
      if (persistence === undefined) continue;
      this.add(port, 'PERSISTENT');
      // With the other methods expire_nodest_conn is set, the remedy of this one.
      if (forward === 'masq') this.add(port, 'CONN_REUSE');
    }
  }

  add(port: number, code: DrainWarning['code']): void {
    const codes = this.#codes.get(port) ?? new Set();
    this.#codes.set(port, codes.add(code));
  }

  /** The warnings that foretold it. */
  of({ port, what }: Failure): string {
    const [error = ''] = what.split(' ').slice(-1);
    return (FORETELL[error] ?? []).filter((code) => this.#codes.get(port)?.has(code)).join(' and ');
  }
}

/** Prints what came of it, and returns the failures that nothing foretold. */
function report(title: string, { answers, seconds, failures }: Met, foretold: Foretold): string[] {
  const sums = new Map<string, number>();
  for (const failure of failures) {
    const why = foretold.of(failure) || 'not foretold';
    sums.set(why, (sums.get(why) ?? 0) + failure.count);
  }
  const failed = failures.reduce((sum, { count }) => sum + count, 0);
  const requests = answers + failed;
  console.info(
    [
      `${title}: seed ${SEED}, ${requests} requests in ${Math.round(seconds)} s, ${failed} failed`,
      ...[...sums].map(([why, count]) => `  ${count} ${why}`),
      ...failures.map((failure) => `  ${failure.port}: ${failure.what} (${foretold.of(failure)})`),
    ].join('\n'),
  );
  return failures
    .filter((failure) => foretold.of(failure) === '')
    .map(({ port, what }) => `${port}: ${what}`);
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

/** The services that the states do not name: all that the kernel tells of them, counters and rates included. */
async function others(ipvs: Ipvs): Promise<string[]> {
  const rows = (await ipvs.table()).filter((row) => 'fwmark' in row);
  const text = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}` : value);
  // Newer kernels give their list of services another order as it grows.
  return rows.map((row) => JSON.stringify(row, text)).sort();
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
    expect(before).toHaveLength(OTHERS.length);
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
    const met = await traffic.end();
    expect(`${await ipvs.plan(desired)}`).toBe('');
    expect(await others(ipvs)).toEqual(before);
    expect(met.answers).toBeGreaterThan(STATES * 5);
    expect(report(forward, met, foretold)).toEqual([]);
    await ipvs.flush();
  },
  3_600_000,
);

/** A process that opens a handle, and then waits for the state that it is to apply. */
async function startApplier(): Promise<ChildProcess> {
  const child = fork(join(__dirname, 'applier.cjs'));
  // What it does until it is ready is not what is tested: it need not wait for all clients to have their turn.
  setPriority(child.pid as number, -20);
  await once(child, 'message');
  setPriority(child.pid as number, 0);
  return child;
}

/** When a process is killed: so many milliseconds after it asked for something; the batch is its second request. */
function someMoment(random: Random): { request: number; delay: number } {
  return random.below(2) === 0
    ? { request: 2, delay: random.below(10) }
    : { request: 1 + random.below(20), delay: random.below(200) };
}

/** How far a process came that was to carry out a plan, by what is left to do. */
function stageOf(planned: TablePlan, left: TablePlan): 'nothing sent' | 'a part sent' | 'draining' | 'done' {
  if (left.isEmpty) return 'done';
  if (`${left}` === `${planned}`) return 'nothing sent';
  const isRemoval = ({ command }: TablePlan['changes'][number]) => command.op.startsWith('delete');
  return left.changes.every(isRemoval) ? 'draining' : 'a part sent';
}

test.each(methods)(
  `killed ${KILLS} times in mid-apply: %s`,
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
    const foretold = new Foretold();
    const random = new Random(SEED);
    const stages = new Map<string, number>();
    let desired: DesiredService[] = [];
    for (let n = 0; n < KILLS; n++) {
      // A batch goes in pieces of 128 commands: so many that it may end between two.
      desired = states.next(1 + random.below(SERVICES));
      foretold.takeUntold(desired, forward);
      const planned = await ipvs.plan(desired);
      const child = await startApplier();
      child.send({ desired, ...someMoment(random) });
      const [, signal] = await once(child, 'exit');
      expect(signal).toBe('SIGKILL');
      const stage = stageOf(planned, await ipvs.plan(desired));
      stages.set(stage, (stages.get(stage) ?? 0) + 1);
    }
    foretold.take(await ipvs.apply(desired, { removal: DRAIN }));
    expect(`${await ipvs.plan(desired)}`).toBe('');
    expect(await others(ipvs)).toEqual(before);
    const met = await traffic.end();
    console.info(`killed with ${[...stages].map(([stage, count]) => `${stage}: ${count}`).join(', ')}`);
    expect(report(`killed, ${forward}`, met, foretold)).toEqual([]);
    await ipvs.flush();
  },
  3_600_000,
);
