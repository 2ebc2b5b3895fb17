/** The text of metrics, of a simulated director. What Prometheus makes of it is tested on a kernel. */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Registry } from 'prom-client';
import type { BackendHandle } from '../../lib/backend/backend';
import { type Backend, type Command, Ipvs } from '../../lib/index';
import { IpvsMetrics } from '../../lib/metrics';
import { Simulator } from '../../lib/simulator';
import { Operation, REQUEST, SERVICE, STATUS } from '../../lib/wire/records';

const WEB = { protocol: 'tcp', address: '10.0.0.1', port: 80 } as const;
const DNS = { protocol: 'udp', address: '2001:db8::1', port: 53 } as const;
const MARK = { fwmark: 10, family: 'ipv6' } as const;

let simulator: Simulator;
let ipvs: Ipvs;

beforeEach(async () => {
  simulator = new Simulator();
  ipvs = await simulator.open();
  const commands: Command[] = [
    { op: 'addService', service: { ...WEB, scheduler: 'rr' } },
    {
      op: 'addDestination',
      service: WEB,
      destination: { address: '10.1.0.1', port: 8080, forward: 'masq', weight: 3 },
    },
    {
      op: 'addDestination',
      service: WEB,
      destination: { address: '10.1.0.2', port: 8080, forward: 'masq', weight: 0 },
    },
    { op: 'addService', service: { ...DNS, scheduler: 'wlc' } },
    { op: 'addService', service: { ...MARK, scheduler: 'wlc' } },
    { op: 'addDestination', service: MARK, destination: { address: '2001:db8::2', port: 0 } },
  ];
  await ipvs.batch(commands);
  const connection = simulator.connect({
    protocol: 'tcp',
    client: { address: '10.9.0.1', port: 1 },
    virtual: WEB,
  });
  connection?.traffic({ packetsIn: 12, packetsOut: 34, bytesIn: 5_000_000_000, bytesOut: 5 });
  simulator.advance(2000);
});

afterEach(() => ipvs.close());

/** The lines of one metric's samples. */
function samples(text: string, name: string): string[] {
  return text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
}

/** The simulated director, with something around what is asked of it. */
function withExchanges(around: (exchange: BackendHandle['exchange']) => BackendHandle['exchange']): Backend {
  return {
    createHandle() {
      const handle = simulator.backend.createHandle();
      handle.exchange = around(handle.exchange.bind(handle));
      return handle;
    },
  };
}

function operationsOf(requests: ArrayBuffer, count: number): number[] {
  const bytes = new Uint8Array(requests);
  return Array.from({ length: count }, (_, n) => bytes[n * REQUEST.size + REQUEST.operation] as number);
}

