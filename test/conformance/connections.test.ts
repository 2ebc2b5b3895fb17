/** What the kernel prints, line by line. */

import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Connection } from '../../lib/model/connection';
import { HEADING, printTable, readingsOf } from './connection-table';
import { BUILD_TIMEOUT, buildReplay } from './replay/addon';

beforeAll(buildReplay, BUILD_TIMEOUT);

/** As printed by Linux 6.1, and by 7.2 to the letter. */
const FORMS: [line: string, connection: Connection][] = [
  [
    'TCP 0A000102 B9DE 0A000164 0050 0A000C02 1F90 ESTABLISHED     898',
    {
      protocol: 'tcp',
      client: { address: '10.0.1.2', port: 47582 },
      virtual: { address: '10.0.1.100', port: 80 },
      destination: { address: '10.0.12.2', port: 8080 },
      state: 'ESTABLISHED',
      expires: 898,
      template: false,
    },
  ],
  [
    'TCP 2001:0db8:0000:0000:0000:0000:0000:0001 04D2 2001:0db8:0000:0000:0000:0000:0000:0002 0050 fd00:0000:0000:0000:0000:0000:0000:0003 1F90 SYN_RECV         59',
    {
      protocol: 'tcp',
      client: { address: '2001:db8::1', port: 1234 },
      virtual: { address: '2001:db8::2', port: 80 },
      destination: { address: 'fd00::3', port: 8080 },
      state: 'SYN_RECV',
      expires: 59,
      template: false,
    },
  ],
  [
    'UDP 0A000001 0FA0 0A000002 0035 2001:0db8:0000:0000:0000:0000:0000:0005 0035 UDP             299',
    {
      protocol: 'udp',
      client: { address: '10.0.0.1', port: 4000 },
      virtual: { address: '10.0.0.2', port: 53 },
      destination: { address: '2001:db8::5', port: 53 },
      state: 'UDP',
      expires: 299,
      template: false,
    },
  ],
  [
    'SCTP 0A000001 0BB9 0A000002 0050 0A000003 1F90 S-ACK-SENT        3',
    {
      protocol: 'sctp',
      client: { address: '10.0.0.1', port: 3001 },
      virtual: { address: '10.0.0.2', port: 80 },
      destination: { address: '10.0.0.3', port: 8080 },
      state: 'S-ACK-SENT',
      expires: 3,
      template: false,
    },
  ],
  [
    'UDP 0A000102 0000 0A000164 13C4 0A000B02 13C4 ASSURED          59 sip 6vdb9 abc@10.0.1.2',
    {
      protocol: 'udp',
      client: { address: '10.0.1.2', port: 0 },
      virtual: { address: '10.0.1.100', port: 5060 },
      destination: { address: '10.0.11.2', port: 5060 },
      state: 'ASSURED',
      expires: 59,
      template: true,
      engine: { name: 'sip', data: '6vdb9 abc@10.0.1.2' },
    },
  ],
  [
    'IP  0A000100 0000 80000007 0000 0A000B02 0000 NONE             89',
    {
      protocol: 'ip',
      client: { address: '10.0.1.0', port: 0 },
      virtual: { fwmark: 0x80000007 },
      destination: { address: '10.0.11.2', port: 0 },
      state: 'NONE',
      expires: 89,
      template: true,
    },
  ],
  [
    'IP  2001:0db8:0000:0000:0000:0000:0000:0000 0000 0000:0009:0000:0000:0000:0000:0000:0000 0000 fd00:0000:0000:0000:0000:0000:0000:0003 0000 ASSURED         599',
    {
      protocol: 'ip',
      client: { address: '2001:db8::', port: 0 },
      virtual: { fwmark: 9 },
      destination: { address: 'fd00::3', port: 0 },
      state: 'ASSURED',
      expires: 599,
      template: true,
    },
  ],
  [
    'IP_50 0A000001 01F4 0A000002 01F4 0A000003 01F4 ERR!            599',
    {
      protocol: 'ip-50' as 'ip',
      client: { address: '10.0.0.1', port: 500 },
      virtual: { address: '10.0.0.2', port: 500 },
      destination: { address: '10.0.0.3', port: 500 },
      state: 'ERR!',
      expires: 599,
      template: false,
    },
  ],
  [
    'ICMPv6 2001:0db8:0000:0000:0000:0000:0000:0001 0000 2001:0db8:0000:0000:0000:0000:0000:0002 0000 fd00:0000:0000:0000:0000:0000:0000:0003 0000 NONE             50',
    {
      protocol: 'ip-58' as 'ip',
      client: { address: '2001:db8::1', port: 0 },
      virtual: { address: '2001:db8::2', port: 0 },
      destination: { address: 'fd00::3', port: 0 },
      state: 'NONE',
      expires: 50,
      template: true,
    },
  ],
  // What ip_vs_ftp expects has no client port yet, and is no template.
  [
    'TCP 0A010200 0000 0A000002 C350 0A000003 C350 LISTEN          119',
    {
      protocol: 'tcp',
      client: { address: '10.1.2.0', port: 0 },
      virtual: { address: '10.0.0.2', port: 50000 },
      destination: { address: '10.0.0.3', port: 50000 },
      state: 'LISTEN',
      expires: 119,
      template: false,
    },
  ],
];

