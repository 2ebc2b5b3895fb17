/** What the kernel's estimator makes of real traffic, and the simulator's of the same; and entries of UDP and SCTP. */

import { spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { release } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Counters, type Endpoint, IpvsSync, type Protocol, type Stats } from '../../../lib/index';
import { type KernelVersion, type SimulatedConnection, Simulator } from '../../../lib/simulator';
import { Clients } from './clients';

const KERNEL = release().split('.').slice(0, 2).join('.') as KernelVersion;

/** So often the kernel copies its counters, under traffic and then without. */
const BUSY_COPIES = 4;
const IDLE_COPIES = 3;
/** Milliseconds between copies, and between two looks for one. */
const PERIOD = 2000;
const LOOK = 20;

let clients: Clients;
let real: IpvsSync;
beforeAll(async () => {
  clients = await Clients.make();
  real = IpvsSync.open({ netns: clients.director.path });
}, 60_000);
afterAll(async () => {
  real?.close();
  await clients?.[Symbol.asyncDispose]();
});

const flow = (address: string, protocol: Protocol = 'tcp') =>
  ({ protocol, address, port: 80 }) as const satisfies Endpoint & { protocol: Protocol };

function serve(ipvs: IpvsSync, service: ReturnType<typeof flow>): void {
  ipvs.flush();
  ipvs.addService({ ...service, scheduler: 'rr' });
  ipvs.addDestination(service, { ...(clients.ipv4.realServers[0] as Endpoint), forward: 'masq' });
}

type Read = (ipvs: IpvsSync, service: ReturnType<typeof flow>) => Stats;

/** Whose counters are compared: each is copied at a moment of its own. */
const COUNTED: Record<string, Read> = {
  service: (ipvs, service) => (ipvs.service(service) as { stats: Stats }).stats,
  destination: (ipvs, service) => (ipvs.destinations(service)[0] as { stats: Stats }).stats,
  director: (ipvs) => ipvs.stats(),
};

/** Numbers alone: jest prints no bigint that it got from another process. */
const plain = (stats: Stats) =>
  JSON.stringify(stats, (_, value) => (typeof value === 'bigint' ? `${value}` : value));

/** What came from one copy to the next. */
function growth(before: Stats, after: Stats): Record<keyof Counters<number>, number> {
  const names = ['connections', 'packetsIn', 'packetsOut', 'bytesIn', 'bytesOut'] as const;
  return Object.fromEntries(names.map((name) => [name, Number(after[name] - before[name])])) as never;
}

test('rates are those that the kernel estimates, at each copy of the counters', async () => {
  const service = flow('10.7.0.20');
  serve(real, service);
  const names = Object.keys(COUNTED);
  const read = (name: string) => (COUNTED[name] as Read)(real, service);
  const copies = new Map(names.map((name) => [name, [read(name)]]));
  const isBusy = () => [...copies.values()].some((each) => each.length <= BUSY_COPIES);
  const isDone = () => [...copies.values()].every((each) => each.length > BUSY_COPIES + IDLE_COPIES);

  const sockets: Socket[] = [];
  const traffic = (async () => {
    for (let n = 0; isBusy(); n++) {
      const client = { address: clients.ipv4.clients[n % 30] as string, port: 20_000 + n };
      const opened = await clients.connect(client, service);
      if (opened === undefined) throw new Error('no connection');
      sockets.push(opened.socket);
      for (const socket of sockets.slice(-5)) socket.write(Buffer.alloc(1 + ((n * 7919) % 5000)));
      await setTimeout(5 + ((n * 37) % 60));
    }
  })();
  while (!isDone()) {
    for (const [name, each] of copies) {
      const stats = read(name);
      if (plain(stats) !== plain(each.at(-1) as Stats)) each.push(stats);
    }
    await setTimeout(LOOK);
  }
  await traffic;
  for (const socket of sockets) socket.destroy();

  for (const [name, [first, ...later]] of copies) {
    const simulator = new Simulator({ kernel: KERNEL });
    using simulated = simulator.openSync();
    serve(simulated, service);
    let port = 1;
    let connection: SimulatedConnection | undefined;
    let before = first as Stats;
    for (const [n, stats] of later.entries()) {
      for (let left = stats.connections - before.connections; left > 0n; left--) {
        const client = { address: '10.9.0.1', port: port++ };
        connection = simulator.connect({ protocol: 'tcp', client, virtual: service });
      }
      const { packetsIn, packetsOut, bytesIn, bytesOut } = growth(before, stats);
      connection?.traffic({ packetsIn, packetsOut, bytesIn, bytesOut });
      simulator.advance(PERIOD);
      const ours = (COUNTED[name] as Read)(simulated, service);
      expect([name, n, plain(ours)]).toEqual([name, n, plain(stats)]);
      before = stats;
    }
  }
  // There was something to compare.
  expect(Number(read('director').connections)).toBeGreaterThan(10);
}, 60_000);

