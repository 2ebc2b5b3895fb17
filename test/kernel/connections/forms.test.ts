import { beforeAll, expect, test } from '@jest/globals';
import { type ConnectionField, IpvsSync } from '../../../lib/index';
import { everyKind } from './entries';
import { listOf, NETNS, setTable, sorted } from './table';

const table = setTable();
const cases = everyKind();

beforeAll(async () => {
  // The backup daemon finds a persistence engine only where it is loaded.
  const sip = { protocol: 'udp', address: '198.51.100.99', port: 5060 } as const;
  await table.ipvs.addService({ ...sip, persistence: { engine: 'sip' } });
  await table.feed(cases.map(({ entry }) => entry));
});

test('every kind of entry is what it was made as', async () => {
  const expected = sorted(cases.map(({ connection }) => connection));
  const listed = await listOf(table.ipvs);
  expect(sorted(listed)).toEqual(expected);
  for (const { expires } of listed) {
    expect(expires).toBeGreaterThan(500);
    expect(expires).toBeLessThanOrEqual(600);
  }
  using sync = IpvsSync.open({ netns: NETNS });
  expect(sorted([...sync.connections()])).toEqual(expected);
});

const FIELDS: ConnectionField[] = ['protocol', 'client', 'virtual', 'destination', 'state', 'template'];

test.each(FIELDS)('a filter by each %s lets its entries through, and no others', async (field) => {
  for (const value of distinct(cases.map(({ connection }) => connection[field]))) {
    const expected = cases
      .map(({ connection }) => connection)
      .filter((connection) => JSON.stringify(connection[field]) === JSON.stringify(value));
    expect(sorted(await listOf(table.ipvs, { [field]: value }))).toEqual(sorted(expected));
  }
});

test('filters by a part of an endpoint, and by several fields', async () => {
  const { ipvs } = table;
  const connections = cases.map(({ connection }) => connection);
  expect(await ipvs.countConnections([], { virtual: { port: 80 } })).toEqual([
    { count: connections.filter(({ virtual }) => 'port' in virtual && virtual.port === 80).length },
  ]);
  expect(await ipvs.countConnections([], { destination: { address: 'fd77::1' } })).toEqual([
    { count: connections.filter(({ destination }) => destination.address === 'fd77::1').length },
  ]);
  expect(
    sorted(await listOf(ipvs, { protocol: 'tcp', state: 'NONE', template: true, client: { port: 0 } })),
  ).toEqual(
    sorted(connections.filter((c) => c.protocol === 'tcp' && c.state === 'NONE' && c.client.port === 0)),
  );
  expect(await listOf(ipvs, { state: 'ESTABLISHED', template: true })).toEqual([]);
});

test.each<[ConnectionField[]]>([
  [[]],
  ...FIELDS.map((field): [ConnectionField[]] => [[field]]),
  [['destination', 'state']],
  [['virtual', 'destination']],
  [FIELDS],
])('a count by %j', async (by) => {
  const expected = new Map<string, number>();
  for (const { connection } of cases) {
    const key = JSON.stringify(Object.fromEntries(by.map((field) => [field, connection[field]])));
    expected.set(key, (expected.get(key) ?? 0) + 1);
  }
  const rows = await table.ipvs.countConnections(by);
  expect(new Map(rows.map(({ count, ...fields }) => [JSON.stringify(inOrder(fields, by)), count]))).toEqual(
    expected,
  );
  expect(rows).toHaveLength(expected.size);
  using sync = IpvsSync.open({ netns: NETNS });
  expect(sync.countConnections(by)).toEqual(rows);
  for (const { count, ...filter } of rows) {
    expect(await table.ipvs.countConnections([], filter)).toEqual([{ count }]);
  }
});

function distinct<T>(values: readonly T[]): T[] {
  return [...new Map(values.map((value) => [JSON.stringify(value), value])).values()];
}

function inOrder(fields: Record<string, unknown>, by: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(by.map((field) => [field, fields[field]]));
}
