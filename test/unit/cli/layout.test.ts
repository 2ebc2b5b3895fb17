import { expect, test } from '@jest/globals';
import { connectionLine } from '../../../lib/cli/layout/connections';
import { counter } from '../../../lib/cli/layout/numbers';
import type { Connection } from '../../../lib/model/connection';

test.each([
  [99999999n, ' 99999999'],
  [100000000n, '  100000K'],
  [999999999n, '  999999K'],
  [1000000000n, '    1000M'],
  [99999999999n, '   99999M'],
  [100000000000n, '     100G'],
  [99999999999999n, '   99999G'],
  [100000000000000n, '     100T'],
  [18446744073709551615n, ' 18446744T'],
])('%d is shown as %j', (value, text) => {
  expect(counter(value, false)).toBe(text);
});

test('exact numbers are in full, a space before them', () => {
  expect(counter(5n, true)).toBe('        5');
  expect(counter(18446744073709551615n, true)).toBe(' 18446744073709551615');
});

test('a connection of a firewall mark shows it as an address; engine data stand behind it', () => {
  const connection: Connection = {
    protocol: 'ip',
    client: { address: '10.0.0.100', port: 0 },
    virtual: { fwmark: 7 },
    destination: { address: '10.1.0.1', port: 0 },
    state: 'NONE',
    expires: 6005,
    template: true,
    engine: { name: 'sip', data: 'call@host' },
  };
  expect(connectionLine(connection)).toBe(
    'IP  100:05 NONE        10.0.0.100:0       0.0.0.7:0          10.1.0.1:0\n',
  );
  expect(connectionLine(connection, { engines: true })).toBe(
    'IP  100:05 NONE        10.0.0.100:0       0.0.0.7:0          10.1.0.1:0       sip                call@host\n',
  );
});