/** The entry of a client's port, in either. The kernel's may be some seconds old. */
function compareEntry(simulated: IpvsSync, port: number): void {
  // The kernel skips entries where others expire as it is read, so that it is read twice.
  const listed = [...real.connections(), ...real.connections()];
  const theirs = listed.find(({ client }) => client.port === port);
  const ours = [...simulated.connections()].find(({ client }) => client.port === port);
  expect(theirs).toBeDefined();
  const left = theirs?.expires ?? 0;
  expect(ours).toEqual({ ...theirs, expires: expect.any(Number) });
  expect(left).toBeLessThanOrEqual(ours?.expires ?? 0);
  expect(left).toBeGreaterThanOrEqual((ours?.expires ?? 0) - 5);
}

test.each([300, 77])('a UDP entry: its state, and a timeout of %d s', async (udp) => {
  const service = flow('10.7.0.19', 'udp');
  const client = { address: clients.ipv4.clients[0] as string, port: 21_000 + udp };
  const simulator = new Simulator({ kernel: KERNEL });
  using simulated = simulator.openSync();
  for (const ipvs of [real, simulated]) {
    serve(ipvs, service);
    ipvs.setTimeouts({ udp });
  }
  const socket = createSocket('udp4');
  socket.bind(client.port, client.address);
  await once(socket, 'listening');
  await new Promise((resolve) => socket.send('question', service.port, service.address, resolve));
  simulator.connect({ protocol: 'udp', client, virtual: service });
  compareEntry(simulated, client.port);
  expect([...simulated.connections()]).toMatchObject([{ state: 'UDP', expires: udp }]);
  socket.close();
});

/** Answers what it reads, and ends where the client does. */
const SCTP_SERVER = `
import socket, sys
listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132)
listener.bind((sys.argv[1], int(sys.argv[2])))
listener.listen()
print("ready", flush=True)
connection, _ = listener.accept()
while (data := connection.recv(100)): connection.send(data)
connection.close()
`;

/** Each line that it reads is a step. */
const SCTP_CLIENT = `
import socket, sys
client = socket.socket(socket.AF_INET, socket.SOCK_STREAM, 132)
client.bind((sys.argv[1], int(sys.argv[2])))
client.connect((sys.argv[3], int(sys.argv[4])))
client.send(b"question")
client.recv(100)
print("spoken", flush=True)
sys.stdin.readline()
client.close()
print("closed", flush=True)
`;

test('an SCTP entry: established, and closed', async () => {
  const service = flow('10.7.0.18', 'sctp');
  const server = clients.ipv4.realServers[0] as Endpoint;
  const client = { address: clients.ipv4.clients[1] as string, port: 22_000 };
  const simulator = new Simulator({ kernel: KERNEL });
  using simulated = simulator.openSync();
  for (const ipvs of [real, simulated]) serve(ipvs, service);
  const python = (program: string, args: (string | number)[], within: string[] = []) => {
    const words = [...within, '/usr/bin/python3', '-c', program, ...args.map(String)];
    return spawn(words[0] as string, words.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] });
  };
  const inside = ['ip', 'netns', 'exec', clients.director.name];
  const serving = python(SCTP_SERVER, [server.address, server.port], inside);
  await once(serving.stdout, 'data');
  const asking = python(SCTP_CLIENT, [client.address, client.port, service.address, service.port]);
  await once(asking.stdout, 'data');

  const connection = simulator.connect({ protocol: 'sctp', client, virtual: service });
  connection?.traffic();
  compareEntry(simulated, client.port);
  expect(connection?.state).toBe('ESTABLISHED');

  asking.stdin.write('\n');
  await Promise.all([once(asking, 'exit'), once(serving, 'exit')]);
  connection?.close();
  compareEntry(simulated, client.port);
  expect(connection?.state).toBe('CLOSED');
});
