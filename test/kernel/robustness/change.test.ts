import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type Command,
  type Destination,
  type DestinationKey,
  Ipvs,
  IpvsSync,
  type Service,
  type VirtualAddress,
} from '../../../lib/index';
import type { Handle } from '../verbs/handles';
import { Churn } from './churn';

/** For both handles together; a minute is thorough. */
const SECONDS = Number(process.env.LVS_CHURN_SECONDS ?? 5);
const COUNT = 300;

const FIRST: VirtualAddress = { protocol: 'tcp', address: '10.8.0.1', port: 1 };
const ports = Array.from({ length: COUNT }, (_, i) => i + 1);

/** What is there the whole time: services, and destinations of the first of them. */
function standing(): Command[] {
  return [
    ...ports.map((port): Command => ({ op: 'addService', service: { ...FIRST, port, scheduler: 'rr' } })),
    ...ports.map((port): Command => {
      return { op: 'addDestination', service: FIRST, destination: { address: '10.8.1.1', port } };
    }),
  ];
}

beforeAll(() => {
  using ipvs = IpvsSync.open();
  ipvs.flush();
  ipvs.batch(standing());
});
afterAll(() => {
  using ipvs = IpvsSync.open();
  ipvs.flush();
});

/** Expects each standing entry once, and no other entry twice. Returns how many others there were. */
function check(entries: readonly (Service | Destination)[], address: string): number {
  const names = entries.map((entry) => {
    const { address, port } = entry as VirtualAddress | DestinationKey;
    return `${address} ${port}`;
  });
  const unique = new Set(names);
  expect(unique.size).toBe(names.length);
  expect(ports.filter((port) => !unique.has(`${address} ${port}`))).toEqual([]);
  return unique.size - COUNT;
}

describe.each<[string, () => Handle | Promise<Handle>]>([
  ['Ipvs', () => Ipvs.open()],
  ['IpvsSync', () => IpvsSync.open()],
])('%s', (name, open) => {
  test(
    `lists while another process changes the table, ${SECONDS / 2} s`,
    async () => {
      const ipvs = await open();
      await using churn = await Churn.begin();
      let readings = 0;
      let others = 0;
      const end = performance.now() + (SECONDS / 2) * 1000;
      while (performance.now() < end || others === 0) {
        for (let i = 0; i < 5; i++) {
          others += check(await ipvs.services(), FIRST.address);
          others += check(await ipvs.destinations(FIRST), '10.8.1.1');
          readings += 2;
        }
        const table = await ipvs.table();
        check(table, FIRST.address);
        check(table.find((row) => 'port' in row && row.port === 1)?.destinations ?? [], '10.8.1.1');
        readings += 2;
      }
      const rounds = await churn.end();
      console.info(`${name}: ${readings} readings, ${others} others seen, ${rounds} rounds of changes`);
      expect(others).toBeGreaterThan(0);
      await ipvs.close();
    },
    60_000 + SECONDS * 2000,
  );
});
