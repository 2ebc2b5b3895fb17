/** Entries of the connection table: their states, how long they last, and what persistence makes of them. */

import { expect, test } from '@jest/globals';
import type { Connection, ConnectionFilter, IpvsSync, ServiceOptions } from '../../lib/index';
import { type SimulatedConnection, Simulator, type SimulatorOptions } from '../../lib/simulator';

const WEB = { protocol: 'tcp', address: '192.0.2.1', port: 80 } as const;
const DNS = { protocol: 'udp', address: '192.0.2.1', port: 53 } as const;
const ONE = { address: '10.0.0.1', port: 8080 } as const;
const TWO = { address: '10.0.0.2', port: 8080 } as const;

const SECOND = 1000;

let port = 1024;

class Machine {
  readonly simulator: Simulator;
  readonly ipvs: IpvsSync;

  constructor(options?: SimulatorOptions) {
    this.simulator = new Simulator(options);
    this.ipvs = this.simulator.openSync();
  }

  serve(
    service: typeof WEB | typeof DNS | { fwmark: number },
    options: ServiceOptions = {},
    forward = 'masq',
  ): this {
    this.ipvs.addService({ ...service, scheduler: 'rr', ...options });
    for (const server of [ONE, TWO]) {
      this.ipvs.addDestination(service, { ...server, forward: forward as 'masq' });
    }
    return this;
  }

  /** From a port of its own. */
  connect(address = '198.51.100.1', virtual: object = WEB): SimulatedConnection | undefined {
    const { protocol = 'tcp' } = virtual as { protocol?: 'tcp' };
    return this.simulator.connect({
      protocol,
      client: { address, port: port++ },
      virtual: virtual as typeof WEB,
    });
  }

  entries(filter: ConnectionFilter = {}): Connection[] {
    return [...this.ipvs.connections(filter)];
  }

  /** Active, inactive and persistent connections of each real server, the newest first. */
  counts(service: typeof WEB | typeof DNS | { fwmark: number } = WEB): number[][] {
    return this.ipvs
      .destinations(service)
      .map((each) => [each.activeConnections, each.inactiveConnections, each.persistentConnections]);
  }
}

function connected(connection: SimulatedConnection | undefined): SimulatedConnection {
  if (connection === undefined) throw new Error('refused');
  return connection;
}

test.each([
  ['masq', 'fin', 'TIME_WAIT', 120],
  ['masq', 'half', 'CLOSE_WAIT', 60],
  ['masq', 'reset', 'CLOSE', 10],
  ['droute', 'fin', 'FIN_WAIT', 120],
  ['tunnel', 'half', 'FIN_WAIT', 120],
  ['droute', 'reset', 'CLOSE', 10],
] as const)('by %s, a connection that ends with %s is in %s for %i s', (forward, how, state, seconds) => {
  const machine = new Machine().serve(WEB, {}, forward);
  const connection = connected(machine.connect());
  expect(connection).toMatchObject({ destination: TWO, state: 'SYN_RECV', expired: false });
  expect(machine.counts()).toEqual([
    [1, 0, 0],
    [0, 0, 0],
  ]);
  connection.traffic();
  expect(connection.state).toBe('ESTABLISHED');
  expect(machine.entries()).toMatchObject([{ state: 'ESTABLISHED', expires: 900 }]);
  connection.close(how);
  expect(machine.entries()).toMatchObject([{ state, expires: seconds }]);
  expect(machine.counts()[0]).toEqual([0, 1, 0]);
  machine.simulator.advance(seconds * SECOND - 1);
  expect(connection.expired).toBe(false);
  machine.simulator.advance(1);
  expect(connection.expired).toBe(true);
  expect(machine.entries()).toEqual([]);
  expect(machine.counts()[0]).toEqual([0, 0, 0]);
});

test('traffic keeps a connection, and the timeouts that are set are those that count', () => {
  const machine = new Machine().serve(WEB);
  machine.ipvs.setTimeouts({ tcp: 30, tcpFin: 5 });
  const connection = connected(machine.connect());
  for (let n = 0; n < 10; n++) {
    connection.traffic();
    machine.simulator.advance(29 * SECOND);
  }
  expect(connection.expired).toBe(false);
  machine.simulator.advance(SECOND);
  expect(connection.expired).toBe(true);
  // What comes later concerns nobody.
  connection.traffic({ packetsIn: 1 });
  connection.close();
  machine.simulator.advance(2 * SECOND);
  expect(machine.entries()).toEqual([]);
  expect(machine.ipvs.stats()).toMatchObject({ connections: 1n, packetsIn: 0n });
});

