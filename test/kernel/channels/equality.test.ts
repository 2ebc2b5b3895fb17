/** The same random requests through both of the kernel's ways in, to a namespace each: answers and tables must be equal. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { addon } from '../../../lib/backend/addon';
import type { BackendHandle } from '../../../lib/backend/backend';
import { Failure } from '../../../lib/errors/failure';
import { IpvsSync } from '../../../lib/index';
import { CHANNELS } from '../../../lib/model/options';
import { checkProtocol } from '../../../lib/model/protocol';
import { Random } from '../../../lib/simulator/random';
import { Answer } from '../../../lib/wire/answer';
import { Memory } from '../../../lib/wire/memory';
import { DAEMON, DESTINATION, Operation, REQUEST, SERVICE } from '../../../lib/wire/records';
import { isGuest, ModuleHelper } from '../control/guest';
import { Namespace } from '../control/namespace';
import { describeRequest, readAnswers } from '../simulator/answers';
import { RandomRequests } from '../simulator/random-requests';
import { inAnyOrder } from './in-any-order';

const REQUESTS = 10_000;
const PER_TABLE = 50;

const SETUP = [
  'link set lo up',
  'link add dummy0 type dummy',
  'link set dummy0 up',
  'address add 192.168.50.1/24 broadcast 192.168.50.255 dev dummy0',
];

const namespaces: Namespace[] = [];
beforeAll(async () => {
  for (const name of ['netlink', 'options']) namespaces.push(await Namespace.make(name, SETUP));
});
afterAll(async () => {
  for (const namespace of namespaces) await namespace[Symbol.asyncDispose]();
});

function open(netns: string, channel: 'netlink' | 'socket-options'): BackendHandle {
  const handle = addon().createHandle();
  expect(handle.openSync(netns, CHANNELS.get(channel))).toBe(0);
  return handle;
}

/** Each channel says which it is; the options of daemons are told by netlink only; what kernels report of tunnels, too. */
const DIFFERENT: number[] = [Operation.getInfo, Operation.listDaemons, Operation.listDestinations];

/** The whole table as a user of the library sees it. */
function rows(name: string, channel: 'netlink' | 'socket-options'): string[] {
  using ipvs = IpvsSync.open({ netns: `/run/netns/${name}`, channel });
  return inAnyOrder(ipvs.table());
}

/** The library sends these protocols only; the socket options refuse others with EFAULT. */
const PROTOCOLS = ['tcp', 'udp', 'sctp'].map((name) => checkProtocol('', name));

function isSent(request: Memory): boolean {
  const service = REQUEST.service;
  if (request.getU16(service + SERVICE.family) === 0 || request.getU32(service + SERVICE.fwmark) !== 0)
    return true;
  return PROTOCOLS.includes(request.getU16(service + SERVICE.protocol));
}

/** Without most of what the socket options have no place for. */
function makeSayable(request: Memory): void {
  switch (request.getU8(REQUEST.operation)) {
    case Operation.addService:
    case Operation.setService:
    case Operation.patchService:
      request.u8.fill(0, REQUEST.service + SERVICE.engine, REQUEST.size);
      break;
    case Operation.addDestination:
    case Operation.setDestination:
    case Operation.patchDestination:
      request.setU16(REQUEST.destination + DESTINATION.tunnelFlags, 0);
      request.setU8(REQUEST.destination + DESTINATION.tunnelType, 0);
      break;
    case Operation.startDaemon:
      request.setU16(REQUEST.daemon + DAEMON.maxLength, 0);
      request.setU16(REQUEST.daemon + DAEMON.port, 0);
      request.setU16(REQUEST.daemon + DAEMON.groupFamily, 0);
      request.setU8(REQUEST.daemon + DAEMON.ttl, 0);
      break;
  }
}

function differ(seed: number, netlink: BackendHandle, options: BackendHandle) {
  const requests = new RandomRequests(new Random(seed));
  const seen = { carriedOut: 0, refused: 0, notSaid: 0 };
  for (let n = 0; n < REQUESTS; n++) {
    const { buffer } = requests.make(1);
    if (!isSent(new Memory(buffer))) continue;
    if (n % 10 !== 0) makeSayable(new Memory(buffer));
    const answer = options.exchangeSync(buffer, 1, 0);
    const status = Answer.of(answer).status(0);
    if (status === Failure.notSaid) {
      seen.notSaid++;
      continue;
    }
    if (status === 0) seen.carriedOut++;
    else seen.refused++;
    const operation = new Memory(buffer).getU8(REQUEST.operation);
    const [ours] = readAnswers(buffer, answer);
    const [theirs] = readAnswers(buffer, netlink.exchangeSync(buffer, 1, 0));
    if (!DIFFERENT.includes(operation) && ours !== theirs) {
      const request = describeRequest(new Memory(buffer), 0);
      throw new Error(`seed ${seed}, request ${n}, ${request}:\n  netlink: ${theirs}\n  options: ${ours}`);
    }
    if (n % PER_TABLE === 0) expect(rows('options', 'socket-options')).toEqual(rows('netlink', 'netlink'));
  }
  return seen;
}

/** Has the kernel load every scheduler, so that its helper need not be asked for them later. */
function loadSchedulers(): void {
  using ipvs = IpvsSync.open({ netns: '/run/netns/netlink' });
  for (const scheduler of 'rr wrr lc wlc lblc lblcr dh sh mh sed nq fo ovf'.split(' ')) {
    ipvs.addService({ fwmark: 1, scheduler });
    ipvs.flush();
  }
}

test('random requests', () => {
  loadSchedulers();
  using _ = isGuest ? new ModuleHelper('/bin/false') : undefined;
  const seed = Number(process.env.LVS_DIFFERENTIAL_SEED ?? Math.floor(Math.random() * 2 ** 32));
  const [netlink, options] = namespaces.map(({ path, name }) =>
    open(path, name === 'netlink' ? 'netlink' : 'socket-options'),
  ) as [BackendHandle, BackendHandle];
  const seen = differ(seed, netlink, options);
  netlink.close();
  options.close();
  expect(seen.carriedOut).toBeGreaterThan(REQUESTS / 10);
  expect(seen.refused).toBeGreaterThan(REQUESTS / 10);
  expect(seen.notSaid).toBeGreaterThan(REQUESTS / 20);
}, 300_000);
