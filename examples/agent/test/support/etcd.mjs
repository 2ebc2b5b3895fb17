// @ts-check
/** Real etcd members for tests: Debian's etcd-server, on loopback, their data in a folder that goes with them. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EtcdConnection } from '../../src/etcd/connection.mjs';
import { until } from './until.mjs';

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}

export class EtcdMember {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #process;
  #folder = mkdtempSync(join(tmpdir(), 'etcd-'));
  #args;

  /** @param {number} client @param {number} peer @param {string[]} args */
  constructor(client, peer, args) {
    this.endpoint = `${args.includes('--cert-file') ? 'https' : 'http'}://127.0.0.1:${client}`;
    this.#args = [
      ...[
        '--data-dir',
        this.#folder,
        '--listen-client-urls',
        this.endpoint,
        '--advertise-client-urls',
        this.endpoint,
      ],
      ...['--listen-peer-urls', `http://127.0.0.1:${peer}`, '--logger', 'zap', '--log-level', 'error'],
      ...args,
    ];
  }

  /** @param {string[]} [args] */
  static async start(args = []) {
    const [client, peer] = [await freePort(), await freePort()];
    const urls = [`http://127.0.0.1:${peer}`];
    const member = new EtcdMember(client, peer, [
      ...['--name', 'one', '--initial-advertise-peer-urls', ...urls, '--initial-cluster', `one=${urls}`],
      ...args,
    ]);
    member.run();
    return member;
  }

  run() {
    this.#process = spawn('etcd', this.#args, {
      stdio: ['ignore', 'ignore', process.env.DEBUG ? 'inherit' : 'ignore'],
    });
  }

  async kill() {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  async dispose() {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /**
   * A connection, as soon as the member answers.
   *
   * @param {Partial<import('../../src/etcd/connection.mjs').EtcdOptions>} [options]
   */
  connect(options = {}) {
    return until(async () => {
      const connection = await EtcdConnection.open(this.endpoint, { endpoints: [this.endpoint], ...options });
      try {
        await connection.list('/none/');
        return connection;
      } catch (error) {
        connection.close();
        throw error;
      }
    });
  }

  /** Runs the administrator's command, and returns what it prints as JSON, or else as text. @param {...string} args @returns {any} */
  etcdctl(...args) {
    const env = { ...process.env, ETCDCTL_API: '3' };
    const out = execFileSync('etcdctl', ['--endpoints', this.endpoint, '-w', 'json', ...args], {
      env,
      encoding: 'utf8',
    });
    try {
      // The IDs of leases are longer than numbers.
      return JSON.parse(
        out.replace(/("(?:id|ID)":)(\d+)/g, (_, name, id) => `${name}"${BigInt(id).toString(16)}"`),
      );
    } catch {
      return out;
    }
  }
}
