/** A director of its own, in a namespace that holds the real servers, too; this process has the clients. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { ip, run } from '../../../lab/shell';
import type { Endpoint } from '../../../lib/index';
import { Namespace } from '../control/namespace';

const NAME = 'scheduling';
const GATEWAY = '10.9.255.254';
const CLIENTS = Array.from({ length: 30 }, (_, n) => `10.9.${n}.${7 * n + 1}`);
const VIRTUAL = Array.from({ length: 20 }, (_, n) => `10.7.0.${n + 1}`);
/** Those that clients of a mark ask for. */
const MARKED = Array.from({ length: 20 }, (_, n) => `10.7.0.${n + 101}`);
const SERVERS = Array.from({ length: 6 }, (_, n) => `10.8.0.${n + 1}`);

const REAL_PORT = 8000;
/** What real servers listen on: clients of a service of every port keep theirs, and so do those of a mark. */
const LISTENED = [REAL_PORT, 8001, 8002, 9004];

/** Milliseconds. */
const CONNECT_TIMEOUT = 5000;
/** Packets to these ports have their port's number as a mark. */
const MARKED_PORTS = [9001, 9002, 9003, 9004];

export class Clients implements AsyncDisposable {
  readonly addresses = CLIENTS;
  readonly marked = MARKED;
  readonly realServers: readonly Endpoint[] = SERVERS.map((address) => ({ address, port: REAL_PORT }));
  readonly markedPorts = MARKED_PORTS;

  private constructor(
    readonly director: Namespace,
    readonly process: ChildProcess,
  ) {}

  static async make(): Promise<Clients> {
    const director = await Namespace.make(NAME, ['link set lo up']);
    await ip([`link add clients type veth peer name director netns ${NAME}`]);
    await ip(
      [
        'link set director up',
        `address add ${GATEWAY}/16 dev director`,
        ...[...VIRTUAL, ...MARKED, ...SERVERS].map((address) => `address add ${address}/32 dev lo`),
      ],
      NAME,
    );
    // Each client learns at once that it is refused.
    await run('ip', ['netns', 'exec', NAME, 'sysctl', '-qw', 'net.ipv4.icmp_ratelimit=0']);
    await ip([
      'link set clients up',
      ...CLIENTS.map((address) => `address add ${address}/16 dev clients`),
      `route add 10.7.0.0/24 via ${GATEWAY}`,
    ]);
    const filters = MARKED_PORTS.map(
      (port) =>
        'filter add dev director ingress protocol ip flower ' +
        `ip_proto tcp dst_port ${port} action skbedit mark ${port}`,
    );
    const marking = ['qdisc add dev director clsact', ...filters, ''].join('\n');
    await run('tc', ['-netns', NAME, '-batch', '-'], marking);
    const servers = join(__dirname, 'real-servers.cjs');
    const child = spawn('ip', ['netns', 'exec', NAME, process.execPath, servers, ...LISTENED.map(String)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    return new Clients(director, child);
  }

  /** An open connection, and the address of the real server that has it; none where there is none in time. */
  async connect(
    client: Endpoint,
    virtual: Endpoint,
  ): Promise<{ socket: Socket; server: string } | undefined> {
    const socket = connect({
      host: virtual.address,
      port: virtual.port,
      localAddress: client.address,
      localPort: client.port,
    });
    socket.setTimeout(CONNECT_TIMEOUT, () => socket.destroy(new Error('no answer')));
    try {
      const [data] = await once(socket, 'data');
      socket.setTimeout(0);
      return { socket, server: String(data).trim() };
    } catch {
      return undefined;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.process.kill();
    await once(this.process, 'exit');
    await ip(['link delete clients']);
    await this.director[Symbol.asyncDispose]();
  }
}
