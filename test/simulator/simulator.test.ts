import { expect, test } from '@jest/globals';
import type { Command } from '../../lib/index';
import { Simulator } from '../../lib/simulator';

const WEB = { protocol: 'tcp', address: '192.0.2.1', port: 80 } as const;
const ONE = { address: '10.0.0.1', port: 8080 } as const;

const web = (port: number) => ({ ...WEB, port });

test('handles of one simulator see each other, simulators do not', async () => {
  const [here, there] = [new Simulator(), new Simulator()];
  await using ipvs = await here.open();
  using sync = here.openSync();
  using other = there.openSync();
  await ipvs.addService(WEB);
  expect(sync.services()).toMatchObject([WEB]);
  expect(other.services()).toEqual([]);
});

test('a closed handle is closed, the machine goes on', async () => {
  const simulator = new Simulator();
  const ipvs = await simulator.open();
  await ipvs.addService(WEB);
  await ipvs.close();
  await expect(ipvs.services()).rejects.toMatchObject({ code: 'ERR_IPVS_CLOSED' });
  using again = simulator.openSync();
  expect(again.services()).toHaveLength(1);
});

test('there are no other network namespaces', async () => {
  const simulator = new Simulator();
  await expect(simulator.open({ netns: '/run/netns/blue' })).rejects.toMatchObject({
    code: 'ENOENT',
    syscall: 'open',
  });
  expect(() => simulator.openSync({ netns: { pid: 1 } })).toThrow(
    expect.objectContaining({ code: 'ENOENT' }),
  );
});

test.each([
  ['6.1', 4096, 4096],
  ['6.12', 4096, 4096],
  ['7.2', 0, 256],
] as const)('on %s the connection table has %i places, with a service %i', (kernel, before, after) => {
  using ipvs = new Simulator({ kernel }).openSync();
  expect(ipvs.info()).toMatchObject({ version: '1.2.1', connectionTableSize: before });
  ipvs.addService(WEB);
  expect(ipvs.info()).toMatchObject({ connectionTableSize: after });
});

test('a size that is given is reported', () => {
  using ipvs = new Simulator({ connectionTableSize: 65536 }).openSync();
  expect(ipvs.info()).toMatchObject({ connectionTableSize: 65536 });
});

/** The order in which so many services are listed. */
function order(seed: number): number[] {
  using ipvs = new Simulator({ seed }).openSync();
  ipvs.batch(Array.from({ length: 50 }, (_, n): Command => ({ op: 'addService', service: web(n + 1) })));
  expect(ipvs.table().map((row) => (row as typeof WEB).port)).toEqual(
    ipvs.services().map((row) => (row as typeof WEB).port),
  );
  return ipvs.services().map((row) => (row as typeof WEB).port);
}

test('services are listed in an order that the seed decides', () => {
  expect(order(1)).toEqual(order(1));
  expect(order(1)).not.toEqual(order(2));
  expect(new Set(order(1)).size).toBe(50);
});

test('counters are copied every two seconds, and rates follow', () => {
  const simulator = new Simulator();
  using ipvs = simulator.openSync();
  ipvs.addService(WEB);
  ipvs.addDestination(WEB, ONE);
  const client = { address: '198.51.100.1', port: 1 };
  const connection = simulator.connect({ protocol: 'tcp', client, virtual: WEB });
  const rates: number[] = [];
  for (let second = 0; second < 14; second++) {
    connection?.traffic({ packetsIn: 20, packetsOut: 10, bytesIn: 1000, bytesOut: 64_000 });
    simulator.advance(1000);
    if (second % 2 === 1) rates.push(ipvs.stats().rates.packetsIn);
  }
  // A quarter of the way to 20 packets a second each time.
  expect(rates).toEqual([5, 9, 12, 14, 15, 16, 17]);
  const [service, destination] = [ipvs.service(WEB)?.stats, ipvs.destinations(WEB)[0]?.stats];
  expect(service).toEqual(destination);
  expect(service).toEqual(ipvs.stats());
  expect(service).toMatchObject({
    connections: 1n,
    packetsIn: 280n,
    packetsOut: 140n,
    bytesIn: 14_000n,
    bytesOut: 896_000n,
  });
  simulator.advance(1999);
  expect(ipvs.service(WEB)?.stats).toEqual(service);
  simulator.advance(200_000);
  expect(ipvs.stats().rates).toEqual({
    connections: 0,
    packetsIn: 0,
    packetsOut: 0,
    bytesIn: 0,
    bytesOut: 0,
  });
});

