/** Tables of any entries: each is read as what it is, filtered and counted as JavaScript would. */

import { beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatAddress } from '../../lib/model/address';
import type {
  Connection,
  ConnectionCount,
  ConnectionField,
  ConnectionFilter,
} from '../../lib/model/connection';
import { HEADING, printTable, readingsOf } from './connection-table';
import { BUILD_TIMEOUT, buildReplay } from './replay/addon';

beforeAll(buildReplay, BUILD_TIMEOUT);

const FIELDS: ConnectionField[] = ['protocol', 'client', 'virtual', 'destination', 'state', 'template'];

/** Of few values, so that entries share some. */
const octets = fc.array(fc.constantFrom(0, 1, 255), { minLength: 16, maxLength: 16 });
const address = (family: number) => octets.map((bytes) => formatAddress(family, Uint8Array.from(bytes), 0));
const port = fc.constantFrom(1, 80, 8080, 65535);
const endpoint = (family: number) => fc.record({ address: address(family), port });
const family = fc.constantFrom(2, 10);
const expires = fc.nat(2 ** 31 - 1);
const engine = fc.record({
  name: fc.stringMatching(/^[a-z]{1,16}$/),
  data: fc.stringMatching(/^[^\n]{0,60}$/, { size: 'max' }),
});

const flow: fc.Arbitrary<Connection> = fc.tuple(family, family).chain(([outside, inside]) =>
  fc.record({
    protocol: fc.constantFrom('tcp', 'udp', 'sctp', 'ip-50' as 'tcp'),
    client: endpoint(outside),
    virtual: endpoint(outside),
    destination: endpoint(inside),
    state: fc.constantFrom('ESTABLISHED', 'TIME_WAIT', 'UDP', 'NONE'),
    expires,
    template: fc.constant(false),
  }),
);

const template: fc.Arbitrary<Connection> = family.chain((outside) => {
  const common = {
    client: fc.record({ address: address(outside), port: fc.constant(0) }),
    destination: endpoint(outside),
    state: fc.constantFrom('NONE', 'ASSURED'),
    expires,
    template: fc.constant(true),
  };
  return fc.oneof(
    fc.record({ ...common, protocol: fc.constantFrom('tcp', 'udp'), virtual: endpoint(outside) }),
    fc.record({
      ...common,
      protocol: fc.constant('ip' as const),
      virtual: fc.record({ fwmark: fc.integer({ min: 1, max: 0xffffffff }) }),
    }),
    fc.record({ ...common, protocol: fc.constant('udp' as const), virtual: endpoint(outside), engine }),
  );
});

const table = fc.array(fc.oneof(flow, template), { maxLength: 300 });

/** A filter that an entry of the table passes, in any of its fields. */
const filtered = fc
  .tuple(fc.array(fc.oneof(flow, template), { minLength: 1, maxLength: 100 }), fc.nat(), fc.subarray(FIELDS))
  .map(([connections, index, fields]) => {
    const chosen = connections[index % connections.length] as Connection;
    return { connections, filter: pick(chosen, fields) as ConnectionFilter };
  });

function pick(connection: Connection, fields: readonly ConnectionField[]): Partial<Connection> {
  return Object.fromEntries(fields.map((field) => [field, connection[field]]));
}

function passes(connection: Connection, filter: ConnectionFilter): boolean {
  return Object.entries(filter).every(
    ([field, value]) => JSON.stringify(connection[field as ConnectionField]) === JSON.stringify(value),
  );
}

/** Rows by what they are of. */
function byKey(rows: readonly ConnectionCount[]): Map<string, number> {
  return new Map(rows.map(({ count, ...fields }) => [JSON.stringify(fields), count]));
}

test('what is read is what was there', async () => {
  await fc.assert(
    fc.asyncProperty(table, async (connections) => {
      const readings = readingsOf(printTable(connections));
      expect([...readings.iterate({})]).toEqual(connections);
      const streamed: Connection[] = [];
      for await (const connection of readings.stream({}, {})) streamed.push(connection);
      expect(streamed).toEqual(connections);
    }),
    { numRuns: 100 },
  );
});

test('a filter lets through what has its fields', () => {
  fc.assert(
    fc.property(filtered, ({ connections, filter }) => {
      const expected = connections.filter((connection) => passes(connection, filter));
      expect([...readingsOf(printTable(connections)).iterate(filter)]).toEqual(expected);
    }),
  );
});

test('a count by any fields adds up', async () => {
  await fc.assert(
    fc.asyncProperty(table, fc.subarray(FIELDS), async (connections, by) => {
      const expected = new Map<string, number>();
      for (const connection of connections) {
        const key = JSON.stringify(pick(connection, by));
        expected.set(key, (expected.get(key) ?? 0) + 1);
      }
      if (by.length === 0) expected.set('{}', connections.length);

      const readings = readingsOf(printTable(connections));
      const rows = readings.countSync(by, {});
      expect(byKey(rows)).toEqual(expected);
      expect(rows).toHaveLength(expected.size);
      expect(await readings.count(by, {}, {})).toEqual(rows);
      // A row serves as a filter.
      for (const { count, ...filter } of rows.slice(0, 5)) {
        expect(readings.countSync([], filter)).toEqual([{ count }]);
      }
    }),
  );
});

test('any other text is an error, or a table', () => {
  const noise = fc.record({ position: fc.nat(), text: fc.string({ maxLength: 8 }) });
  fc.assert(
    fc.property(table, fc.array(noise, { maxLength: 3 }), (connections, noises) => {
      let text = printTable(connections);
      for (const { position, text: inserted } of noises) {
        const at = position % text.length;
        text = text.slice(0, at) + inserted + text.slice(at + inserted.length);
      }
      const readings = readingsOf(text);
      let read: Connection[];
      try {
        read = [...readings.iterate({})];
      } catch (error) {
        expect(error).toMatchObject({ code: 'ERR_IPVS_PROTOCOL' });
        expect(() => readings.countSync([], {})).toThrow(
          expect.objectContaining({ code: 'ERR_IPVS_PROTOCOL' }),
        );
        return;
      }
      // What was understood says what the text said.
      expect(squeeze(printTable(read))).toBe(squeeze(text));
    }),
  );
});

/**
 * Letter case of hexadecimal digits, blanks around columns, leading zeros and further headings say nothing; ten digits
 * of seconds may say that there are none left.
 */
function squeeze(text: string): string {
  return text
    .replaceAll(HEADING, '')
    .replaceAll(/ +/g, ' ')
    .replaceAll(' \n', '\n')
    .replaceAll(/(?<= )\d{10,}(?=[ \n])/g, '0')
    .replaceAll(/(?<= )0+(?=\d+( |\n))/g, '')
    .toLowerCase();
}
