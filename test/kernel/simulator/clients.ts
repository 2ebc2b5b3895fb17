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
const GATEWAY6 = 'fd09::ffff';
const CLIENTS = Array.from({ length: 30 }, (_, n) => `10.9.${n}.${7 * n + 1}`);
const VIRTUAL = Array.from({ length: 20 }, (_, n) => `10.7.0.${n + 1}`);
/** Those that clients of a mark ask for. */
const MARKED = Array.from({ length: 20 }, (_, n) => `10.7.0.${n + 101}`);
const SERVERS = Array.from({ length: 6 }, (_, n) => `10.8.0.${n + 1}`);

const CLIENTS6 = Array.from({ length: 30 }, (_, n) => `fd09::${(7 * n + 1).toString(16)}`);
const VIRTUAL6 = Array.from({ length: 3 }, (_, n) => `fd07::${n + 1}`);
const MARKED6 = Array.from({ length: 20 }, (_, n) => `fd07::1:${n + 1}`);
const SERVERS6 = SERVERS.map((_, n) => `fd08::${n + 1}`);

const REAL_PORT = 8000;
/** What real servers listen on: clients of a service of every port keep theirs, and so do those of a mark. */
const LISTENED = [REAL_PORT, 8001, 8002, 9004];

/** Milliseconds. */
const CONNECT_TIMEOUT = 5000;
/** Packets to these ports have their port's number as a mark. */
const MARKED_PORTS = [9001, 9002, 9003, 9004];
/** The same of IPv6. */
const MARKED_PORTS6 = [9101];

/** The addresses that a scene plays with, of one family. */
export interface Cast {
  clients: readonly string[];
  realServers: readonly Endpoint[];
  /** Those that clients of a mark ask for. */
  marked: readonly string[];
}

const cast = (clients: string[], servers: string[], marked: string[]): Cast => ({
  clients,
  realServers: servers.map((address) => ({ address, port: REAL_PORT })),
  marked,
});

export class Clients implements AsyncDisposable {
  readonly ipv4 = cast(CLIENTS, SERVERS, MARKED);
  readonly ipv6 = cast(CLIENTS6, SERVERS6, MARKED6);
  readonly markedPorts = [...MARKED_PORTS, ...MARKED_PORTS6];

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
        `address add ${GATEWAY6}/64 dev director nodad`,
        ...[...VIRTUAL6, ...MARKED6, ...SERVERS6].map((address) => `address add ${address}/128 dev lo nodad`),
      ],
      NAME,
    );
    // Each client learns at once that it is refused.
    const limits = ['net.ipv4.icmp_ratelimit=0', 'net.ipv6.icmp.ratelimit=0'];
    await run('ip', ['netns', 'exec', NAME, 'sysctl', '-qw', ...limits]);
    await ip([
      'link set clients up',
      ...CLIENTS.map((address) => `address add ${address}/16 dev clients`),
      `route add 10.7.0.0/24 via ${GATEWAY}`,
      ...CLIENTS6.map((address) => `address add ${address}/64 dev clients nodad`),
      `route add fd07::/64 via ${GATEWAY6}`,
    ]);
    const marks = (protocol: string, ports: number[]) =>
      ports.map(
        (port) =>
          `filter add dev director ingress protocol ${protocol} flower ` +
          `ip_proto tcp dst_port ${port} action skbedit mark ${port}`,
      );
    const filters = [...marks('ip', MARKED_PORTS), ...marks('ipv6', MARKED_PORTS6)];
    const marking = ['qdisc add dev director clsact', ...filters, ''].join('\n');
    await run('tc', ['-netns', NAME, '-batch', '-'], marking);
    // A refusal that comes while connect(2) still holds the socket is passed over, until the packet is sent again a second later.
    await run('tc', ['-netns', NAME, 'qdisc', 'add', 'dev', 'director', 'root', 'netem', 'delay', '1ms']);
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