test('zero: what is reported begins anew, what came since the last copy is still to come', () => {
  const simulator = new Simulator();
  using ipvs = simulator.openSync();
  ipvs.addService(WEB);
  ipvs.addDestination(WEB, ONE);
  const connection = simulator.connect({
    protocol: 'tcp',
    client: { address: '198.51.100.1', port: 1 },
    virtual: WEB,
  });
  connection?.traffic({ packetsIn: 10 });
  simulator.advance(2000);
  connection?.traffic({ packetsIn: 3 });
  ipvs.zero(WEB);
  expect(ipvs.service(WEB)?.stats).toMatchObject({ connections: 0n, packetsIn: 0n, rates: { packetsIn: 0 } });
  expect(ipvs.destinations(WEB)[0]?.stats).toMatchObject({ packetsIn: 0n });
  expect(ipvs.stats()).toMatchObject({ packetsIn: 10n });
  simulator.advance(2000);
  expect(ipvs.service(WEB)?.stats).toMatchObject({ connections: 0n, packetsIn: 3n });
  ipvs.zero();
  expect(ipvs.stats()).toMatchObject({ connections: 0n, packetsIn: 0n });
});

test('with run_estimation 0 the counters stand still', () => {
  const simulator = new Simulator({ sysctls: { run_estimation: 0 } });
  using ipvs = simulator.openSync();
  ipvs.addService(WEB);
  ipvs.addDestination(WEB, ONE);
  simulator.connect({ protocol: 'tcp', client: { address: '198.51.100.1', port: 1 }, virtual: WEB });
  simulator.advance(10_000);
  expect(ipvs.stats().connections).toBe(0n);
});

test('a setting takes effect at once', () => {
  const simulator = new Simulator();
  using ipvs = simulator.openSync();
  ipvs.addService(WEB);
  ipvs.addDestination(WEB, ONE);
  simulator.connect({ protocol: 'tcp', client: { address: '198.51.100.1', port: 1 }, virtual: WEB });
  ipvs.deleteDestination(WEB, ONE);
  expect(ipvs.countConnections([])).toEqual([{ count: 1 }]);
  ipvs.addDestination(WEB, ONE);
  ipvs.setSysctls({ expire_nodest_conn: 1 });
  ipvs.deleteDestination(WEB, ONE);
  expect(ipvs.countConnections([])).toEqual([{ count: 0 }]);
});

test.each(['lblc', 'lblcr'])('%s remembers an address for as long as its setting says', (scheduler) => {
  const setting = `${scheduler}_expiration`;
  const simulator = new Simulator();
  using ipvs = simulator.openSync();
  expect(ipvs.sysctls()).not.toHaveProperty(setting);
  ipvs.addService({ ...WEB, scheduler });
  expect(ipvs.sysctls()).toMatchObject({ [setting]: 86_400 });
  ipvs.setSysctls({ [setting]: 60 });
  for (const address of ['10.0.0.1', '10.0.0.2']) ipvs.addDestination(WEB, { address, port: 80 });
  const chosen = [0, 60_000, 60_001].map((milliseconds, n) => {
    simulator.advance(milliseconds);
    const client = { address: '198.51.100.1', port: n + 1 };
    const connection = simulator.connect({ protocol: 'tcp', client, virtual: WEB });
    connection?.traffic();
    return connection?.destination.address;
  });
  // The connections of the first two last longer, so that the other is less busy.
  expect(chosen).toEqual(['10.0.0.2', '10.0.0.2', '10.0.0.1']);
});

