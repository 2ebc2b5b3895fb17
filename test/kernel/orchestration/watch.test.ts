/** Watching a kernel's table while another process changes it, and while the module goes and comes. */

import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Command, Ipvs, type TableEvent } from '../../../lib/index';
import { replay } from '../../simulator/orchestration/replay';
import { isGuest, Module, ModuleHelper } from '../control/guest';
import { Churn } from '../robustness/churn';

const INTERVAL = 20;
const SECONDS = 4;
const COUNT = 200;

/** Services, and real servers of the first, between which the churn's come and go. */
const ports = Array.from({ length: COUNT }, (_, n) => n + 1);
const FIRST = { protocol: 'tcp', address: '10.8.0.1', port: 1 } as const;
const standing: Command[] = ports.flatMap((port): Command[] => [
  { op: 'addService', service: { ...FIRST, port, scheduler: 'rr' } },
  { op: 'addDestination', service: FIRST, destination: { address: '10.8.1.1', port } },
]);

let ipvs: Ipvs;
beforeEach(async () => {
  ipvs = await Ipvs.open();
  await ipvs.flush();
  await ipvs.batch(standing);
});
afterEach(async () => {
  await ipvs.flush();
  await ipvs.close();
});

function isStanding({ service, ...rest }: TableEvent): boolean {
  if (!('address' in service) || service.address !== FIRST.address) return false;
  return !('destination' in rest) || rest.destination.address === '10.8.1.1';
}

/** The table as `replay` has it. */
async function table(): Promise<Map<string, unknown>> {
  const rows = new Map<string, unknown>();
  await using watching = new Watch(INTERVAL);
  replay(rows, await watching.next());
  return rows;
}

/** A watch that is asked for one array at a time. */
class Watch implements AsyncDisposable {
  readonly #watching: AsyncIterator<TableEvent[]>;

  constructor(interval: number) {
    this.#watching = ipvs.watch({ interval })[Symbol.asyncIterator]();
  }

  async next(): Promise<TableEvent[]> {
    const { value, done } = await this.#watching.next();
    expect(done).toBe(false);
    return value;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#watching.return?.();
  }
}

test(`nothing is lost or told twice while another process changes the table, ${SECONDS} s`, async () => {
  const told = new Map<string, unknown>();
  await using watching = new Watch(INTERVAL);
  replay(told, await watching.next());
  expect(told.size).toBe(2 * COUNT);
  let events = 0;
  let arrays = 0;
  {
    await using churn = await Churn.begin();
    const end = performance.now() + SECONDS * 1000;
    while (performance.now() < end) {
      const list = await watching.next();
      expect(list.filter(isStanding)).toEqual([]);
      replay(told, list);
      events += list.length;
      arrays++;
    }
    expect(await churn.end()).toBeGreaterThan(0);
  }
  await ipvs.addService({ fwmark: 1 });
  replay(told, await watching.next());
  expect(told).toEqual(await table());
  console.info(`${events} events in ${arrays} arrays`);
});

(isGuest ? describe : describe.skip)('a module that goes and comes', () => {
  const ipvsModule = new Module();

  async function reading(told: Map<string, unknown>): Promise<Watch> {
    const watching = new Watch(INTERVAL);
    replay(told, await watching.next());
    expect(told.size).toBe(2 * COUNT);
    return watching;
  }

  test('is loaded anew by the reading, which tells that all has gone; and what is added is told', async () => {
    const told = new Map<string, unknown>();
    await using watching = await reading(told);
    await ipvsModule.unload();
    replay(told, await watching.next());
    expect(told.size).toBe(0);
    await ipvs.batch(standing);
    replay(told, await watching.next());
    expect(told).toEqual(await table());
  });

  test('tells the difference where all of it came back meanwhile', async () => {
    const told = new Map<string, unknown>();
    await using watching = await reading(told);
    await ipvsModule.unload();
    await ipvs.batch(standing.slice(0, -1));
    expect(await watching.next()).toMatchObject([
      { type: 'destinationRemoved', destination: { port: COUNT } },
    ]);
  });

  test('is missing for a while: the table is empty so long', async () => {
    const told = new Map<string, unknown>();
    await using watching = await reading(told);
    let next: Promise<TableEvent[]>;
    {
      using _ = new ModuleHelper('/bin/false');
      await ipvsModule.unload();
      replay(told, await watching.next());
      expect(told.size).toBe(0);
      next = watching.next();
      // More readings than may fail.
      await new Promise((resolve) => setTimeout(resolve, 10 * INTERVAL));
    }
    await ipvs.batch(standing);
    replay(told, await next);
    while (told.size < 2 * COUNT) replay(told, await watching.next());
    expect(told).toEqual(await table());
  });
});
