/** The same random requests of the kernel and of the simulator: every answer and the whole table must be equal. */

import { readFileSync, writeFileSync } from 'node:fs';
import { release } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addon } from '../../../lib/backend/addon';
import type { BackendHandle } from '../../../lib/backend/backend';
import { IpvsSync } from '../../../lib/index';
import { CHANNELS } from '../../../lib/model/options';
import { type KernelVersion, Simulator } from '../../../lib/simulator';
import { Random } from '../../../lib/simulator/random';
import { Memory } from '../../../lib/wire/memory';
import { REQUEST } from '../../../lib/wire/records';
import { inAnyOrder } from '../channels/in-any-order';
import { isGuest, ModuleHelper } from '../control/guest';
import { Namespace } from '../control/namespace';
import { describeRequest, readAnswers, readTable } from './answers';
import { RandomRequests } from './random-requests';

const REQUESTS = Number(process.env.LVS_DIFFERENTIAL_REQUESTS ?? 20_000);
const PER_EXCHANGE = 50;

/** Those that failed once are tried again, each time. */
const SEEDS = join(__dirname, 'seeds.json');
const stored = JSON.parse(readFileSync(SEEDS, 'utf8')) as number[];
const fresh = Number(process.env.LVS_DIFFERENTIAL_SEED ?? Math.floor(Math.random() * 2 ** 32));

const KERNEL = release().split('.').slice(0, 2).join('.') as KernelVersion;

const INTERFACES = [{ name: 'dummy0', addresses: ['192.168.50.1/24', 'fd00:50::1/64'] }];

let namespace: Namespace;
beforeAll(async () => {
  namespace = await Namespace.make('simulated', [
    'link set lo up',
    'link add dummy0 type dummy',
    'link set dummy0 up',
    'address add 192.168.50.1/24 broadcast 192.168.50.255 dev dummy0',
    'address add fd00:50::1/64 dev dummy0 nodad',
  ]);
});
afterAll(() => namespace?.[Symbol.asyncDispose]());

function clear(): void {
  using ipvs = IpvsSync.open({ netns: namespace.path });
  ipvs.flush();
  for (const { role } of ipvs.daemons()) ipvs.stopDaemon(role);
  ipvs.setTimeouts({ tcp: 900, tcpFin: 120, udp: 300 });
}

/** Has the kernel load every scheduler, so that its helper need not be asked for them later. The simulator follows. */
function loadSchedulers(ipvs: IpvsSync): void {
  for (const scheduler of 'rr wrr lc wlc lblc lblcr dh sh mh sed nq fo ovf'.split(' ')) {
    ipvs.addService({ fwmark: 1, scheduler, persistence: { engine: 'sip' } });
    ipvs.flush();
  }
  ipvs.close();
}

/** What netlink lists of a tunnel, and of what kernels report, is in the records of a table that netlink alone reads. */
function differ(seed: number, kernel: BackendHandle, simulated: BackendHandle): string | undefined {
  using both = IpvsSync.open({ netns: namespace.path });
  using netlink = IpvsSync.open({ netns: namespace.path, channel: 'netlink' });
  const requests = new RandomRequests(new Random(seed));
  for (let done = 0; done < REQUESTS; done += PER_EXCHANGE) {
    const { buffer } = requests.make(PER_EXCHANGE);
    const ours = readAnswers(buffer, simulated.exchangeSync(buffer, PER_EXCHANGE, 0));
    const theirs = readAnswers(buffer, kernel.exchangeSync(buffer, PER_EXCHANGE, 0));
    for (const [n, answer] of theirs.entries()) {
      if (ours[n] === answer) continue;
      const request = describeRequest(new Memory(buffer), n * REQUEST.size);
      return `request ${done + n}, ${request}:\n  the kernel: ${answer}\n  the simulator: ${ours[n]}`;
    }
    const table = readTable(kernel);
    const simulatedTable = readTable(simulated);
    if (table.join() === simulatedTable.join()) {
      if (isDeepStrictEqual(inAnyOrder(both.table()), inAnyOrder(netlink.table()))) continue;
      return `after request ${done + PER_EXCHANGE} the socket options and netlink list other rows than netlink alone`;
    }
    const only = (lines: string[], others: string[]) => lines.filter((line) => !others.includes(line));
    return [
      `after request ${done + PER_EXCHANGE}:`,
      '  the kernel alone has:',
      ...only(table, simulatedTable),
      '  the simulator alone has:',
      ...only(simulatedTable, table),
    ].join('\n');
  }
  return undefined;
}

test.each([...stored, fresh])(
  `${REQUESTS} requests of seed %d`,
  (seed) => {
    clear();
    const simulator = new Simulator({ kernel: KERNEL, interfaces: INTERFACES });
    loadSchedulers(IpvsSync.open({ netns: namespace.path }));
    loadSchedulers(simulator.openSync());
    using _ = isGuest ? new ModuleHelper('/bin/false') : undefined;
    const kernel = addon().createHandle();
    const simulated = simulator.backend.createHandle();
    expect(kernel.openSync(namespace.path, CHANNELS.get('netlink'))).toBe(0);
    expect(simulated.openSync()).toBe(0);
    const difference = differ(seed, kernel, simulated);
    kernel.close();
    clear();
    if (difference === undefined) return;
    if (!stored.includes(seed)) writeFileSync(SEEDS, `${JSON.stringify([...stored, seed])}\n`);
    throw new Error(`seed ${seed}, ${difference}`);
  },
  300_000,
);
