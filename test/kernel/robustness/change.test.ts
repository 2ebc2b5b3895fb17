import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type AddonHandle, addon } from '../../../lib/backend/addon';
import {
  type Command,
  type DestinationKey,
  type DestinationState,
  Ipvs,
  IpvsSync,
  type ServiceState,
  type VirtualAddress,
} from '../../../lib/index';
import type { Handle } from '../verbs/handles';
import { Churn } from './churn';

const SECONDS = 30;
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
function check(entries: readonly (ServiceState | DestinationState)[], address: string): number {
  const names = entries.map((entry) => {
    const { address, port } = entry as VirtualAddress | DestinationKey;
    return `${address} ${port}`;
  });
  const unique = new Set(names);
  expect(unique.size).toBe(names.length);
  expect(ports.filter((port) => !unique.has(`${address} ${port}`))).toEqual([]);
  return unique.size - COUNT;
}

/** Reads every list that there is, the table with counters and without. Returns how many readings that took, and how many others they saw. */
async function read(ipvs: Handle): Promise<{ readings: number; others: number }> {
  let others = 0;
  for (let i = 0; i < 5; i++) {
    others += check(await ipvs.services(), FIRST.address);
    others += check(await ipvs.destinations(FIRST), '10.8.1.1');
  }
  for (const table of [await ipvs.table(), await ipvs.table({ stats: false })]) {
    check(table, FIRST.address);
    check(table.find((row) => 'port' in row && row.port === 1)?.destinations ?? [], '10.8.1.1');
  }
  return { readings: 14, others };
}

test(
  `lists while another process changes the table, ${SECONDS} s`,
  async () => {
    const addonHandles: AddonHandle[] = [];
    const backend = {
      createHandle() {
        const handle = addon().createHandle() as AddonHandle;
        addonHandles.push(handle);
        return handle;
      },
    };
    await using asynchronous = await Ipvs.open({ backend });
    using synchronous = IpvsSync.open({ backend });
    using netlink = IpvsSync.open({ backend, channel: 'netlink' });
    const handles = [asynchronous, synchronous, netlink].map((ipvs) => ({ ipvs, readings: 0, others: 0 }));
    await using churn = await Churn.begin();
    const end = performance.now() + SECONDS * 1000;
    while (performance.now() < end || handles.some(({ others }) => others === 0)) {
      for (const handle of handles) {
        const { readings, others } = await read(handle.ipvs);
        handle.readings += readings;
        handle.others += others;
      }
    }
    const rounds = await churn.end();
    for (const [n, { ipvs, readings, others }] of handles.entries()) {
      const ways = JSON.stringify(addonHandles[n]?.lists());
      console.info(`${ipvs.constructor.name}: ${readings} readings, ${others} others seen, lists: ${ways}`);
    }
    console.info(`${rounds} rounds of changes`);
    const [first, second, third] = addonHandles.map((handle) => handle.lists().witnessed) as number[];
    expect(first).toBeGreaterThan(0);
    expect(second).toBeGreaterThan(0);
    expect(third).toBe(0);
    expect(rounds).toBeGreaterThan(0);
  },
  60_000 + SECONDS * 2000,
);