describe('each form', () => {
  test.each(FORMS)('%s', (line, connection) => {
    const readings = readingsOf(`${HEADING}${line}\n`);
    expect([...readings.iterate({})]).toEqual([connection]);
    expect(printTable([connection])).toBe(`${HEADING}${line}\n`);
  });

  test('all of them in one table', () => {
    const readings = readingsOf(printTable(FORMS.map(([, connection]) => connection)));
    expect([...readings.iterate({})]).toEqual(FORMS.map(([, connection]) => connection));
  });
});

const LINE = (FORMS[0] as [string, Connection])[0];

test.each([
  ['before', 'FFFFFFFF', '18446744073709551'],
  ['as 64 bits', 'FFFFFFFF', '184467440737095516'],
])('an entry that has just expired, by an old kernel: %s', (_, __, expires) => {
  const line = LINE.replace(/ +898$/, ` ${expires}`);
  expect([...readingsOf(`${HEADING}${line}\n`).iterate({})]).toMatchObject([{ expires: 0 }]);
});

test('an invalidated template of a firewall-mark service, before Linux 7.1', () => {
  const line = 'IP  0A000100 0000 00000007 FFFF 0A000B02 FFFF NONE             89';
  expect([...readingsOf(`${HEADING}${line}\n`).iterate({})]).toMatchObject([
    { virtual: { fwmark: 7 }, destination: { port: 65535 }, template: true },
  ]);
});

test('marks of both families count as one: nothing that is counted tells them apart', () => {
  const readings = readingsOf(
    printTable(FORMS.slice(5, 7).map(([, c]) => ({ ...c, virtual: { fwmark: 7 } }))),
  );
  expect(readings.countSync(['virtual'], {})).toEqual([{ virtual: { fwmark: 7 }, count: 2 }]);
  expect(readings.countSync(['virtual', 'client'], {})).toHaveLength(2);
});

test('an empty table', () => {
  const readings = readingsOf(HEADING);
  expect([...readings.iterate({})]).toEqual([]);
  expect(readings.countSync([], {})).toEqual([{ count: 0 }]);
  expect(readings.countSync(['state'], {})).toEqual([]);
});

