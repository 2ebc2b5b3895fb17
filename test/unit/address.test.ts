import { randomBytes } from 'node:crypto';
import { isIPv4, SocketAddress } from 'node:net';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AF_INET, AF_INET6, formatAddress, formatEndpoint, parseAddress } from '../../lib/model/address';
import { addressHint } from '../../lib/model/address-text';

function roundTrip(text: string): [number, string] {
  const bytes = new Uint8Array(18).fill(0xaa);
  const family = parseAddress(text, bytes, 1);
  return [family, formatAddress(family, bytes, 1)];
}

describe('parseAddress and formatAddress', () => {
  test.each([
    ['0.0.0.0', '0.0.0.0'],
    ['39.108.55.227', '39.108.55.227'],
    ['255.255.255.255', '255.255.255.255'],
  ])('IPv4 %s', (text, canonical) => {
    expect(roundTrip(text)).toEqual([AF_INET, canonical]);
  });

  test.each([
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:DB8::0001', '2001:db8::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['0:0:0:0:0:ffff:10.1.2.3', '::ffff:10.1.2.3'],
    ['64:ff9b::10.1.2.3', '64:ff9b::a01:203'],
    ['fe80:0:0:0:1::', 'fe80::1:0:0:0'],
    ['::94f9', '::94f9'],
    ['::10.1.2.3', '::10.1.2.3'],
  ])('IPv6 %s', (text, canonical) => {
    expect(roundTrip(text)).toEqual([AF_INET6, canonical]);
  });

  test.each([
    '',
    '10.0.0.256',
    '256.0.0.1',
    '10.0.0.300',
    '10.0.0',
    '010.0.0.1',
    '1.2.3.4:80',
    ':::',
    '1::2::3',
    'fe80::1%eth0',
    '[::1]',
    'localhost',
  ])('no address: %j', (text) => {
    expect(parseAddress(text, new Uint8Array(16), 0)).toBe(0);
  });

  test("agrees with Node's own check of IPv4", () => {
    const part = fc.oneof(fc.nat(300).map(String), fc.constantFrom('', '00', '01', '1a', ' 1', '+1', '1e1'));
    const text = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(text, (address) => {
        expect(parseAddress(address, new Uint8Array(16), 0) === AF_INET).toBe(isIPv4(address));
      }),
      { numRuns: 2000 },
    );
    expect(parseAddress('255.255.255.255', new Uint8Array(16), 0)).toBe(AF_INET);
  });

  test('the bytes around it stay as they were', () => {
    const bytes = new Uint8Array(18).fill(0xaa);
    parseAddress('2001:db8::1', bytes, 1);
    expect([bytes[0], bytes[17]]).toEqual([0xaa, 0xaa]);
  });

  test('IPv4 is four octets with dots between them', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 8, maxLength: 8 }), fc.nat(4), (bytes, offset) => {
        expect(formatAddress(AF_INET, bytes, offset)).toBe(bytes.subarray(offset, offset + 4).join('.'));
      }),
    );
  });

  test('an address that came to the place of another in the memo is not taken for it', () => {
    const texts = Array.from({ length: 5000 }, (_, n) => `10.${n % 7}.${n >> 8}.${n & 255}`);
    for (const text of [...texts, ...texts]) expect(roundTrip(text)).toEqual([AF_INET, text]);
  });

  test("agrees with the system's own formatter", () => {
    for (let i = 0; i < 2000; i++) {
      // Many zero groups, since runs of them are what the rules are about.
      const bytes = Uint8Array.from(randomBytes(16), (byte, n) => ((i >> (n >> 1)) & 1 ? byte : 0));
      const text = formatAddress(AF_INET6, bytes, 0);
      expect(text).toBe(new SocketAddress({ address: text, family: 'ipv6' }).address);
      const again = new Uint8Array(16);
      expect(parseAddress(text, again, 0)).toBe(AF_INET6);
      expect(again).toEqual(bytes);
    }
  });
});

test('formatEndpoint', () => {
  expect(formatEndpoint({ address: '10.0.0.1', port: 80 })).toBe('10.0.0.1:80');
  expect(formatEndpoint({ address: '::1', port: 80 })).toBe('[::1]:80');
});

test.each([
  ['fe80::2%eth0', 'IPVS has no zones: leave out %eth0'],
  ['[fe80::2%eth0]', 'IPVS has no zones: leave out %eth0'],
  ['fe80::2%eth0/64', 'IPVS has no zones: leave out %eth0/64'],
  ['[fd00::1]', 'it is written without brackets here'],
  ['[10.0.0.1]', 'it is written without brackets here'],
  ['[fd00::1]:80', 'the port is a field of its own, and the address is written without brackets'],
  ['10.0.0.1:80', 'the port is a field of its own'],
  ['10.0.0.0/24', 'this is one address: leave out the prefix length /24'],
  ['fd00::/64', 'this is one address: leave out the prefix length /64'],
  [' 10.0.0.1\n', 'leave out the blanks'],
  ['010.000.0.01', 'leave out the leading zeros, which some programs read as octal'],
  ['www.example.org', 'names of hosts are not looked up'],
  ['localhost', 'names of hosts are not looked up'],
  ['10.0.0.256', ''],
  ['fd00::1::2', ''],
  ['', ''],
  ['/24', ''],
  ['fd00%', ''],
  ['fd00::1::2%eth0', ''],
  ['fd00::1::2 %', ''],
  ['[fd00::1', ''],
  ['x[fd00::1]', ''],
  ['[fd00]', ''],
  ['10.0.0.256/24', ''],
  ['10.0.0.1/24x', ''],
  ['10.0.0.1:80x', ''],
  ['10.0.0.256:80', ''],
  ['x:10.0.0.1:80', ''],
  ['127.0.0.010', 'leave out the leading zeros, which some programs read as octal'],
  ['10.0.0.0256', ''],
  ['010.0.0.1.', ''],
  ['x010.0.0.1', 'names of hosts are not looked up'],
  ['the real server', ''],
  ['server 1', ''],
  ['x'.repeat(5_000_000), ''],
])('what may be meant by %j', (text, hint) => {
  expect(addressHint(text)).toBe(hint);
});