test('a connection whose client falls silent at once is gone after a minute', () => {
  const machine = new Machine().serve(WEB);
  machine.connect();
  machine.simulator.advance(59_999);
  expect(machine.entries()).toHaveLength(1);
  machine.simulator.advance(1);
  expect(machine.entries()).toHaveLength(0);
});

test('a datagram makes an entry that is inactive, for 300 s', () => {
  const machine = new Machine().serve(DNS);
  const connection = connected(machine.connect(undefined, DNS));
  expect(machine.entries()).toMatchObject([{ protocol: 'udp', state: 'UDP', expires: 300 }]);
  expect(machine.counts(DNS)[0]).toEqual([0, 1, 0]);
  connection.close();
  machine.simulator.advance(299_999);
  expect(connection.expired).toBe(false);
  machine.simulator.advance(1);
  expect(connection.expired).toBe(true);
});

test('one packet at a time leaves no entry, and is counted', () => {
  const machine = new Machine().serve(DNS, { flags: ['ops'] });
  const client = { address: '198.51.100.1', port: 5353 };
  const chosen = [1, 2, 3].map(() =>
    connected(machine.simulator.connect({ protocol: 'udp', client, virtual: DNS })),
  );
  expect(chosen.map(({ destination }) => destination)).toEqual([TWO, ONE, TWO]);
  chosen[0]?.traffic({ packetsIn: 1, bytesIn: 60 });
  expect(machine.entries()).toEqual([]);
  expect(machine.counts(DNS)).toEqual([
    [0, 0, 0],
    [0, 0, 0],
  ]);
  machine.simulator.advance(2 * SECOND);
  expect(machine.ipvs.service(DNS)?.stats).toMatchObject({ connections: 3n, packetsIn: 1n, bytesIn: 60n });
});

test('sctp', () => {
  const service = { protocol: 'sctp', address: '192.0.2.1', port: 3868 } as const;
  const machine = new Machine();
  machine.ipvs.addService(service);
  machine.ipvs.addDestination(service, ONE);
  const connection = connected(machine.connect(undefined, service));
  expect(connection.state).toBe('INIT1');
  connection.traffic();
  expect(machine.entries()).toMatchObject([{ protocol: 'sctp', state: 'ESTABLISHED', expires: 900 }]);
  connection.close('half');
  expect(connection.state).toBe('S-SENT');
  connection.close();
  expect(machine.entries()).toMatchObject([{ state: 'CLOSED', expires: 60 }]);
});

test('the same ends are the same connection, until it is over', () => {
  const machine = new Machine().serve(WEB);
  const client = { address: '198.51.100.1', port: 5000 };
  const connect = () => connected(machine.simulator.connect({ protocol: 'tcp', client, virtual: WEB }));
  const first = connect();
  expect(connect().destination).toEqual(first.destination);
  first.close();
  // In TIME_WAIT the client may begin anew: conn_reuse_mode is 1.
  expect(connect().destination).not.toEqual(first.destination);
  expect(machine.entries()).toHaveLength(1);
});

test.each([
  [0, true],
  [1, true],
  [2, false],
])(
  'by direct routing, conn_reuse_mode %i: in FIN_WAIT a client comes back to its real server: %s',
  (mode, same) => {
    const machine = new Machine({ sysctls: { conn_reuse_mode: mode } }).serve(WEB, {}, 'droute');
    const client = { address: '198.51.100.1', port: 5000 };
    const connect = () => connected(machine.simulator.connect({ protocol: 'tcp', client, virtual: WEB }));
    const first = connect();
    first.close();
    const { destination } = connect();
    expect(destination.address === first.destination.address).toBe(same);
  },
);

test('persistence keeps a network of clients with one real server, by a template', () => {
  const machine = new Machine().serve(WEB, { persistence: { timeout: 50, netmask: 24 } });
  const destinations = ['198.51.100.1', '198.51.100.2', '198.51.101.1'].map((address) => {
    const connection = connected(machine.connect(address));
    connection.traffic();
    connection.close('reset');
    return connection.destination.address;
  });
  expect(destinations).toEqual([TWO.address, TWO.address, ONE.address]);
  expect(machine.entries({ template: true, client: { address: '198.51.100.0' } })).toMatchObject([
    {
      client: { address: '198.51.100.0', port: 0 },
      virtual: { address: WEB.address, port: 80 },
      destination: TWO,
      state: 'ASSURED',
      expires: 50,
    },
  ]);
  expect(machine.counts()).toEqual([
    [0, 2, 1],
    [0, 1, 1],
  ]);
  // The connections are gone after 10 s, the templates after 50 s.
  machine.simulator.advance(49_999);
  expect(machine.entries()).toHaveLength(2);
  machine.simulator.advance(1);
  expect(machine.entries()).toHaveLength(0);
});

