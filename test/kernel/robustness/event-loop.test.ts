import { expect, test } from '@jest/globals';
import { type Command, Ipvs, IpvsSync } from '../../../lib/index';
import { Namespace } from '../control/namespace';

const SERVICES = 5000;
const DESTINATIONS = 10;
const ATTEMPTS = 3;

/** The loop may stand still for so much of the time for which the same call blocks it on `IpvsSync`. */
const SHARE = 0.25;

const services = Array.from({ length: SERVICES }, (_, i) => {
  return { protocol: 'tcp' as const, address: `10.7.${i >> 8}.${i & 255}`, port: 80, scheduler: 'none' };
});
const destinations = Array.from({ length: DESTINATIONS }, (_, i) => ({ address: '10.1.0.1', port: i + 1 }));

function additions(): Command[] {
  return services.flatMap((service): Command[] => [
    { op: 'addService', service },
    ...destinations.map((destination): Command => ({ op: 'addDestination', service, destination })),
  ]);
}

/** As many, which may be made again and again. */
function changes(): Command[] {
  return services.flatMap((service): Command[] => [
    { op: 'setService', service },
    ...destinations.map((destination): Command => ({ op: 'setDestination', service, destination })),
  ]);
}

/** The loop's longest delay while the task runs, in milliseconds. */
async function longestDelay(task: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let turn = performance.now();
  const take = () => {
    const now = performance.now();
    longest = Math.max(longest, now - turn);
    turn = now;
  };
  const timer = setInterval(take, 1);
  await task();
  clearInterval(timer);
  take();
  return longest;
}

function elapsed(task: () => unknown): number {
  const start = performance.now();
  task();
  return performance.now() - start;
}

function report(what: string, delay: number, blocked: number): number {
  const share = delay / blocked;
  console.info(
    `${what}: longest delay ${delay.toFixed(1)} ms, ` +
      `${(100 * share).toFixed(1)} % of the ${blocked.toFixed(0)} ms for which IpvsSync blocks`,
  );
  return share;
}

test(`the loop turns while ${SERVICES} services with ${DESTINATIONS} destinations are written and read`, async () => {
  await using place = await Namespace.make('lvs-loop', ['link set lo up']);
  const options = { netns: place.path, timeout: 0 };
  using sync = IpvsSync.open(options);
  await using ipvs = await Ipvs.open(options);
  sync.batch(additions());

  // Other load on the machine only adds: the least of a few is what is ours.
  const changed = changes();
  let writing = Infinity;
  let reading = Infinity;
  let blockedByWriting = Infinity;
  let blockedByReading = Infinity;
  for (let i = 0; i < ATTEMPTS; i++) {
    blockedByWriting = Math.min(
      blockedByWriting,
      elapsed(() => sync.batch(changed)),
    );
    blockedByReading = Math.min(
      blockedByReading,
      elapsed(() => sync.table()),
    );
    writing = Math.min(writing, await longestDelay(() => ipvs.batch(changed)));
    reading = Math.min(
      reading,
      await longestDelay(async () => expect(await ipvs.table()).toHaveLength(SERVICES)),
    );
  }
  expect(report('batch', writing, blockedByWriting)).toBeLessThan(SHARE);
  expect(report('table', reading, blockedByReading)).toBeLessThan(SHARE);
}, 180_000);