describe('our own metrics', () => {
  test('without counters they are the same, less the counters of rows, and these are not read', async () => {
    const operations: number[] = [];
    const backend = withExchanges((exchange) => (requests, count, timeout) => {
      operations.push(...operationsOf(requests, count));
      return exchange(requests, count, timeout);
    });
    await using recorded = await Ipvs.open({ backend });
    const lines = (text: string) => text.split('\n').filter((line) => !line.includes('read_duration'));
    const isCounterOfRow = (line: string) => /ipvs_(service|destination)_\w+_total/.test(line);
    const all = lines(await new IpvsMetrics(recorded).metrics());
    const gauges = lines(await new IpvsMetrics(recorded, { counters: false }).metrics());
    expect(all.filter(isCounterOfRow).length).toBeGreaterThan(20);
    expect(gauges).toEqual(all.filter((line) => !isCounterOfRow(line)));
    expect(gauges.join()).toContain('ipvs_incoming_bytes_total');
    await new IpvsMetrics(recorded, { prefix: 'node_ipvs' }).metrics();
    const registry = new Registry();
    new IpvsMetrics(recorded, { counters: false }).register(registry);
    expect(
      lines(await registry.metrics())
        .filter((line) => line !== '')
        .sort(),
    ).toEqual(gauges.filter((line) => line !== '').sort());
    const tables = operations.filter((each) => each === Operation.table || each === Operation.tableState);
    expect(tables).toEqual([Operation.table, ...Array(3).fill(Operation.tableState)]);
  });

  test('of the director, services and destinations, with exact counters', async () => {
    const text = await new IpvsMetrics(ipvs).metrics();
    const service = 'service="tcp 10.0.0.1:80"';
    const first = `{${service},destination="10.1.0.1:8080"}`;
    expect(samples(text, 'ipvs_info')).toEqual([`ipvs_info{version="${(await ipvs.info()).version}"} 1`]);
    expect(samples(text, 'ipvs_services')).toEqual(['ipvs_services 3']);
    expect(samples(text, 'ipvs_destinations')).toEqual(['ipvs_destinations 3']);
    const { stats } = (await ipvs.service(WEB)) ?? {};
    expect(samples(text, 'ipvs_service_incoming_bytes_total')).toContain(
      `ipvs_service_incoming_bytes_total{${service}} ${stats?.bytesIn}`,
    );
    expect(samples(text, 'ipvs_destination_incoming_bytes_total')).toContain(
      `ipvs_destination_incoming_bytes_total${first} ${stats?.bytesIn}`,
    );
    expect(samples(text, 'ipvs_incoming_bytes_total')).toEqual([
      `ipvs_incoming_bytes_total ${stats?.bytesIn}`,
    ]);
    expect(samples(text, 'ipvs_destination_weight').sort()).toEqual([
      `ipvs_destination_weight{service="fwmark 10 (ipv6)",destination="[2001:db8::2]:0"} 1`,
      `ipvs_destination_weight${first} 3`,
      `ipvs_destination_weight{${service},destination="10.1.0.2:8080"} 0`,
    ]);
    expect(samples(text, 'ipvs_destination_active_connections')).toContain(
      `ipvs_destination_active_connections${first} ${(await ipvs.destinations(WEB)).find(({ weight }) => weight === 3)?.activeConnections}`,
    );
    expect(samples(text, 'ipvs_service_destinations').sort()).toEqual([
      'ipvs_service_destinations{service="fwmark 10 (ipv6)"} 1',
      `ipvs_service_destinations{${service}} 2`,
      'ipvs_service_destinations{service="udp [2001:db8::1]:53"} 0',
    ]);
    expect(samples(text, 'ipvs_service_usable_destinations')).toContain(
      `ipvs_service_usable_destinations{${service}} 1`,
    );
    expect(samples(text, 'ipvs_service_info').sort()).toEqual([
      'ipvs_service_info{service="fwmark 10 (ipv6)",fwmark="10",family="ipv6",scheduler="wlc"} 1',
      `ipvs_service_info{${service},protocol="tcp",address="10.0.0.1",port="80",family="ipv4",scheduler="rr"} 1`,
      'ipvs_service_info{service="udp [2001:db8::1]:53",protocol="udp",address="2001:db8::1",port="53",family="ipv6",scheduler="wlc"} 1',
    ]);
    expect(samples(text, 'ipvs_connection_table_entries')).toEqual([]);
    expect(text.endsWith('\n')).toBe(true);
  });

  test("connections by protocol and state, without destinations, with labels of one's own", async () => {
    const labels = { region: 'a "b"\\\n' };
    const text = await new IpvsMetrics(ipvs, {
      labels,
      connections: true,
      destinations: false,
      prefix: 'lb',
    }).metrics();
    const [{ state } = { state: '' }] = await ipvs.countConnections(['state']);
    expect(samples(text, 'lb_connection_table_entries')).toEqual([
      `lb_connection_table_entries{region="a \\"b\\"\\\\\\n",protocol="tcp",state="${state}"} 1`,
    ]);
    expect(samples(text, 'lb_services')).toEqual(['lb_services{region="a \\"b\\"\\\\\\n"} 3']);
    expect(text).not.toContain('lb_destination_');
  });

  test('in the format that a request prefers', async () => {
    const metrics = new IpvsMetrics(ipvs);
    const asked = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1';
    const scrape = await metrics.scrape(asked);
    let text = '';
    for await (const chunk of scrape) text += Buffer.from(chunk);
    expect(scrape.contentType).toBe(Registry.OPENMETRICS_CONTENT_TYPE);
    expect(text).toMatch(/# TYPE ipvs_connections counter\nipvs_connections_total 1\n/);
    expect(text.endsWith('\n# EOF\n')).toBe(true);
    for (const other of ['', '*/*', 'text/plain', 'text/plain, application/openmetrics-text;q=0.1']) {
      expect((await metrics.scrape(other)).contentType).toBe(Registry.PROMETHEUS_CONTENT_TYPE);
    }
    expect(metrics.contentType).toBe(Registry.PROMETHEUS_CONTENT_TYPE);
    const always = new IpvsMetrics(ipvs, { openMetrics: true });
    expect(always.contentType).toBe(Registry.OPENMETRICS_CONTENT_TYPE);
    expect(await always.metrics()).toMatch(/# EOF\n$/);
  });

  test('a reading that fails rejects, and is counted', async () => {
    const metrics = new IpvsMetrics(ipvs);
    const fault = simulator.fail({ syscall: 'table', errno: 'ENOMEM' });
    await expect(metrics.metrics()).rejects.toMatchObject({ code: 'ENOMEM', syscall: 'table' });
    await expect(metrics.scrape()).rejects.toMatchObject({ code: 'ENOMEM' });
    fault.restore();
    expect(samples(await metrics.metrics(), 'ipvs_read_errors_total')).toEqual([
      'ipvs_read_errors_total{code="ENOMEM"} 2',
    ]);
  });
});

test.each([0n, 1n, 2n ** 32n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 64n - 1n])(
  'a counter that stands at %s is printed exactly',
  async (value) => {
    await using patched = await Ipvs.open({ backend: withBytesIn(value) });
    const registry = new Registry();
    const metrics = new IpvsMetrics(patched);
    metrics.register(registry);
    for (const text of [await metrics.metrics(), await registry.metrics()]) {
      expect(
        samples(text, 'ipvs_service_incoming_bytes_total').map((line) => line.split(' ').at(-1)),
      ).toEqual([`${value}`, `${value}`, `${value}`]);
    }
  },
);

/** The simulated director, but for the bytes that each service of its table has received. */
function withBytesIn(value: bigint): Backend {
  return withExchanges((exchange) => async (requests, count, milliseconds) => {
    const operations = operationsOf(requests, count);
    const answer = (await exchange(requests, count, milliseconds)) as ArrayBuffer;
    for (const [n, operation] of operations.entries()) {
      if (operation !== Operation.table) continue;
      const view = new DataView(answer);
      const at = n * STATUS.size;
      const first = view.getUint32(at + STATUS.offset, true) + SERVICE.stats + 24;
      for (let row = view.getUint32(at + STATUS.count, true) - 1; row >= 0; row--) {
        view.setBigUint64(first + row * SERVICE.size, value, true);
      }
    }
    return answer;
  });
}

describe("with node_exporter's names", () => {
  const metricsOf = (options = {}) => new IpvsMetrics(ipvs, { prefix: 'node_ipvs', ...options }).metrics();

  test('its metrics and labels, and no others', async () => {
    const text = await metricsOf();
    const names = text.split('\n').flatMap((line) => /^# TYPE (\S+)/.exec(line)?.[1] ?? []);
    expect(names).toEqual([
      'node_ipvs_connections_total',
      'node_ipvs_incoming_packets_total',
      'node_ipvs_outgoing_packets_total',
      'node_ipvs_incoming_bytes_total',
      'node_ipvs_outgoing_bytes_total',
      'node_ipvs_backend_connections_active',
      'node_ipvs_backend_connections_inactive',
      'node_ipvs_backend_weight',
    ]);
    expect(samples(text, 'node_ipvs_backend_weight').sort()).toEqual([
      'node_ipvs_backend_weight{local_address="",local_mark="0000000A",local_port="0",proto="FWM",remote_address="2001:db8::2",remote_port="0"} 1',
      'node_ipvs_backend_weight{local_address="10.0.0.1",local_mark="",local_port="80",proto="TCP",remote_address="10.1.0.1",remote_port="8080"} 3',
      'node_ipvs_backend_weight{local_address="10.0.0.1",local_mark="",local_port="80",proto="TCP",remote_address="10.1.0.2",remote_port="8080"} 0',
    ]);
    expect(await metricsOf({ destinations: false })).not.toContain('backend');
  });

  test("a mark's services of both families have one sample for the same real server", async () => {
    const other = { fwmark: 10 };
    await ipvs.addService({ ...other, scheduler: 'rr' });
    const destination = { address: '2001:db8::2', port: 0, forward: 'tunnel', weight: 5 } as const;
    await ipvs.addDestination(other, destination);
    const marks = samples(await metricsOf(), 'node_ipvs_backend_weight').filter((line) =>
      line.includes('FWM'),
    );
    expect(marks).toEqual([expect.stringMatching(/ 6$/)]);
  });
});

describe('in a registry of prom-client', () => {
  test.each([Registry.PROMETHEUS_CONTENT_TYPE, Registry.OPENMETRICS_CONTENT_TYPE])('%s', async (type) => {
    const registry = new Registry();
    registry.setContentType(type as never);
    const openMetrics = type === Registry.OPENMETRICS_CONTENT_TYPE;
    const metrics = new IpvsMetrics(ipvs, { openMetrics });
    metrics.register(registry);
    const withoutClock = (text: string) =>
      text.replace(/\n+/g, '\n').replace(/(read_duration_seconds) .*/g, '$1');
    const expected = withoutClock(await metrics.metrics());
    expect(withoutClock(await registry.metrics())).toBe(expected);
    expect(withoutClock(await registry.metrics())).toBe(expected);
    expect(expected).toContain(` ${(await ipvs.stats()).bytesIn}\n`);
  });

  test('it reads the kernel once for all, and as JSON', async () => {
    const registry = new Registry();
    new IpvsMetrics(ipvs).register(registry);
    const fault = simulator.fail({ syscall: 'table', errno: 'EINTR', times: 1 });
    await expect(registry.metrics()).rejects.toMatchObject({ code: 'EINTR' });
    fault.restore();
    const json = (await registry.getMetricsAsJSON()) as { name: string; values: object[] }[];
    expect(json.find(({ name }) => name === 'ipvs_service_destinations')?.values).toContainEqual({
      labels: { service: 'tcp 10.0.0.1:80' },
      value: 2,
    });
    registry.resetMetrics();
    const errors = await registry.getSingleMetricAsString('ipvs_read_errors_total');
    expect(errors).toContain('ipvs_read_errors_total{code="EINTR"} 1');
  });
});

test.each([
  [{ prefix: '1x' }, 'options.prefix'],
  [{ prefx: 'x' }, 'options.prefx'],
  [{ labels: { 'a-b': '' } }, 'options.labels.a-b'],
  [{ labels: { service: '' } }, 'options.labels.service'],
  [{ labels: { region: 1 } }, 'options.labels.region'],
  [{ destinations: 'no' }, 'options.destinations'],
  [{ prefix: 'node_ipvs', connections: true }, 'options.connections'],
])('%o is refused', (options, path) => {
  expect(() => new IpvsMetrics(ipvs, options as never)).toThrow(expect.objectContaining({ path }));
});

test('something else than a handle is refused', () => {
  expect(() => new IpvsMetrics({} as never)).toThrow(/ipvs must be an Ipvs, got \{\}/);
});

test.each([{}, { destinations: false }, { counters: false }, { prefix: 'node_ipvs' }])(
  'labels kept from the scrape before are those of the table as it is (%o)',
  async (options) => {
    const metrics = new IpvsMetrics(ipvs, options);
    const told = async (of: IpvsMetrics) => (await of.metrics()).replace(/^.*read_duration.*$/gm, '');
    const other = { ...WEB, address: '10.0.0.2' };
    const real = { address: '10.1.0.1', port: 8080, forward: 'masq' } as const;
    const many = Array.from({ length: 150 }, (_, n) => ({ ...real, address: `10.2.0.${n}` }));
    const changes: Command[][] = [
      [{ op: 'addService', service: other }],
      [{ op: 'addDestination', service: other, destination: real }],
      [{ op: 'setService', service: { ...other, scheduler: 'sh' } }],
      [{ op: 'addDestination', service: WEB, destination: { ...real, address: '10.1.0.9' } }],
      [{ op: 'deleteDestination', service: WEB, destination: real }],
      [{ op: 'addDestination', service: other, destination: { ...real, port: 8081 } }],
      [{ op: 'addService', service: { fwmark: 10, scheduler: 'rr' } }],
      many.map((destination) => ({ op: 'addDestination', service: other, destination })),
      [{ op: 'deleteDestination', service: other, destination: many[70] as (typeof many)[0] }],
      [{ op: 'deleteService', service: WEB }],
      [{ op: 'addService', service: { ...WEB, port: 81 } }],
      [{ op: 'addDestination', service: { ...WEB, port: 81 }, destination: real }],
      [{ op: 'deleteService', service: other }],
    ];
    for (const change of changes) {
      await ipvs.batch(change);
      expect(await told(metrics)).toBe(await told(new IpvsMetrics(ipvs, options)));
      expect(await told(metrics)).toBe(await told(new IpvsMetrics(ipvs, options)));
    }
  },
);

test('chunks are bytes, end with a line, and hold little more than what they say', async () => {
  const service = { ...DNS, port: 54 };
  await ipvs.addService({ ...service, scheduler: 'rr' });
  const add = (_: unknown, n: number): Command => ({
    op: 'addDestination',
    service,
    destination: { address: `2001:db8:1:2:3:4:5:${n.toString(16)}`, port: 53 },
  });
  await ipvs.batch(Array.from({ length: 1000 }, add));
  const metrics = new IpvsMetrics(ipvs, { labels: { region: 'Zürich', cluster: 'x'.repeat(20) } });
  const chunks: Uint8Array[] = [];
  for await (const chunk of await metrics.scrape()) chunks.push(chunk);
  expect(chunks.length).toBeGreaterThan(10);
  for (const chunk of chunks) {
    expect(chunk).toBeInstanceOf(Uint8Array);
    expect(chunk.at(-1)).toBe(0x0a);
    expect(chunk.length).toBeLessThan(100_000);
    expect(chunk.buffer.byteLength).toBeLessThan(100_000);
  }
  const withoutClock = (text: string) => text.replace(/^.*read_duration.*$/gm, '');
  const whole = Buffer.concat(chunks).toString();
  expect(withoutClock(whole)).toBe(withoutClock(await metrics.metrics()));
  expect(samples(whole, 'ipvs_destination_weight')[0]).toContain('region="Zürich"');
});

test('scrapes leave nothing behind', async () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const service = { ...WEB, address: '10.0.0.2' };
  await ipvs.addService(service);
  await ipvs.batch(
    Array.from({ length: 500 }, (_, n): Command => {
      return {
        op: 'addDestination',
        service,
        destination: { address: `10.2.${n >> 8}.${n & 255}`, port: 80 },
      };
    }),
  );
  const metrics = new IpvsMetrics(ipvs);
  let length = 0;
  const heldAfter = async (count: number) => {
    // What stands where it stood, and what does not: a service that comes and goes moves the others.
    for (let n = 0; n < count; n++) {
      await (n % 2 === 0 ? ipvs.deleteService(MARK) : ipvs.addService(MARK));
      length = (await metrics.metrics()).length;
    }
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = await heldAfter(50);
  const after = await heldAfter(200);
  // A text that is kept is as long as this; a row that is, a twentieth of it over two hundred scrapes.
  expect(length).toBeGreaterThan(250_000);
  expect(after - before).toBeLessThan(2 * length);
});