test('a template waits for the connections that it made, a minute at a time', () => {
  const machine = new Machine().serve(WEB, { persistence: { timeout: 50 } });
  machine.connect();
  machine.simulator.advance(50 * SECOND);
  expect(machine.entries({ template: true })).toMatchObject([{ state: 'NONE', expires: 60 }]);
  machine.simulator.advance(60 * SECOND);
  expect(machine.entries()).toEqual([]);
});

test('a template leads to a real server of weight 0, unless expire_quiescent_template is 1', () => {
  for (const expire of [0, 1]) {
    const machine = new Machine({ sysctls: { expire_quiescent_template: expire } }).serve(WEB, {
      persistence: true,
    });
    const { destination } = connected(machine.connect());
    machine.ipvs.patchDestination(WEB, destination, { weight: 0 });
    expect(connected(machine.connect()).destination.address === destination.address).toBe(expire === 0);
  }
});

test.each([
  ['6.1', 65535],
  ['7.2', 80],
] as const)('on %s a template that is no longer valid shows virtual port %i', (kernel, shown) => {
  const machine = new Machine({ kernel, sysctls: { expire_quiescent_template: 1 } });
  machine.serve(WEB, { persistence: true });
  const { destination } = connected(machine.connect());
  machine.ipvs.patchDestination(WEB, destination, { weight: 0 });
  machine.connect();
  expect(machine.entries({ template: true, destination: { port: 65535 } })).toMatchObject([
    { virtual: { port: shown }, destination: { address: destination.address } },
  ]);
  expect(machine.entries({ template: true })).toHaveLength(2);
});

test('a service of every port has one template for all of them, and clients keep their port', () => {
  const every = { ...WEB, port: 0 };
  const machine = new Machine();
  machine.ipvs.addService({ ...every, scheduler: 'rr', persistence: true });
  for (const { address } of [ONE, TWO]) machine.ipvs.addDestination(every, { address, port: 0 });
  const ports = [80, 443].map(
    (virtual) => connected(machine.connect(undefined, { ...WEB, port: virtual })).destination,
  );
  expect(ports).toEqual([
    { address: TWO.address, port: 80 },
    { address: TWO.address, port: 443 },
  ]);
  expect(machine.entries({ template: true })).toMatchObject([
    { virtual: { port: 0 }, destination: { port: 0 } },
  ]);
});

test('a mark has templates of protocol ip, which carry it', () => {
  const machine = new Machine().serve({ fwmark: 7 }, { persistence: true });
  const virtual = { fwmark: 7, address: '192.0.2.9', port: 443 };
  expect(connected(machine.connect(undefined, virtual)).destination).toEqual({ ...TWO, port: 443 });
  expect(machine.connect(undefined, { fwmark: 8, address: '192.0.2.9', port: 443 })).toBeUndefined();
  expect(machine.entries({ template: true })).toMatchObject([
    {
      protocol: 'ip',
      virtual: { fwmark: 7 },
      client: { port: 0 },
      destination: { address: TWO.address, port: 0 },
    },
  ]);
  expect(machine.entries({ virtual: { fwmark: 7 } })).toHaveLength(1);
  expect(machine.ipvs.countConnections(['virtual', 'template'])).toHaveLength(2);
});

test('data connections of ftp go to the real server that has the client', () => {
  const ftp = { ...WEB, port: 21 };
  const machine = new Machine();
  machine.ipvs.addService({ ...ftp, scheduler: 'rr', persistence: true });
  for (const { address } of [ONE, TWO]) machine.ipvs.addDestination(ftp, { address, port: 21 });
  const [control, data] = [21, 50_000].map((virtual) =>
    connected(machine.connect(undefined, { ...WEB, port: virtual })),
  );
  expect(control?.destination).toEqual({ address: TWO.address, port: 21 });
  expect(data?.destination).toEqual({ address: TWO.address, port: 50_000 });
});

