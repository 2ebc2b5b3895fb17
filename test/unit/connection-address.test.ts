import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AF_INET, AF_INET6, formatAddress } from '../../lib/address';
import { formatClient } from '../../lib/connection-address';

test.each([AF_INET, AF_INET6])("a client's address of family %d is any other's text", (family) => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 20, maxLength: 20 }), fc.nat(4), (bytes, offset) => {
      expect(formatClient(family, bytes, offset)).toBe(formatAddress(family, bytes, offset));
    }),
  );
});
