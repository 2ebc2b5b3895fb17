/** Records that the kernel's side fills: each field out of its own place. */

import { describe, expect, test } from '@jest/globals';
import { AF_INET, AF_INET6, parseAddress } from '../../lib/model/address';
import type { ConnectionField, ConnectionFilter } from '../../lib/model/connection';
import type { DaemonSpec } from '../../lib/model/daemon';
import { countReader, packFilter, readConnection } from '../../lib/wire/connection';
import { readDaemon, writeDaemon } from '../../lib/wire/daemon';
import { readTimeouts, writeTimeouts } from '../../lib/wire/director';
import { Memory } from '../../lib/wire/memory';
import {
  CONNECTION,
  CONNECTION_FILTER,
  CONNECTION_PART,
  ConnectionFieldBit,
  STATS,
} from '../../lib/wire/records';
import { readStats } from '../../lib/wire/stats';

/** Records do not begin where their memory does. */
const AT = 64;

function memory(bytes = 512): Memory {
  return new Memory(new ArrayBuffer(bytes));
}

describe('daemons', () => {
  test.each<DaemonSpec>([
    { role: 'master', interface: 'eth0', syncId: 7 },
    {
      role: 'backup',
      interface: 'a23456789012345',
      syncId: 255,
      maxLength: 1400,
      multicast: { group: '224.0.0.9', port: 8849, ttl: 3 },
    },
    { role: 'master', interface: 'lo', syncId: 0, multicast: { group: 'ff02::1:2', port: 1, ttl: 255 } },
  ])('%j', (spec) => {
    const record = memory();
    writeDaemon(record, AT, spec);
    expect(readDaemon(record, AT)).toEqual(spec);
  });

  test.each(['223.255.255.255', '240.0.0.1', 'fd00::1', '::ffff:224.0.0.1'])('%s is no group', (group) => {
    const spec: DaemonSpec = { role: 'master', interface: 'eth0', multicast: { group } };
    expect(() => writeDaemon(memory(), AT, spec)).toThrow(
      'daemon.multicast.group must be an IPv4 or IPv6 multicast',
    );
  });

  test.each(['224.0.0.0', '239.255.255.255', 'ff00::'])('%s is one', (group) => {
    const record = memory();
    writeDaemon(record, AT, { role: 'master', interface: 'eth0', multicast: { group } });
    expect(readDaemon(record, AT).multicast).toEqual({ group, port: 0, ttl: 0 });
  });
});

test('timeouts', () => {
  const record = memory();
  writeTimeouts(record, AT, { tcp: 1, tcpFin: 2, udp: 3 });
  expect(readTimeouts(record, AT)).toEqual({ tcp: 1, tcpFin: 2, udp: 3 });
});

test('counters and rates', () => {
  const record = memory();
  const bytes = new DataView(record.buffer as ArrayBuffer);
  for (let n = 0; n < 5; n++) {
    bytes.setBigUint64(AT + 8 * n, BigInt(n + 1), true);
    bytes.setFloat64(AT + STATS.rates + 8 * n, n + 0.5, true);
  }
  expect(readStats(record, AT)).toEqual({
    connections: 1n,
    packetsIn: 2n,
    packetsOut: 3n,
    bytesIn: 4n,
    bytesOut: 5n,
    rates: { connections: 0.5, packetsIn: 1.5, packetsOut: 2.5, bytesIn: 3.5, bytesOut: 4.5 },
  });
  bytes.setFloat64(AT + STATS.rates, 2 ** 31, true);
  expect(readStats(record, AT).rates.connections).toBe(2 ** 31);
});

