/** Watching the table, on fake time and a simulated director. */

import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { Command, Ipvs, TableEvent } from '../../../lib/index';
import { Simulator } from '../../../lib/simulator/index';
import { connectTo, ONE, onFakeTime, outcome, pass, TWO, twoServers, WEB } from './director';
import { replay } from './replay';

onFakeTime();

type Watch = AsyncIterableIterator<TableEvent[], void>;

function watch(ipvs: Ipvs, options?: Parameters<Ipvs['watch']>[0]): Watch {
  return ipvs.watch(options)[Symbol.asyncIterator]() as Watch;
}

async function events(watching: Watch): Promise<TableEvent[]> {
  const { value, done } = await watching.next();
  expect(done).toBe(false);
  return value as TableEvent[];
}

function types(list: TableEvent[]): string[] {
  return list.map(({ type }) => type);
}

describe('watching', () => {
  test('tells the table as it is, and then what changes', async () => {
    const scene = await twoServers();
    const watching = watch(scene.ipvs);
    const state = { weight: 5, forward: 'masq', family: 'ipv4' };
    expect(await events(watching)).toMatchObject([
      { type: 'serviceAdded', service: { ...WEB, scheduler: 'rr', flags: [] } },
      { type: 'destinationAdded', service: WEB, destination: { ...TWO, ...state } },
      { type: 'destinationAdded', service: WEB, destination: { ...ONE, ...state } },
    ]);

    const next = outcome(events(watching));
    const connection = connectTo(scene, ONE);
    connection.traffic({ packetsIn: 100 });
    await pass(scene, 3000);
    expect(next).toEqual({});

    const other = await scene.simulator.open();
    await other.patchDestination(WEB, ONE, { weight: 7, upperThreshold: 10 });
    await other.patchService(WEB, { scheduler: 'wlc', persistence: true });
    await other.addDestination(WEB, { address: '10.0.0.3', port: 80 });
    await other.deleteDestination(WEB, TWO);
    await other.addService({ fwmark: 7, family: 'ipv6' });
    await pass(scene, 1000);
    expect(next.value).toHaveLength(5);
    expect(next.value).toEqual(
      expect.arrayContaining([
        {
          type: 'serviceChanged',
          service: expect.objectContaining({ scheduler: 'wlc', persistence: { timeout: 360, netmask: 32 } }),
          before: expect.objectContaining({ scheduler: 'rr' }),
          fields: ['scheduler', 'persistence'],
        },
        {
          type: 'destinationChanged',
          service: WEB,
          destination: expect.objectContaining({ ...ONE, weight: 7, activeConnections: 1 }),
          before: expect.objectContaining({ ...ONE, weight: 5, upperThreshold: 0 }),
          fields: ['weight', 'upperThreshold'],
        },
        {
          type: 'destinationAdded',
          service: WEB,
          destination: expect.objectContaining({ address: '10.0.0.3', weight: 1 }),
        },
        { type: 'destinationRemoved', service: WEB, destination: expect.objectContaining(TWO) },
        { type: 'serviceAdded', service: expect.objectContaining({ fwmark: 7, family: 'ipv6' }) },
      ]),
    );

    const removed = outcome(events(watching));
    await other.deleteService(WEB);
    await pass(scene, 1000);
    expect(types(removed.value ?? [])).toEqual([
      'destinationRemoved',
      'destinationRemoved',
      'serviceRemoved',
    ]);
    await other.close();
    await scene.ipvs.close();
  });

  test('begins with nothing where the table is empty, and with changes where initial is false', async () => {
    const simulator = new Simulator();
    const ipvs = await simulator.open();
    expect(await events(watch(ipvs))).toEqual([]);
    await ipvs.addService(WEB);
    const watching = watch(ipvs, { initial: false, interval: 200 });
    const next = outcome(events(watching));
    await jest.advanceTimersByTimeAsync(100);
    expect(next).toEqual({});
    await ipvs.deleteService(WEB);
    await jest.advanceTimersByTimeAsync(100);
    expect(types(next.value ?? [])).toEqual(['serviceRemoved']);
    await ipvs.close();
  });

  test('a slow consumer gets the sum of the changes, and nothing is read for it meanwhile', async () => {
    const scene = await twoServers();
    const watching = watch(scene.ipvs);
    await events(watching);
    const timers = jest.getTimerCount();
    for (let weight = 10; weight <= 20; weight++) {
      await scene.ipvs.patchDestination(WEB, ONE, { weight });
      await scene.ipvs.addDestination(WEB, { address: '10.0.0.9', port: 9 });
      await scene.ipvs.deleteDestination(WEB, { address: '10.0.0.9', port: 9 });
      await pass(scene, 1000);
      expect(jest.getTimerCount()).toBeLessThanOrEqual(timers);
    }
    expect(await events(watching)).toMatchObject([
      { type: 'destinationChanged', destination: { weight: 20 }, before: { weight: 5 }, fields: ['weight'] },
    ]);
    await scene.ipvs.close();
  });

  test('a service that was removed and made anew between two readings is what differs', async () => {
    const scene = await twoServers();
    const watching = watch(scene.ipvs);
    await events(watching);
    await scene.ipvs.deleteService(WEB);
    await scene.ipvs.addService({ ...WEB, scheduler: 'rr' });
    await scene.ipvs.addDestination(WEB, { ...TWO, forward: 'masq', weight: 5 });
    const next = outcome(events(watching));
    await pass(scene, 1000);
    expect(next.value).toMatchObject([{ type: 'destinationRemoved', destination: ONE }]);
    await scene.ipvs.close();
  });

  test('survives a module that is gone for a while', async () => {
    const scene = await twoServers();
    const watching = watch(scene.ipvs);
    await events(watching);
    const { restore } = scene.simulator.fail({ syscall: 'table', errno: 'ERR_IPVS_MODULE_MISSING' });
    const gone = outcome(events(watching));
    await pass(scene, 1000);
    expect(types(gone.value ?? [])).toEqual(['destinationRemoved', 'destinationRemoved', 'serviceRemoved']);
    const back = outcome(events(watching));
    await pass(scene, 10_000);
    expect(back).toEqual({});
    restore();
    await pass(scene, 1000);
    expect(types(back.value ?? [])).toEqual(['serviceAdded', 'destinationAdded', 'destinationAdded']);
    await scene.ipvs.close();
  });

  test('goes on where a reading fails, and rejects at the third failure in a row', async () => {
    const scene = await twoServers();
    const watching = watch(scene.ipvs);
    await events(watching);
    scene.simulator.fail({ syscall: 'table', errno: 'ENOBUFS', times: 2 });
    await scene.ipvs.patchDestination(WEB, ONE, { weight: 1 });
    const next = outcome(events(watching));
    await pass(scene, 2000);
    expect(next).toEqual({});
    await pass(scene, 1000);
    expect(types(next.value ?? [])).toEqual(['destinationChanged']);
    scene.simulator.fail({ syscall: 'table', errno: 'ENOBUFS', times: 3 });
    const failed = outcome(events(watching));
    await pass(scene, 3000);
    expect(failed.error).toMatchObject({ code: 'ENOBUFS', syscall: 'table' });
    expect(await watching.next()).toEqual({ done: true, value: undefined });
    await scene.ipvs.close();
  });
});

