/** Lists by both ways in together are those of netlink alone, whatever the socket options do not show. */

import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type AddonHandle, addon } from '../../../lib/backend/addon';
import { type Command, type DestinationSpec, IpvsSync, type ServiceSpec } from '../../../lib/index';
import { Namespace } from '../control/namespace';
import { inAnyOrder } from './in-any-order';

const MANY = 200;

const plain: DestinationSpec = {
  address: '10.9.1.1',
  port: 80,
  weight: 3,
  upperThreshold: 9,
  lowerThreshold: 2,
};
const gue: DestinationSpec = {
  address: '10.9.1.2',
  port: 80,
  forward: 'tunnel',
  tunnel: { type: 'gue', port: 6080 },
};
const ipv6: DestinationSpec = { address: 'fd00::9', port: 80, forward: 'tunnel' };
const many = Array.from({ length: MANY }, (_, n): DestinationSpec => ({ address: '10.9.2.1', port: n + 1 }));

const virtual = (port: number): ServiceSpec => ({
  protocol: 'tcp',
  address: '10.9.0.1',
  port,
  scheduler: 'rr',
});

/** Each with what its destinations ask of the two ways in. */
const TABLE: [ServiceSpec, DestinationSpec[]][] = [
  [virtual(1), []],
  [virtual(2), [plain]],
  [
    { fwmark: 7, scheduler: 'wlc', persistence: { timeout: 60 } },
    [plain, { ...plain, forward: 'droute', port: 81 }],
  ],
  [virtual(3), [plain, gue]],
  [virtual(4), [plain, ipv6]],
  [virtual(5), [ipv6]],
  [virtual(6), many],
  [virtual(7), [...many, ipv6]],
  [virtual(8), [...many, gue]],
  [
    { protocol: 'udp', address: 'fd00::1', port: 53, scheduler: 'rr' },
    many.map((one) => ({ ...one, address: 'fd00::2' })),
  ],
];

let namespace: Namespace;
beforeAll(async () => {
  namespace = await Namespace.make('complete', ['link set lo up']);
  using ipvs = IpvsSync.open({ netns: namespace.path });
  const commands = TABLE.flatMap(([service, destinations]): Command[] => [
    { op: 'addService', service },
    ...destinations.map((destination): Command => ({ op: 'addDestination', service, destination })),
  ]);
  ipvs.batch(commands);
});
afterAll(async () => {
  await namespace[Symbol.asyncDispose]();
});

/** A handle of the namespace, and how its lists were read. */
function open(channel: 'auto' | 'netlink') {
  const handle = addon().createHandle() as AddonHandle;
  const ipvs = IpvsSync.open({ netns: namespace.path, channel, backend: { createHandle: () => handle } });
  return { ipvs, lists: () => handle.lists() };
}

test.each([true, false])('with counters: %s', (stats) => {
  const [both, netlink] = [open('auto'), open('netlink')];
  const rows = both.ipvs.table({ stats });
  expect(inAnyOrder(rows)).toEqual(inAnyOrder(netlink.ipvs.table({ stats })));
  expect(rows.map(({ destinations }) => destinations.length).sort()).toEqual(
    TABLE.map(([, destinations]) => destinations.length).sort(),
  );
  // Those with a tunnel, with an IPv6 destination, and the IPv6 service's are read by netlink, as are the services.
  // Nothing shows that a long list lacks no IPv6 destination, where there are any.
  expect(both.lists()).toEqual({ atOnce: 4, onePart: 4, witnessed: 1, agreed: 2, unsettled: 0 });
  expect(netlink.lists()).toEqual({ atOnce: 0, onePart: 7, witnessed: 0, agreed: 4, unsettled: 0 });
  for (const { ipvs } of [both, netlink]) ipvs.close();
});

test('destinations', () => {
  const [both, netlink] = [open('auto'), open('netlink')];
  for (const [service] of TABLE) {
    expect(both.ipvs.destinations(service)).toEqual(netlink.ipvs.destinations(service));
  }
  for (const { ipvs } of [both, netlink]) ipvs.close();
});

test('what another handle brings of IPv6 is there in the next table', async () => {
  await using brought = await Namespace.make('brought', ['link set lo up']);
  using first = IpvsSync.open({ netns: brought.path });
  using second = IpvsSync.open({ netns: brought.path });
  second.batch([
    { op: 'addService', service: virtual(1) },
    { op: 'addDestination', service: virtual(1), destination: plain },
  ]);
  expect(first.table()).toEqual(second.table());
  second.addDestination(virtual(1), ipv6);
  expect(first.table()).toMatchObject([{ destinations: [ipv6, plain] }]);
  second.addService({ protocol: 'udp', address: 'fd00::1', port: 53 });
  expect(first.table()).toHaveLength(2);
  second.deleteDestination(virtual(1), plain);
  expect(inAnyOrder(first.table())).toMatchObject(inAnyOrder(second.table()));
});

test('lists that have grown since the last table are whole, though none is expected to be so long', async () => {
  await using grown = await Namespace.make('grown', ['link set lo up']);
  const services: ServiceSpec[] = [virtual(1), virtual(2), { protocol: 'udp', address: 'fd00::1', port: 53 }];
  const servers = (service: ServiceSpec, from: number, to: number): Command[] =>
    Array.from({ length: to - from }, (_, n) => {
      const address = 'address' in service && service.address.includes(':') ? 'fd00::2' : '10.9.2.1';
      return { op: 'addDestination', service, destination: { address, port: from + n } };
    });
  const handle = addon().createHandle() as AddonHandle;
  using ipvs = IpvsSync.open({ netns: grown.path, backend: { createHandle: () => handle } });
  const lengths = () =>
    ipvs.table().map(({ destinations }) => new Set(destinations.map(({ port }) => port)).size);
  ipvs.batch(
    services.flatMap((service): Command[] => [{ op: 'addService', service }, ...servers(service, 1, 4)]),
  );
  expect(lengths()).toEqual([3, 3, 3]);
  const [first, , third] = services as [ServiceSpec, ServiceSpec, ServiceSpec];
  ipvs.batch([...servers(first, 4, MANY), ...servers(third, 4, MANY)]);
  const before = handle.lists();
  expect(lengths().sort()).toEqual([MANY - 1, MANY - 1, 3].sort());
  // What is expected to be as brief as before: that of IPv4 is asked for with more room, that of IPv6 read again.
  const after = handle.lists();
  expect({ atOnce: after.atOnce - before.atOnce, agreed: after.agreed - before.agreed }).toEqual({
    atOnce: 2,
    agreed: 1,
  });
  expect(lengths().sort()).toEqual([MANY - 1, MANY - 1, 3].sort());
});