describe('connections', () => {
  const FIRST = CONNECTION_PART.size;

  /** Two connections of a part, with the data of their engines behind them. */
  function part(): Memory {
    const record = memory(CONNECTION_PART.size + 2 * CONNECTION.size + 16);
    record.setU32(CONNECTION_PART.count, 2);
    const text = FIRST + 2 * CONNECTION.size;
    for (const [n, data] of ['call-1', 'çall'].entries()) {
      const at = FIRST + n * CONNECTION.size;
      record.setU8(at + CONNECTION.protocol, n === 0 ? 17 : 47);
      record.setU8(at + CONNECTION.family, AF_INET6);
      record.setU8(at + CONNECTION.destinationFamily, AF_INET);
      record.setU8(at + CONNECTION.template, n);
      record.setU16(at + CONNECTION.clientPort, 1001 + n);
      record.setU16(at + CONNECTION.virtualPort, 2001);
      record.setU16(at + CONNECTION.destinationPort, 3001);
      parseAddress('fd00::1', record.u8, at + CONNECTION.client);
      parseAddress('fd00::2', record.u8, at + CONNECTION.virtual);
      parseAddress('10.0.0.3', record.u8, at + CONNECTION.destination);
      record.setName(at + CONNECTION.state, n === 0 ? 'UDP' : 'NONE');
      record.setU32(at + CONNECTION.expires, 59 + n);
      record.setU32(at + CONNECTION.count, 5 + n);
      record.setName(at + CONNECTION.engine, 'sip');
      record.setU32(at + CONNECTION.engineDataOffset, 100 + (n === 0 ? 0 : 6));
      record.setU32(at + CONNECTION.engineDataLength, Buffer.byteLength(data));
      record.u8.set(Buffer.from(data), text + (n === 0 ? 0 : 6));
    }
    return record;
  }

  const ENDPOINTS = {
    client: { address: 'fd00::1', port: 1001 },
    virtual: { address: 'fd00::2', port: 2001 },
    destination: { address: '10.0.0.3', port: 3001 },
  };

  test('with what their engines know of them', () => {
    const record = part();
    expect(readConnection(record, FIRST)).toEqual({
      protocol: 'udp',
      ...ENDPOINTS,
      state: 'UDP',
      expires: 59,
      template: false,
      engine: { name: 'sip', data: 'call-1' },
    });
    expect(readConnection(record, FIRST + CONNECTION.size)).toEqual({
      protocol: 'ip-47',
      ...ENDPOINTS,
      client: { address: 'fd00::1', port: 1002 },
      state: 'NONE',
      expires: 60,
      template: true,
      engine: { name: 'sip', data: 'çall' },
    });
  });

  test('without an engine, and by a mark', () => {
    const record = part();
    record.setU8(FIRST + CONNECTION.engine, 0);
    record.setU32(FIRST + CONNECTION.fwmark, 7);
    const connection = readConnection(record, FIRST);
    expect(connection.virtual).toEqual({ fwmark: 7 });
    expect(connection).not.toHaveProperty('engine');
  });

  test.each<[ConnectionField, object]>([
    ['protocol', { protocol: 'udp' }],
    ['client', { client: ENDPOINTS.client }],
    ['virtual', { virtual: ENDPOINTS.virtual }],
    ['destination', { destination: ENDPOINTS.destination }],
    ['state', { state: 'UDP' }],
    ['template', { template: false }],
  ])('a count by %s has that, and the number', (field, expected) => {
    expect(countReader([field])(part(), FIRST)).toEqual({ ...expected, count: 5 });
  });
});

describe('filters', () => {
  const Bit = ConnectionFieldBit;

  test.each<[object, number]>([
    [{ protocol: 'tcp' }, Bit.protocol],
    [{ protocol: 'ip-47' }, Bit.protocol],
    [{ protocol: 'ip-255' }, Bit.protocol],
    [{ protocol: 'ip' }, Bit.protocol],
    [{ state: 'ESTABLISHED' }, Bit.state],
    [{ state: 'FIFTEEN-LETTERS' }, Bit.state],
    [{ template: true }, Bit.template],
    [{ template: false }, Bit.template],
    [{ client: { address: '10.0.0.1', port: 5 } }, Bit.clientAddress | Bit.clientPort],
    [
      { client: { address: 'fd00::1' }, virtual: { address: 'fd00::2' } },
      Bit.clientAddress | Bit.virtualAddress,
    ],
    [{ virtual: { port: 80 } }, Bit.virtualPort],
    [{ virtual: { fwmark: 7 } }, Bit.fwmark],
    [{ destination: { address: '10.0.0.3', port: 8080 } }, Bit.destinationAddress | Bit.destinationPort],
    [{ protocol: 'udp', state: 'UDP' }, Bit.protocol | Bit.state],
  ])('%j', (filter, fields) => {
    const record = new Memory(packFilter(filter as ConnectionFilter).buffer as ArrayBuffer);
    expect(record.getU32(CONNECTION_FILTER.fields)).toBe(fields);
    expect(readConnection(record, CONNECTION_FILTER.values)).toMatchObject(filter);
  });

  test.each(['ip-1234', 'xip-47', 'ip-47x', 'ip-x'])('%s is no protocol', (protocol) => {
    expect(() => packFilter({ protocol } as never)).toThrow('filter.protocol');
  });

  test.each(['address', 'port', 'fwmark'])('%s of the service has a field of its own', (name) => {
    expect(() => packFilter({ [name]: 80 } as never)).toThrow(
      `filter.${name} is not a known field (got 80): the service's side is a field of its own: { virtual: { ${name}: … } }`,
    );
  });

  test('another unknown field has no such hint', () => {
    expect(() => packFilter({ protocl: 'tcp' } as never)).toThrow('did you mean protocol?');
    expect(() => packFilter({ client: { fwmark: 7 } } as never)).toThrow(
      'filter.client.fwmark is not a known field',
    );
    expect(() => packFilter({ virtual: { fwmark: 7, address: '10.0.0.1' } } as never)).toThrow(
      'has a fwmark, or',
    );
  });
});
