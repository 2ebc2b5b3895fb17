import { expect, test } from '@jest/globals';
import { type Command, Ipvs, IpvsSync } from '../../../lib/index';
import { Namespace } from '../control/namespace';

const SERVICES = 5000;
const DESTINATIONS = 10;
const ATTEMPTS = 20;

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

/** A verb's longest delay beside the time for which its twin on `IpvsSync` blocks, each the least of what was measured. */
class Delay {
  private blocked = Number.POSITIVE_INFINITY;
  private longest = Infinity;

  constructor(
    readonly verb: string,
    private readonly twin: () => unknown,
    private readonly call: () => Promise<unknown>,
  ) {}

  async measure(): Promise<void> {
    this.blocked = Math.min(this.blocked, elapsed(this.twin));
    this.longest = Math.min(this.longest, await longestDelay(this.call));
  }

  get share(): number {
    return this.longest / this.blocked;
  }

  toString(): string {
    return (
      `${this.verb}: longest delay ${this.longest.toFixed(1)} ms, ` +
      `${(100 * this.share).toFixed(1)} % of the ${this.blocked.toFixed(0)} ms for which IpvsSync blocks`
    );
  }
}

test(`the loop turns while ${SERVICES} services with ${DESTINATIONS} destinations are written and read`, async () => {
  await using place = await Namespace.make('lvs-loop', ['link set lo up']);
  const options = { netns: place.path, timeout: 0 };
  using sync = IpvsSync.open(options);
  await using ipvs = await Ipvs.open(options);
  sync.batch(additions());

  // Other load on the machine only adds, so the least of some attempts is what is ours. How many it takes to meet
  // a quiet moment hangs on that load; a loop that is blocked exceeds the bound in every one.
  const changed = changes();
  const batch = new Delay(
    'batch',
    () => sync.batch(changed),
    () => ipvs.batch(changed),
  );
  const table = new Delay(
    'table',
    () => sync.table(),
    async () => expect(await ipvs.table()).toHaveLength(SERVICES),
  );
  for (let i = 0; i < ATTEMPTS && !(batch.share < SHARE && table.share < SHARE); i++) {
    await batch.measure();
    await table.measure();
  }
  console.info(`${batch}\n${table}`);
  expect(batch.share).toBeLessThan(SHARE);
  expect(table.share).toBeLessThan(SHARE);
}, 300_000);
