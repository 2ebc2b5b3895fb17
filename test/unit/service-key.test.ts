/** A service is written as the one before where it is named alike, and by nothing else. */

import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Command } from '../../lib/index';
import { writeCommand } from '../../lib/verbs/changes';
import { Memory } from '../../lib/wire/memory';
import { Requests } from '../../lib/wire/requests';
import { readServiceKey, writeServiceKey } from '../../lib/wire/service-key';

const WEB = { protocol: 'tcp', address: '10.0.0.1', port: 80 };
const SIX = { protocol: 'udp', address: '2001:db8::1', port: 53 };
const MARK = { fwmark: 7 };

function written(key: unknown): unknown {
  const memory = new Memory(new ArrayBuffer(64));
  writeServiceKey(memory, 8, key);
  return readServiceKey(memory, 8);
}

function tried(key: unknown): void {
  try {
    written(key);
  } catch {
    // It was to be bad.
  }
}

const BEFORE: [string, unknown][] = [
  ['its like', WEB],
  ['a mark', MARK],
  ['an IPv6 service', SIX],
  ['a bad port', { ...WEB, port: -1 }],
  ['no port', { ...WEB, port: undefined }],
  ['a bad address', { ...WEB, address: '10.0.0.256' }],
  ['a bad protocol', { ...WEB, protocol: 'tpc' }],
  ['a family that is not the address', { ...WEB, address: '10.0.0.9', family: 'ipv6' }],
  ['a bad mark', { fwmark: -1 }],
  ['nothing', undefined],
];

describe.each(BEFORE)('after %s', (_, before) => {
  beforeEach(() => {
    tried(WEB);
    tried(before);
  });

  test.each([
    ['port', { ...WEB, port: -1 }],
    ['port', { ...WEB, port: undefined }],
    ['port', { ...WEB, port: '80' }],
    ['address', { ...WEB, address: undefined }],
    ['address', { ...WEB, address: '' }],
    ['protocol', { ...WEB, protocol: '' }],
    ['protocol', { protocol: '', address: '', port: -1 }],
    ['protocol', { protocol: undefined, address: undefined, port: undefined }],
  ])('a bad %s is refused', (field, key) => {
    expect(() => written(key)).toThrow(expect.objectContaining({ path: `service.${field}` }));
    expect(() => written(key)).toThrow(expect.objectContaining({ path: `service.${field}` }));
  });

  test('what is no object is refused, whatever it says', () => {
    for (const key of [Object.assign(() => {}, WEB), 'tcp 10.0.0.1:80', null, undefined, 7]) {
      expect(() => written(key)).toThrow(expect.objectContaining({ path: 'service' }));
    }
  });

  test('an unknown name is refused', () => {
    expect(() => written({ ...WEB, prot: 1 })).toThrow(expect.objectContaining({ path: 'service.prot' }));
  });

  test.each([
    ['WEB', WEB, WEB],
    ['an IPv6 service', SIX, SIX],
    ['a mark', MARK, { ...MARK, family: 'ipv4' }],
    ['its port as another', { ...WEB, port: 81 }, { ...WEB, port: 81 }],
  ])('%s is written whole', (_name, key, expected) => {
    expect(written(key)).toEqual(expected);
    expect(written(key)).toEqual(expected);
  });
});

test('a key whose fields are read by functions is written as they say, though these name others', () => {
  const key = {
    protocol: 'tcp',
    address: '10.0.0.3',
    get port() {
      tried(MARK);
      return 80;
    },
  };
  expect(written(key)).toEqual({ ...WEB, address: '10.0.0.3' });
});

test.each([
  [{ op: 'deleteService', service: { ...WEB, port: -1 } }, 'service.port'],
  [
    { op: 'addDestination', service: { ...WEB, port: -1 }, destination: { address: '10.1.0.1', port: 80 } },
    'service.port',
  ],
  [
    {
      op: 'deleteDestination',
      service: WEB,
      destination: Object.assign(() => {}, { address: '10.1.0.1', port: 80 }),
    },
    'destination',
  ],
  [
    Object.assign(() => {}, {
      op: 'deleteDestination',
      service: WEB,
      destination: { address: '10.1.0.1', port: 80 },
    }),
    '',
  ],
])('as a command: %o is refused', (command, path) => {
  const requests = new Requests();
  writeCommand(requests, { op: 'deleteService', service: WEB } as Command);
  for (let times = 0; times < 2; times++) {
    expect(() => writeCommand(requests, command as Command)).toThrow(
      path === '' ? /an object with op/ : expect.objectContaining({ path }),
    );
  }
});
