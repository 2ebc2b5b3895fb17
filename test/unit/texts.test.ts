/** How a listing and a message write masks and services. */

import { expect, test } from '@jest/globals';
import { dottedMask, ipv4Netmask, prefixMask } from '../../lib/model/netmask';
import { describeService, type ServiceKey } from '../../lib/model/service';

test.each([
  [0, '0.0.0.0'],
  [1, '128.0.0.0'],
  [24, '255.255.255.0'],
  [31, '255.255.255.254'],
  [32, '255.255.255.255'],
])('a prefix of %d is the mask %s', (length, dotted) => {
  expect(dottedMask(prefixMask(length))).toBe(dotted);
  expect(ipv4Netmask(prefixMask(length))).toBe(length);
});

test('a mask with holes has no length', () => {
  expect(ipv4Netmask(0xff00ff00)).toBe('255.0.255.0');
});

test.each<[ServiceKey, string]>([
  [{ fwmark: 7 }, 'fwmark 7'],
  [{ fwmark: 7, family: 'ipv4' }, 'fwmark 7'],
  [{ fwmark: 7, family: 'ipv6' }, 'fwmark 7 (ipv6)'],
  [{ protocol: 'udp', address: '::1', port: 53 }, 'udp [::1]:53'],
  [{ protocol: 'tcp', address: '10.0.0.1', port: 80, fwmark: undefined } as ServiceKey, 'tcp 10.0.0.1:80'],
])('%j is called %s', (key, text) => {
  expect(describeService(key)).toBe(text);
});
