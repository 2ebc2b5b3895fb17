/** `apply` with drains: what is new is in the table long before what leaves has gone. */

import { expect, test } from '@jest/globals';
import type { Ipvs } from '../../../lib';
import { Simulator } from '../../../lib/simulator';

const WEB = { protocol: 'tcp', address: '192.0.2.1', port: 80 } as const;
const server = (address: string) => ({ address, port: 8080, forward: 'masq' }) as const;

test('onApplied comes once the table is as desired, while what leaves is still drained', async () => {
  const simulator = new Simulator();
  const ipvs: Ipvs = await simulator.open();
  await ipvs.apply([{ ...WEB, destinations: [server('10.0.0.1')] }]);
  simulator.connect({ protocol: 'tcp', client: { address: '198.51.100.1', port: 1000 }, virtual: WEB });

  const seen: unknown[] = [];
  const applying = ipvs.apply([{ ...WEB, destinations: [server('10.0.0.2')] }], {
    removal: { timeout: 200, interval: 20 },
    onApplied: (changes) => seen.push(...changes.map(({ command }) => command.op)),
  });
  while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  expect(seen).toEqual(['addDestination']);
  expect(await ipvs.destinations(WEB)).toHaveLength(2);

  const { drains } = await applying;
  expect(drains.map(({ outcome }) => outcome)).toEqual(['timeout']);
  expect(await ipvs.destinations(WEB)).toHaveLength(1);
  await ipvs.close();
});

test('onApplied must be a function', async () => {
  const ipvs = await new Simulator().open();
  await expect(ipvs.apply([], { onApplied: 1 as never })).rejects.toThrow(
    'options.onApplied must be a function, got 1',
  );
  await ipvs.close();
});