test('a setting that a scheduler brings may be given: its module is there from the start', () => {
  using ipvs = new Simulator({ sysctls: { lblc_expiration: 5 } }).openSync();
  expect(ipvs.sysctls()).toMatchObject({ lblc_expiration: 5 });
  expect(ipvs.sysctls()).not.toHaveProperty('lblcr_expiration');
});

test('a director that runs a backup schedules nothing where backup_only is 1', () => {
  const simulator = new Simulator({ sysctls: { backup_only: 1 } });
  using ipvs = simulator.openSync();
  ipvs.addService(WEB);
  ipvs.addDestination(WEB, ONE);
  const connect = (port: number) =>
    simulator.connect({ protocol: 'tcp', client: { address: '198.51.100.1', port }, virtual: WEB });
  expect(connect(1)).toBeDefined();
  ipvs.startDaemon({ role: 'backup', interface: 'eth0' });
  expect(connect(2)).toBeUndefined();
  ipvs.stopDaemon('backup');
  expect(connect(3)).toBeDefined();
});

test.each<[object, string]>([
  [{ kernel: '5.10' }, "options.kernel must be one of 6.1, 6.12, 7.2, got '5.10'"],
  [{ seed: -1 }, 'options.seed must be an integer from 0 to 4294967295, got -1'],
  [{ connectionTableSize: 0 }, 'options.connectionTableSize must be an integer from 1 to 134217728, got 0'],
  [{ interfaces: 'eth0' }, "options.interfaces must be an array of interfaces, got 'eth0'"],
  [
    { interfaces: [{ name: 'eth0', mtu: 70_000 }] },
    'options.interfaces[0].mtu must be an integer from 0 to 65536',
  ],
  [
    { interfaces: [{ name: 'eth0', addresses: ['192.0.2.1'] }] },
    "options.interfaces[0].addresses[0] must be an address with prefix length, such as 192.0.2.1/24, got '192.0.2.1'",
  ],
  [{ sysctls: { expire_nodest: 1 } }, 'options.sysctls.expire_nodest is no setting that Linux 7.2 has'],
  [
    { sysctls: { sync_version: 2 } },
    'options.sysctls.sync_version must be a value that Linux 7.2 takes, got 2',
  ],
  [{ kernal: '6.1' }, "options.kernal is not a known field (got '6.1'): did you mean kernel?"],
])('%j makes no simulator', (options, message) => {
  expect(() => new Simulator(options)).toThrow(message);
});

const FLOW = { protocol: 'tcp', client: { address: '198.51.100.1', port: 1 }, virtual: WEB } as const;

test.each<[object, string]>([
  [{ protocol: 'icmp' }, "flow.protocol must be one of tcp, udp, sctp, got 'icmp'"],
  [
    { client: { address: 'localhost', port: 1 } },
    "flow.client.address must be an IPv4 or IPv6 address, got 'localhost'",
  ],
  [
    { client: { address: '198.51.100.1' } },
    'flow.client.port must be an integer from 0 to 65535, got undefined',
  ],
  [{ virtual: 80 }, 'flow.virtual must be an object with address and port, or with fwmark, got 80'],
  [{ virtual: { fwmark: 0 } }, 'flow.virtual.fwmark must be an integer from 1 to 4294967295, got 0'],
  [{ server: 1 }, 'flow.server is not a known field'],
])('%j is no flow', (part, message) => {
  expect(() => new Simulator().connect({ ...FLOW, ...part })).toThrow(message);
});

test('what a connection cannot do', () => {
  const simulator = new Simulator();
  using ipvs = simulator.openSync();
  ipvs.addService(WEB);
  ipvs.addDestination(WEB, ONE);
  const connection = simulator.connect(FLOW);
  expect(() => connection?.close('now' as 'fin')).toThrow("how must be one of fin, half, reset, got 'now'");
  expect(() => connection?.traffic({ bytesIn: -1 })).toThrow('counters.bytesIn must be an integer from 0');
  expect(() => connection?.traffic({ bytes: 1 } as object)).toThrow('counters.bytes is not a known field');
  expect(() => simulator.advance(-1)).toThrow('milliseconds must be an integer from 0');
});