test('a destination that is removed keeps its connections, and has them again when it comes back', () => {
  const machine = new Machine().serve(WEB);
  const connection = connected(machine.connect());
  connection.traffic({ packetsIn: 5 });
  machine.simulator.advance(2 * SECOND);
  machine.ipvs.deleteDestination(WEB, TWO);
  // Its packets are dropped meanwhile.
  connection.traffic({ packetsIn: 100 });
  expect(machine.entries()).toHaveLength(1);
  machine.ipvs.addDestination(WEB, { ...TWO, forward: 'masq' });
  connection.traffic({ packetsIn: 1 });
  machine.simulator.advance(2 * SECOND);
  expect(machine.counts()[0]).toEqual([1, 0, 0]);
  expect(machine.ipvs.destinations(WEB)[0]?.stats).toMatchObject({ connections: 1n, packetsIn: 6n });
});

test.each([
  [179_999, 1n],
  [180_000, 0n],
])(
  'one that nobody uses is remembered for 180 s: after %i ms it has counted %s',
  (milliseconds, connections) => {
    const machine = new Machine().serve(DNS, { flags: ['ops'] });
    machine.connect(undefined, DNS);
    machine.simulator.advance(2 * SECOND);
    machine.ipvs.deleteDestination(DNS, TWO);
    machine.simulator.advance(milliseconds);
    machine.ipvs.addDestination(DNS, TWO);
    expect(machine.ipvs.destinations(DNS)[0]?.stats.connections).toBe(connections);
  },
);

test('of a service that is made anew the counters begin anew, and the connections go on', () => {
  const machine = new Machine().serve(WEB);
  connected(machine.connect()).traffic({ packetsIn: 5 });
  machine.simulator.advance(2 * SECOND);
  machine.ipvs.deleteService(WEB);
  machine.serve(WEB);
  expect(machine.counts()[0]).toEqual([1, 0, 0]);
  expect(machine.ipvs.destinations(WEB)[0]?.stats).toMatchObject({ connections: 0n, packetsIn: 0n });
});

test('with expire_nodest_conn connections end with their destination', () => {
  const machine = new Machine({ sysctls: { expire_nodest_conn: 1 } }).serve(WEB, { persistence: true });
  const connection = connected(machine.connect());
  expect(machine.entries()).toHaveLength(2);
  machine.ipvs.deleteDestination(WEB, TWO);
  expect(connection.expired).toBe(true);
  expect(machine.entries()).toEqual([]);
});

test('who is refused', () => {
  const machine = new Machine().serve(WEB);
  expect(machine.connect(undefined, { ...WEB, port: 81 })).toBeUndefined();
  expect(machine.connect(undefined, { ...WEB, address: '192.0.2.2' })).toBeUndefined();
  for (const server of [ONE, TWO]) machine.ipvs.patchDestination(WEB, server, { weight: 0 });
  expect(machine.connect()).toBeUndefined();
  for (const server of [ONE, TWO])
    machine.ipvs.patchDestination(WEB, server, { weight: 1, upperThreshold: 1 });
  expect([1, 2, 3].map(() => machine.connect()?.destination)).toEqual([TWO, ONE, undefined]);
  machine.ipvs.patchService(WEB, { scheduler: 'none' });
  expect(machine.connect()).toBeUndefined();
});

test('IPv6, and a tunnel to the other family', () => {
  const service = { protocol: 'tcp', address: '2001:db8::1', port: 80 } as const;
  const machine = new Machine();
  machine.ipvs.addService({ ...service, persistence: { netmask: 64 } });
  machine.ipvs.addDestination(service, { ...ONE, forward: 'tunnel' });
  const client = { address: '2001:db8:1:2:3::4', port: 1 };
  expect(machine.simulator.connect({ protocol: 'tcp', client, virtual: service })?.destination).toEqual(ONE);
  expect(machine.entries({ template: true })).toMatchObject([
    { client: { address: '2001:db8:1:2::', port: 0 }, destination: ONE },
  ]);
  const four = { address: '198.51.100.1', port: 1 };
  expect(() => machine.simulator.connect({ protocol: 'tcp', client: four, virtual: service })).toThrow(
    'flow.virtual.address 2001:db8::1 is of another family than flow.client.address 198.51.100.1',
  );
});

test('a large table is read in parts', () => {
  const machine = new Machine().serve(WEB);
  for (let n = 0; n < 5000; n++) machine.connect(`10.9.${n >> 8}.${n & 255}`);
  expect(new Set(machine.entries().map(({ client }) => client.address)).size).toBe(5000);
  expect(machine.ipvs.countConnections([])).toEqual([{ count: 5000 }]);
  expect(machine.ipvs.countConnections(['destination'])).toEqual(
    expect.arrayContaining([
      { destination: ONE, count: 2500 },
      { destination: TWO, count: 2500 },
    ]),
  );
  expect(machine.entries({ client: { address: '10.9.1.7' } })).toHaveLength(1);
});