describe('a digit is a hexadecimal one, and nothing else', () => {
  const LINE6 = (FORMS[1] as [string, Connection])[0];
  test.each([
    ['of an address', LINE, LINE.indexOf('0A000102'), 8],
    ['of a port', LINE, LINE.indexOf('B9DE'), 4],
    ['of a group', LINE6, LINE6.indexOf('fd00'), 4],
  ])('%s', (_, line, start, width) => {
    for (let code = 0; code < 128; code++) {
      const character = String.fromCharCode(code);
      for (let at = start; at < start + width; at++) {
        const other = line.slice(0, at) + character + line.slice(at + 1);
        const count = () => readingsOf(`${HEADING}${other}\n`).countSync([], {});
        if (/[0-9a-f]/i.test(character)) expect(count()).toEqual([{ count: 1 }]);
        else expect(count).toThrow(expect.objectContaining({ code: 'ERR_IPVS_PROTOCOL' }));
      }
    }
  });

  test('each has its value', () => {
    const digits = [...'0123456789abcdefABCDEF'];
    for (const pair of digits.flatMap((high) => digits.map((low) => high + low))) {
      const value = Number.parseInt(pair, 16);
      const line = LINE.replace('0A000102', pair.repeat(4)).replace('B9DE', pair.repeat(2));
      expect([...readingsOf(`${HEADING}${line}\n`).iterate({})]).toMatchObject([
        { client: { address: Array(4).fill(value).join('.'), port: value * 257 } },
      ]);
    }
  });
});

describe('a line that cannot be understood is shown, and nothing is made of it', () => {
  test.each([
    ['an unknown protocol', LINE.replace('TCP', 'QUIC')],
    ['a protocol number that is none', LINE.replace('TCP', 'IP_256')],
    ['a protocol number that is no number', LINE.replace('TCP', 'IP_5O')],
    ['a short address', LINE.replace('0A000102', 'A000102')],
    ['an address with another digit', LINE.replace('0A000102', '0A00010G')],
    ['a sign in place of a digit', LINE.replace('0A000102', '-A000102')],
    ['a long port', LINE.replace('B9DE', '1B9DE')],
    ['two families', LINE.replace('0A000164', '2001:0db8:0000:0000:0000:0000:0000:0002')],
    [
      'an IPv6 address with a short group',
      LINE.replace('0A000C02', '2001:db8:0000:0000:0000:0000:0000:00002'),
    ],
    ['an IPv6 address of dashes', LINE.replace('0A000C02', '2001-0db8-0000-0000-0000-0000-0000-0002')],
    ['a state that no kernel has room for', LINE.replace('ESTABLISHED', 'ESTABLISHED_FOR_LONG')],
    ['a column more before the state', LINE.replace('ESTABLISHED', 'LOCAL ESTABLISHED')],
    ['a column more before what is left', LINE.replace('     898', ' LOCAL 898')],
    ['a column more behind it', `${LINE} 0`],
    ['a column less', LINE.replace(' ESTABLISHED', '')],
    ['a number below zero', LINE.replace('898', '-1')],
    ['no number', LINE.replace('898', '898s')],
    ['an engine whose name is too long', `${LINE} ${'x'.repeat(20)} data`],
    ['half a line', LINE.slice(0, 30)],
    ['an empty line', ''],
    ['a heading with another column', HEADING.replace('State ', 'State Origin').trimEnd()],
    ['a heading without one', HEADING.replace('PEData', '').trimEnd()],
  ])('%s', (_, line) => {
    const readings = readingsOf(`${HEADING}${LINE}\n${line}\n${LINE}\n`);
    const error = expect.objectContaining({
      code: 'ERR_IPVS_PROTOCOL',
      message: expect.stringContaining(JSON.stringify(line)),
    });
    expect(() => [...readings.iterate({})]).toThrow(error);
    expect(() => readings.countSync(['state'], {})).toThrow(error);
    expect(() => readings.countSync([], { state: 'CLOSE' })).toThrow(error);
  });

  test('a text that ends within a line', () => {
    expect(() => readingsOf(`${HEADING}${LINE}`).countSync([], {})).toThrow(
      expect.objectContaining({ code: 'ERR_IPVS_PROTOCOL' }),
    );
  });

  test('a line longer than two pages', () => {
    const readings = readingsOf(`${HEADING}${LINE} sip ${'x'.repeat(9000)}\n`);
    expect(() => readings.countSync([], {})).toThrow(expect.objectContaining({ code: 'ERR_IPVS_PROTOCOL' }));
  });
});