describe('the end of watching', () => {
  test('break leaves no timer', async () => {
    const scene = await twoServers();
    for await (const list of scene.ipvs.watch()) {
      expect(list).toHaveLength(3);
      break;
    }
    await scene.ipvs.close();
    expect(jest.getTimerCount()).toBe(0);
  });

  test('return ends what waits, at once', async () => {
    const scene = await twoServers();
    const watching = watch(scene.ipvs);
    await events(watching);
    const before = jest.getTimerCount();
    const waiting = [watching.next(), watching.next()];
    await jest.advanceTimersByTimeAsync(10);
    expect(jest.getTimerCount()).toBe(before + 1);
    expect(await watching.return?.()).toEqual({ done: true, value: undefined });
    expect(await Promise.all(waiting)).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
    expect(jest.getTimerCount()).toBe(before);
    expect(await watching.next()).toEqual({ done: true, value: undefined });
    await scene.ipvs.close();
  });

  test('its signal ends it, whether it waits or not', async () => {
    const scene = await twoServers();
    const aborted = expect.objectContaining({ name: 'AbortError', cause: 'enough' });
    const controller = new AbortController();
    const watching = watch(scene.ipvs, { signal: controller.signal });
    await events(watching);
    const next = outcome(watching.next());
    await jest.advanceTimersByTimeAsync(10);
    const idle = watch(scene.ipvs, { signal: controller.signal });
    await events(idle);
    const before = jest.getTimerCount();
    controller.abort('enough');
    await jest.advanceTimersByTimeAsync(0);
    expect(next.error).toEqual(aborted);
    expect(jest.getTimerCount()).toBe(before - 1);
    await expect(idle.next()).rejects.toEqual(aborted);
    expect(await idle.next()).toEqual({ done: true, value: undefined });
    await expect(watch(scene.ipvs, { signal: AbortSignal.abort('enough') }).next()).rejects.toEqual(aborted);
    await scene.ipvs.close();
  });

  test('it ends with the handle', async () => {
    const scene = await twoServers();
    const watching = watch(scene.ipvs);
    await events(watching);
    const next = outcome(watching.next());
    await jest.advanceTimersByTimeAsync(10);
    await scene.ipvs.close();
    await jest.advanceTimersByTimeAsync(0);
    expect(next.error).toMatchObject({ code: 'ERR_IPVS_CLOSED', syscall: 'watch' });
    expect(jest.getTimerCount()).toBe(0);
    await expect(watch(scene.ipvs).next()).rejects.toMatchObject({ code: 'ERR_IPVS_CLOSED' });
  });
});

