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

/** How many destinations the first services have: below, at and above what a part of each size holds. */
const SIZES = [COUNT, 10, 16, 17, 30, 90, 2000];

/** And how many the next ones have, each by tunnel, whose kind netlink alone tells. */
const TUNNELS = [10, 17, 300];
const ALL_SIZES = [...SIZES, ...TUNNELS];

/** What is there the whole time: services, and destinations of the first of them. */
function standing(): Command[] {
  return [
    ...ports.map((port): Command => ({ op: 'addService', service: { ...FIRST, port, scheduler: 'rr' } })),
    ...ALL_SIZES.flatMap((size, n) =>
      Array.from({ length: size }, (_, i): Command => {
        const forward = n < SIZES.length ? 'masq' : 'tunnel';
        const destination = { address: '10.8.1.1', port: i + 1, forward } as const;
        return { op: 'addDestination', service: { ...FIRST, port: n + 1 }, destination };
      }),
    ),
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

/** Expects each of so many standing entries once, and no other entry twice. Returns how many others there were. */
function check(
  entries: readonly (ServiceState | DestinationState)[],
  address: string,
  count = COUNT,
): number {
  const names = entries.map((entry) => {
    const { address, port } = entry as VirtualAddress | DestinationKey;
    return `${address} ${port}`;
  });
  const unique = new Set(names);
  expect(unique.size).toBe(names.length);
  const standing = Array.from({ length: count }, (_, i) => `${address} ${i + 1}`);
  expect(standing.filter((name) => !unique.has(name))).toEqual([]);
  return unique.size - count;
}

/** Reads every list that there is, the table with counters and without. Returns how many readings that took, and how many others they saw. */
async function read(ipvs: Handle): Promise<{ readings: number; others: number }> {
  let others = 0;
  for (let i = 0; i < 5; i++) {
    others += check(await ipvs.services(), FIRST.address);
    others += check(await ipvs.destinations(FIRST), '10.8.1.1');
    for (const n of [(i % (SIZES.length - 1)) + 1, (i % TUNNELS.length) + SIZES.length]) {
      check(await ipvs.destinations({ ...FIRST, port: n + 1 }), '10.8.1.1', ALL_SIZES[n]);
    }
  }
  for (const table of [await ipvs.table(), await ipvs.table({ stats: false })]) {
    check(table, FIRST.address);
    for (const [n, size] of ALL_SIZES.entries()) {
      const row = table.find((row) => 'port' in row && row.address === FIRST.address && row.port === n + 1);
      check(row?.destinations ?? [], '10.8.1.1', size);
    }
  }
  return { readings: 24, others };
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
    for (const [n, handle] of addonHandles.entries()) {
      const { atOnce, witnessed } = handle.lists();
      if (handles[n]?.ipvs === netlink) expect({ atOnce, witnessed }).toEqual({ atOnce: 0, witnessed: 0 });
      else expect(Math.min(atOnce, witnessed)).toBeGreaterThan(0);
    }
    expect(rounds).toBeGreaterThan(0);
  },
  60_000 + SECONDS * 2000,
);
