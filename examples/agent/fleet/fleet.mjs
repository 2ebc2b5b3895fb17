// @ts-check
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EtcdConnection } from '../src/etcd/connection.mjs';
import { until } from '../test/support/until.mjs';
import { build, plan, remove, VIP } from './network.mjs';
import { Program } from './process.mjs';
import { compile } from './programs/compile.mjs';

/** @typedef {import('./network.mjs').Machine} Machine */

const folderOf = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

export const PREFIX = '/ipvs/';
/** Seconds that a registration outlives its server. */
const LEASE = 15;
const PORT = 8080;

const HEALTH = { type: 'http', path: '/health', interval: 500, timeout: 5000, rise: 2, fall: 3 };

/** What etcd holds of services; their servers register themselves. */
export const SERVICES = {
  web: {
    protocol: 'tcp',
    address: VIP,
    port: 80,
    scheduler: 'wrr',
    health: HEALTH,
    ramp: { over: 1000, steps: 4 },
  },
  admin: {
    protocol: 'tcp',
    address: VIP,
    port: 81,
    scheduler: 'rr',
    servers: [{ address: '10.9.0.1', port: PORT }],
  },
};

/** Three etcd members, directors with their agents and clients, real servers. */
export class Fleet {
  #folder;
  #rate;
  #plan;
  /** @type {Map<string, Program>} */
  #programs = new Map();
  #generation = 0;

  /** @param {{ folder: string, directors: number, servers: number, rate: number }} options `rate`: requests a second through each director */
  constructor({ folder, directors, servers, rate }) {
    this.#folder = folder;
    this.#rate = rate;
    this.#plan = plan({ directors, servers });
    mkdirSync(folder, { recursive: true });
  }

  get machines() {
    return this.#plan;
  }

  get endpoints() {
    return this.#plan.members.map(({ address }) => `http://${address}:2379`);
  }