test('events make the table out of what it was, whatever happens', async () => {
  const service = fc.constantFrom(
    ...[1, 2, 3, 4].map((port) => ({ protocol: 'tcp' as const, address: '192.0.2.1', port })),
    { fwmark: 1 },
    { fwmark: 1, family: 'ipv6' as const },
  );
  const destination = fc.record({
    address: fc.constantFrom('10.0.0.1', '10.0.0.2', '10.0.0.3'),
    port: fc.constantFrom(80, 81),
    weight: fc.integer({ min: 0, max: 2 }),
    forward: fc.constantFrom('masq' as const, 'tunnel' as const),
  });
  const scheduler = fc.constantFrom('rr', 'wlc');
  const persistence = fc.boolean();
  const command: fc.Arbitrary<Command> = fc.oneof(
    fc
      .tuple(fc.constantFrom('addService' as const, 'setService' as const), service, scheduler, persistence)
      .map(([op, key, name, kept]) => ({ op, service: { ...key, scheduler: name, persistence: kept } })),
    service.map((key) => ({ op: 'deleteService' as const, service: key })),
    fc
      .tuple(
        fc.constantFrom('addDestination' as const, 'setDestination' as const, 'deleteDestination' as const),
        service.filter((key) => !('family' in key)),
        destination,
      )
      .map(([op, key, spec]) => ({ op, service: key, destination: spec })),
  );
  const rounds = fc.array(fc.array(command, { maxLength: 12 }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(rounds, async (batches) => {
      const simulator = new Simulator();
      const ipvs = await simulator.open();
      const watching = watch(ipvs);
      const told = new Map<string, unknown>();
      replay(told, await events(watching));
      for (const commands of batches) {
        await ipvs.batch(commands, { throwOnFailure: false });
        const next = outcome(events(watching));
        await jest.advanceTimersByTimeAsync(1000);
        if (next.value === undefined) {
          await ipvs.addService({ fwmark: 99 });
          await jest.advanceTimersByTimeAsync(1000);
        }
        expect(new Set(next.value?.map((event) => JSON.stringify(event))).size).toBe(next.value?.length);
        replay(told, next.value ?? []);
        const rows = await ipvs.table({ stats: false });
        const count = rows.reduce((sum, { destinations }) => sum + 1 + destinations.length, 0);
        expect(told.size).toBe(count);
        for (const { destinations, ...row } of rows) {
          expect([...told.values()]).toContainEqual(row);
          for (const real of destinations) expect([...told.values()]).toContainEqual(real);
        }
        await ipvs.batch([{ op: 'deleteService', service: { fwmark: 99 } }], { throwOnFailure: false });
        const after = outcome(events(watching));
        await jest.advanceTimersByTimeAsync(1000);
        replay(told, after.value ?? []);
        if (after.value === undefined) {
          await ipvs.addService({ fwmark: 98 });
          await jest.advanceTimersByTimeAsync(1000);
          replay(told, after.value ?? []);
          await ipvs.deleteService({ fwmark: 98 });
          const last = outcome(events(watching));
          await jest.advanceTimersByTimeAsync(1000);
          replay(told, last.value ?? []);
        }
      }
      await ipvs.close();
    }),
    { numRuns: 60 },
  );
});
