import { isIP as nodesIsIP } from 'node:net';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isIP } from '../../lib/model/address-text';

const group = fc.constantFrom('', '', '0', '1', 'ff', 'FFFF', '12345', 'g', '1.2.3.4', '1.2.3.256');
const octet = fc.constantFrom('0', '00', '1', '10', '99', '255', '256', '');
const texts = fc.oneof(
  fc.array(group, { maxLength: 10 }).map((groups) => groups.join(':')),
  fc.array(octet, { maxLength: 5 }).map((octets) => octets.join('.')),
  fc.ipV4(),
  fc.ipV6(),
  fc.string(),
);

test('tells what Node tells', () => {
  fc.assert(
    fc.property(texts, (text) => expect(isIP(text)).toBe(nodesIsIP(text))),
    { numRuns: 20_000 },
  );
});

test('takes no zones', () => {
  expect(isIP('fe80::1%eth0')).toBe(0);
});
