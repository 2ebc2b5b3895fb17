/** Applying while others change the table, and having back what was being drained. */

import { describe, expect, test } from '@jest/globals';
import type { DesiredService, Ipvs } from '../../../lib/index';
import { Simulator } from '../../../lib/simulator';
import { connectTo, ONE, onFakeTime, outcome, pass, TWO, twoServers, WEB } from './director';

const server = (n: number) => ({ address: `10.0.0.${n}`, port: 8080, forward: 'masq' as const });

function state(...numbers: number[]): DesiredService[] {
  return Array.from({ length: 20 }, (_, n) => ({
    ...WEB,
    port: 1000 + n,
    destinations: numbers.map(server),
  }));
}

async function serversOf(ipvs: Ipvs): Promise<string[]> {
  const rows = await ipvs.table();
  return [
    ...new Set(
      rows.map(({ destinations }) =>
        destinations
          .map(({ address }) => address)
          .sort()
          .join(),
      ),
    ),
  ];
}

describe('two at once', () => {
  test.each([...Array(10).keys()])('of the same state both succeed (%i)', async (seed) => {
    const simulator = new Simulator({ seed });
    const [one, two] = [await simulator.open(), await simulator.open()];
    const results = await Promise.all([one.apply(state(1, 2)), two.apply(state(1, 2))]);
    expect(results.flatMap(({ changes }) => changes)).toHaveLength(60);
    expect(await serversOf(one)).toEqual(['10.0.0.1,10.0.0.2']);
    await Promise.all([one.close(), two.close()]);
  });

  test.each([...Array(10).keys()])('of different states there is no half of each (%i)', async (seed) => {
    const simulator = new Simulator({ seed });
    const [one, two] = [await simulator.open(), await simulator.open()];
    await one.apply(state());
    const options = { attempts: 20 };
    await Promise.all([one.apply(state(1, 2), options), two.apply(state(3, 4), options)]);
    const [servers, ...others] = await serversOf(one);
    expect(others).toEqual([]);
    expect(['10.0.0.1,10.0.0.2', '10.0.0.3,10.0.0.4']).toContain(servers);
    await Promise.all([one.close(), two.close()]);
  });

  test('applies of one handle run one after the other', async () => {
    const ipvs = await new Simulator().open();
    await Promise.all([ipvs.apply(state(1, 2)), ipvs.apply(state(3)), ipvs.apply(state(4))]);
    expect(await serversOf(ipvs)).toEqual(['10.0.0.4']);
    await ipvs.close();
  });

  test('who is always too late has a BatchError in the end', async () => {
    const simulator = new Simulator();
    await using ipvs = await simulator.open();
    simulator.fail({ syscall: 'addService', errno: 'EEXIST' });
    const error = await ipvs.apply(state(1), { attempts: 2 }).catch((error) => error);
    expect(error.name).toBe('BatchError');
    expect(error.result.failures[0].error.code).toBe('EEXIST');
  });

  test('a race that passes is put right', async () => {
    const simulator = new Simulator();
    await using ipvs = await simulator.open();
    simulator.fail({ syscall: 'addService', errno: 'EEXIST', times: 1 });
    const { attempts, changes } = await ipvs.apply(state(1));
    expect(attempts).toBe(2);
    expect(changes).toHaveLength(40);
  });
});

test('an aborted signal sends nothing', async () => {
  await using ipvs = await new Simulator().open();
  const signal = AbortSignal.abort('enough');
  await expect(ipvs.apply(state(1), { signal })).rejects.toMatchObject({
    name: 'AbortError',
    cause: 'enough',
  });
  expect(await ipvs.services()).toEqual([]);
});

describe('what leaves', () => {
  onFakeTime();
  const five = { forward: 'masq' as const, weight: 5 };
  const both = [
    {
      ...WEB,
      scheduler: 'rr',
      destinations: [
        { ...ONE, ...five },
        { ...TWO, ...five },
      ],
    },
  ];
  const one = [{ ...WEB, scheduler: 'rr', destinations: [{ ...ONE, ...five }] }];

  test('is drained, and removed when it is idle', async () => {
    const scene = await twoServers();
    const connection = connectTo(scene, TWO);
    const applied = outcome(scene.ipvs.apply(one, { removal: {} }));
    await pass(scene, 3000);
    expect(await scene.ipvs.destinations(WEB)).toMatchObject([{ ...TWO, weight: 0 }, ONE]);
    expect(applied).toEqual({});
    connection.close('reset');
    await pass(scene, 15_000);
    expect(applied.value).toMatchObject({
      changes: [{ command: { op: 'deleteDestination', destination: TWO } }],
      drains: [{ destination: TWO, outcome: 'drained', removed: true }],
      owns: [WEB],
    });
    await scene.ipvs.close();
  });

  test.each([
    ['its weight is set', {}],
    ['its weight is given back', { keep: ['weight' as const] }],
  ])('and is wanted again: the drain is superseded, %s', async (_, options) => {
    const scene = await twoServers();
    connectTo(scene, TWO);
    const applied = outcome(scene.ipvs.apply(one, { removal: {} }));
    await pass(scene, 2000);
    await scene.ipvs.apply(both, options);
    expect(await scene.ipvs.destinations(WEB)).toMatchObject([
      { ...TWO, weight: 5 },
      { ...ONE, weight: 5 },
    ]);
    await pass(scene, 100);
    expect(applied.value).toMatchObject({
      changes: [],
      drains: [{ destination: TWO, outcome: 'superseded', removed: false }],
    });
    await scene.ipvs.close();
  });

  test('a service goes with the last of its real servers', async () => {
    const scene = await twoServers();
    const connection = connectTo(scene, TWO);
    const options = { owns: [WEB], guard: false, removal: {} } as const;
    const applied = outcome(scene.ipvs.apply([], options));
    await pass(scene, 3000);
    expect(await scene.ipvs.services()).toHaveLength(1);
    connection.close('reset');
    await pass(scene, 15_000);
    expect(await scene.ipvs.services()).toEqual([]);
    expect(applied.value).toMatchObject({ changes: [{ command: { op: 'deleteService' } }], owns: [] });
    expect(applied.value?.drains).toHaveLength(2);
    await scene.ipvs.close();
  });

  test('a signal gives the weight back', async () => {
    const scene = await twoServers();
    connectTo(scene, TWO);
    const abort = new AbortController();
    const applied = outcome(scene.ipvs.apply(one, { removal: {}, signal: abort.signal }));
    await pass(scene, 2000);
    abort.abort('enough');
    await pass(scene, 1000);
    expect(applied.error).toMatchObject({ name: 'AbortError', cause: 'enough' });
    expect(await scene.ipvs.destinations(WEB)).toMatchObject([{ ...TWO, weight: 5 }, ONE]);
    await scene.ipvs.close();
  });
});
