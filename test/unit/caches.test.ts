import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AF_INET } from '../../lib/model/address';
import {
  cachedAddress,
  clearCaches,
  Ipv4Cache,
  parseCachedAddress,
  parsedAddresses,
  TextCache,
} from '../../lib/wire/caches';
import { Memory } from '../../lib/wire/memory';

const texts = fc.array(fc.array(fc.constantFrom(0, 1, 254, 255), { minLength: 16, maxLength: 16 }), {
  minLength: 1,
  maxLength: 500,
});
const decode = ({ u8 }: Memory, offset: number) => u8.subarray(offset, offset + 16).join(' ');

test('a cached text is that of its bytes', () => {
  const cache = new TextCache(decode);
  fc.assert(
    fc.property(texts, (all) => {
      const memory = new Memory(new ArrayBuffer(16 * all.length));
      memory.u8.set(all.flat());
      for (const repeat of [1, 2]) {
        for (const [index, bytes] of all.entries()) {
          expect([repeat, cache.text(memory, 16 * index)]).toEqual([repeat, bytes.join(' ')]);
        }
      }
    }),
  );
});

test('a cached IPv4 address is that of its bytes', () => {
  const cache = new Ipv4Cache(({ u8 }, offset) => u8.subarray(offset, offset + 4).join('.'));
  const octets = fc.array(fc.nat(255), { minLength: 4, maxLength: 4 });
  const memory = new Memory(new ArrayBuffer(4));
  fc.assert(
    fc.property(fc.array(octets, { minLength: 1, maxLength: 100 }), (addresses) => {
      for (const address of [...addresses, ...addresses]) {
        memory.u8.set(address);
        expect(cache.text(memory, 0)).toBe(address.join('.'));
      }
    }),
  );
});

test('what repeats is decoded once', () => {
  let decoded = 0;
  const cache = new TextCache((memory, offset) => {
    decoded++;
    return decode(memory, offset);
  });
  const memory = new Memory(new ArrayBuffer(32));
  memory.setName(16, 'ESTABLISHED');
  for (let i = 0; i < 10; i++) cache.text(memory, i % 2 ? 16 : 0);
  expect(decoded).toBe(2);
});

test('what was forgotten is decoded anew', () => {
  let decoded = 0;
  const cache = new TextCache(() => `${decoded++}`);
  const memory = new Memory(new ArrayBuffer(16));
  expect([cache.text(memory, 0), cache.text(memory, 0)]).toEqual(['0', '0']);
  cache.clear();
  expect(cache.text(memory, 0)).toBe('1');
});

test('addresses of one network do not share slots', () => {
  let decoded = 0;
  const cache = new TextCache(() => `${decoded++}`);
  const memory = new Memory(new ArrayBuffer(16));
  memory.u8.set([0x20, 0x01, 0x0d, 0xb8]);
  for (let round = 0; round < 2; round++) {
    for (let host = 0; host < 256; host++) {
      memory.setU8(15, host);
      cache.text(memory, 0);
    }
  }
  expect(decoded).toBeLessThan(256 + 64);
});

test('two thousand hosts of one network, and fifty of each of two hundred, have slots of their own', () => {
  const networks = [
    Array.from({ length: 2000 }, (_, n) => [10, 1, n >> 8, n & 255]),
    Array.from({ length: 10_000 }, (_, n) => [172, 16, Math.floor(n / 50), 1 + (n % 50)]),
  ];
  const memory = new Memory(new ArrayBuffer(4));
  for (const hosts of networks) {
    let decoded = 0;
    const cache = new Ipv4Cache(() => `${decoded++}`);
    for (const host of [...hosts, ...hosts]) {
      memory.u8.set(host);
      cache.text(memory, 0);
    }
    expect(decoded).toBeLessThan(1.01 * hosts.length);
  }
});

test('parsed addresses are bounded, and right before and after they are forgotten', () => {
  const memory = new Memory(new ArrayBuffer(16));
  let most = 0;
  for (let n = 0; n < 40_000; n++) {
    const octets = [10, n >> 16, (n >> 8) & 255, n & 255];
    const family = parseCachedAddress(octets.join('.'), memory, 0);
    most = Math.max(most, parsedAddresses());
    if (n % 1000 === 0) expect([family, ...memory.u8.subarray(0, 4)]).toEqual([AF_INET, ...octets]);
  }
  expect(most).toBeGreaterThan(10_000);
  expect(most).toBeLessThanOrEqual(16_384);
  expect(parseCachedAddress('10.0.0.256', memory, 0)).toBe(0);
});

test('clearing forgets every address and text', () => {
  const memory = new Memory(new ArrayBuffer(16));
  parseCachedAddress('10.0.0.1', memory, 0);
  const before = cachedAddress(AF_INET, memory, 0);
  expect(parsedAddresses()).toBeGreaterThan(0);
  clearCaches();
  expect(parsedAddresses()).toBe(0);
  expect(cachedAddress(AF_INET, memory, 0)).toBe(before);
});