  async start() {
    const { members, directors, servers, clients } = this.#plan;
    for (const name of ['answers', 'requests']) compile(name);
    await build(this.#plan);
    for (const member of members) this.startMember(member);
    await this.withEtcd(async () => {});
    await this.putServices();
    for (const director of directors) this.startDirector(director);
    await Promise.all(servers.map((server) => this.startServer(server)));
    for (const director of directors) await this.weightsOf(director, servers.length);
    for (const client of clients) {
      this.#run(client, [
        ...[process.execPath, folderOf('programs/client.mjs')],
        JSON.stringify({ address: VIP, port: 80, rate: this.#rate, timeout: 30_000 }),
      ]);
    }
  }

  /** @param {Machine} member */
  startMember(member) {
    const { name, address } = member;
    const client = `http://${address}:2379`;
    const peer = `http://${address}:2380`;
    const cluster = this.#plan.members.map((one) => `${one.name}=http://${one.address}:2380`).join(',');
    this.#run(member, [
      ...['etcd', '--name', name, '--data-dir', join(this.#folder, name), '--initial-cluster', cluster],
      ...['--listen-client-urls', client, '--advertise-client-urls', client],
      ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
      // All of it shares one processor.
      ...[
        '--heartbeat-interval',
        '200',
        '--election-timeout',
        '2000',
        '--logger',
        'zap',
        '--log-level',
        'warn',
      ],
    ]);
  }

  /** Does something with whichever member answers. @template T @param {(etcd: EtcdConnection) => Promise<T>} act @returns {Promise<T>} */
  withEtcd(act) {
    let at = 0;
    return until(async () => {
      const endpoint = /** @type {string} */ (this.endpoints[at++ % this.endpoints.length]);
      const connection = await EtcdConnection.open(endpoint, { endpoints: [endpoint] });
      try {
        await connection.list(`${PREFIX}none`);
        return { value: await act(connection) };
      } finally {
        connection.close();
      }
    }, 60_000).then(({ value }) => value);
  }

  putServices(services = SERVICES) {
    return this.withEtcd(async (etcd) => {
      for (const [name, service] of Object.entries(services)) {
        await etcd.put(`${PREFIX}services/${name}`, JSON.stringify(service));
      }
    });
  }

  /** @param {Machine} director */
  startDirector(director) {
    const { name, address } = director;
    const config = join(this.#folder, `${name}.json`);
    writeFileSync(
      config,
      JSON.stringify({
        source: { etcd: { endpoints: this.endpoints, prefix: PREFIX } },
        listen: { host: address, port: 9505 },
        state: join(this.#folder, `${name}-state`),
        reconcile: { driftCheck: 10_000, drain: { timeout: 60_000, interval: 500 } },
      }),
    );
    this.#run(director, [process.execPath, folderOf('../bin/ipvs-agent.mjs'), 'run', '--config', config]);
  }

  /** A new process each time, as a deploy brings one. @param {Machine} server */
  async startServer(server) {
    const { name, address } = server;
    const generation = ++this.#generation;
    const program = this.#run(server, [
      ...[process.execPath, folderOf('programs/server.mjs')],
      JSON.stringify({
        name: `${name}.${generation}`,
        ...{ address, port: PORT, endpoints: this.endpoints, seconds: LEASE },
        key: `${PREFIX}servers/web/${name}-${generation}`,
      }),
    ]);
    while ((await program.message()) !== 'registered');
  }

  /** @param {Machine} machine @param {NodeJS.Signals} signal */
  async end({ name }, signal) {
    const program = this.#programs.get(name);
    this.#programs.delete(name);
    await program?.end(signal);
  }

  async dispose() {
    await Promise.all([...this.#programs.values()].map((program) => program.end('SIGKILL')));
    await remove(this.#plan);
  }

  /** What a director's agent says of itself. @param {Machine} director @returns {Promise<any>} */
  async health({ address }) {
    const response = await fetch(`http://${address}:9505/healthz`, { signal: AbortSignal.timeout(5000) });
    return response.json();
  }

  /** @param {Machine} director @returns {Promise<string>} */
  async metrics({ address }) {
    return (await fetch(`http://${address}:9505/metrics`, { signal: AbortSignal.timeout(5000) })).text();
  }

  /** Waits until so many servers of `web` have their whole weight in a director's table. @param {Machine} director @param {number} count */
  weightsOf(director, count) {
    return until(async () => {
      const text = await this.metrics(director);
      const weights = [...text.matchAll(/^ipvs_destination_weight\{([^}]*)\} (\d+)$/gm)];
      const full = weights.filter(([, labels, weight]) => labels?.includes(`${VIP}:80"`) && weight === '100');
      return full.length === count;
    }, 60_000);
  }

  /** @param {Machine} director @param {RegExp} is */
  untilMetric(director, is) {
    return until(async () => is.test(await this.metrics(director)), 60_000);
  }

  /** Waits until every director's agent says so. @param {(health: any) => boolean} is @param {readonly Machine[]} [directors] */
  async untilHealth(is, directors = this.#plan.directors) {
    for (const director of directors) await until(async () => is(await this.health(director)), 60_000);
  }

  /** What each director's clients have counted. @returns {Promise<{ director: string, sent: number, answered: number, failures: Record<string, number>, servers: Record<string, number>, slowest: number }[]>} */
  count() {
    return Promise.all(
      this.#plan.clients.map(async ({ name }, n) => ({
        director: /** @type {Machine} */ (this.#plan.directors[n]).name,
        ...(await /** @type {Program} */ (this.#programs.get(name)).ask('count')),
      })),
    );
  }

  /** The member that leads. @returns {Promise<Machine>} */
  leader() {
    return until(async () => {
      for (const member of this.#plan.members) {
        const text = await (await fetch(`http://${member.address}:2379/metrics`)).text();
        if (/^etcd_server_is_leader 1$/m.test(text)) return member;
      }
      return undefined;
    }, 30_000);
  }

  /** @param {Machine} machine @param {string[]} command */
  #run(machine, command) {
    const program = new Program(machine, command, join(this.#folder, `${machine.name}.log`));
    this.#programs.set(machine.name, program);
    return program;
  }
}
