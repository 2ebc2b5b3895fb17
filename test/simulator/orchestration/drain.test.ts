/** Draining, on fake time and a simulated director. */

import { describe, expect, jest, test } from '@jest/globals';
import type { DrainProgress, DrainWarning } from '../../../lib/index';
import { connectTo, ONE, onFakeTime, outcome, pass, type Scene, TWO, twoServers, WEB } from './director';

onFakeTime();

async function server({ ipvs }: Scene, key: { address: string } = ONE) {
  return (await ipvs.destinations(WEB)).find(({ address }) => address === key.address);
}

describe('a drain', () => {
  test('waits for active and inactive connections, looks once more, and removes', async () => {
    const scene = await twoServers();
    await scene.ipvs.patchDestination(WEB, ONE, { upperThreshold: 100, lowerThreshold: 50 });
    const connection = connectTo(scene, ONE);
    const looks: DrainProgress[] = [];
    const drained = outcome(scene.ipvs.drain(WEB, ONE, { onProgress: (look) => looks.push(look) }));
    await pass(scene, 3000);
    expect(await server(scene)).toMatchObject({
      weight: 0,
      forward: 'masq',
      upperThreshold: 100,
      lowerThreshold: 50,
      activeConnections: 1,
    });
    expect(looks).toEqual([
      { activeConnections: 1, inactiveConnections: 0, elapsed: 0 },
      { activeConnections: 1, inactiveConnections: 0, elapsed: 1000 },
      { activeConnections: 1, inactiveConnections: 0, elapsed: 2000 },
      { activeConnections: 1, inactiveConnections: 0, elapsed: 3000 },
    ]);
    connection.close('half');
    await pass(scene, 5000);
    expect(looks.at(-1)).toMatchObject({ activeConnections: 0, inactiveConnections: 1 });
    expect(drained).toEqual({});
    connection.close('reset');
    await pass(scene, 10_000);
    expect(looks.at(-1)).toMatchObject({ activeConnections: 0, inactiveConnections: 0 });
    expect(drained).toEqual({});
    await pass(scene, 1000);
    expect(drained.value).toEqual({
      service: WEB,
      destination: ONE,
      outcome: 'drained',
      removed: true,
      left: 0,
      elapsed: 19_000,
      warnings: [],
    });
    expect(looks.filter(({ inactiveConnections }) => inactiveConnections === 0).length).toBe(6);
    expect(await server(scene)).toBeUndefined();
    expect(jest.getTimerCount()).toBe(1); // the deadline of the handle
    await scene.ipvs.close();
    expect(jest.getTimerCount()).toBe(0);
  });

  test('counts a connection that comes after the first look', async () => {
    const scene = await twoServers();
    await scene.ipvs.patchDestination(WEB, TWO, { weight: 0 });
    const late = connectTo(scene, ONE);
    late.close('reset');
    const drained = outcome(scene.ipvs.drain(WEB, TWO, { interval: 2000 }));
    await pass(scene, 1000);
    // Somebody was being scheduled.
    await scene.ipvs.patchDestination(WEB, TWO, { weight: 5 });
    const connection = connectTo(scene, TWO);
    await scene.ipvs.patchDestination(WEB, TWO, { weight: 0 });
    await pass(scene, 10_000);
    expect(drained).toEqual({});
    connection.close('reset');
    await pass(scene, 15_000);
    expect(drained.value).toMatchObject({ outcome: 'drained', removed: true });
    await scene.ipvs.close();
  });

  test('leaves it at weight 0 with remove: false', async () => {
    const scene = await twoServers();
    const drained = outcome(scene.ipvs.drain(WEB, ONE, { remove: false, interval: 10 }));
    await pass(scene, 20, 10);
    expect(drained.value).toMatchObject({ outcome: 'drained', removed: false, left: 0 });
    expect(await server(scene)).toMatchObject({ weight: 0 });
    await scene.ipvs.close();
  });

  test.each([
    ['delete', true, undefined],
    ['keep', false, 0],
    ['restore', false, 5],
  ] as const)('that comes to its end by time, with %s', async (onTimeout, removed, weight) => {
    const scene = await twoServers();
    connectTo(scene, ONE);
    const looks: number[] = [];
    const onProgress = ({ elapsed }: DrainProgress) => looks.push(elapsed);
    const drained = outcome(scene.ipvs.drain(WEB, ONE, { timeout: 2500, onTimeout, onProgress }));
    await pass(scene, 2400);
    expect(drained).toEqual({});
    await pass(scene, 100);
    expect(drained.value).toMatchObject({ outcome: 'timeout', removed, left: 1, elapsed: 2500 });
    expect((await server(scene))?.weight).toBe(weight);
    expect(looks).toEqual([0, 1000, 2000, 2500]);
    await scene.ipvs.close();
  });

  test('that has no timeout waits for ever', async () => {
    const scene = await twoServers();
    const connection = connectTo(scene, ONE);
    const drained = outcome(scene.ipvs.drain(WEB, ONE, { timeout: 0, interval: 10_000 }));
    for (let minute = 0; minute < 60; minute++) {
      connection.traffic({ packetsIn: 1, packetsOut: 1 });
      await pass(scene, 60_000, 10_000);
    }
    expect(drained).toEqual({});
    await pass(scene, 930_000, 10_000);
    expect(drained.value).toMatchObject({ outcome: 'drained', removed: true });
    await scene.ipvs.close();
  });

  test.each([
    ['gave it weight', 'patchDestination', [WEB, ONE, { weight: 1 }]],
    ['removed it', 'deleteDestination', [WEB, ONE]],
    ['removed its service', 'deleteService', [WEB]],
    ['removed everything', 'flush', []],
  ] as const)('is superseded where somebody %s', async (_, verb, args) => {
    const scene = await twoServers();
    connectTo(scene, ONE);
    const drained = outcome(scene.ipvs.drain(WEB, ONE));
    await pass(scene, 1500);
    const other = await scene.simulator.open();
    await (other[verb] as (...given: unknown[]) => Promise<void>)(...args);
    const before = await scene.ipvs.table();
    await pass(scene, 1000);
    expect(drained.value).toMatchObject({ outcome: 'superseded', removed: false, left: 1 });
    expect(await scene.ipvs.table({ stats: false })).toEqual(await scene.ipvs.table({ stats: false }));
    expect((await scene.ipvs.table()).length).toBe(before.length);
    await other.close();
    await scene.ipvs.close();
  });

  test('is superseded where somebody removes it at the same moment', async () => {
    const scene = await twoServers();
    const drains = [scene.ipvs.drain(WEB, ONE), scene.ipvs.drain(WEB, ONE)].map(outcome);
    await pass(scene, 1000);
    expect(drains.map(({ value }) => value?.outcome).sort()).toEqual(['drained', 'superseded']);
    expect(drains.map(({ value }) => value?.removed).sort()).toEqual([false, true]);
    await scene.ipvs.close();
  });

  test('that is aborted rejects with the reason, and gives the weight back', async () => {
    const scene = await twoServers();
    const connection = connectTo(scene, ONE);
    const controller = new AbortController();
    const drained = outcome(scene.ipvs.drain(WEB, ONE, { signal: controller.signal }));
    await pass(scene, 1500);
    expect(await server(scene)).toMatchObject({ weight: 0 });
    const reason = new Error('not now');
    controller.abort(reason);
    await jest.advanceTimersByTimeAsync(0);
    expect(drained.error).toBe(reason);
    expect(await server(scene)).toMatchObject({ weight: 5, activeConnections: 1 });
    connection.close('reset');
    await pass(scene, 20_000);
    expect(await server(scene)).toMatchObject({ weight: 5 });
    await scene.ipvs.close();
    expect(jest.getTimerCount()).toBe(0);
  });

  test('that is aborted at any moment leaves the weight as it was, or is done', async () => {
    for (let turns = 0; turns < 60; turns++) {
      const scene = await twoServers();
      const controller = new AbortController();
      const drained = outcome(scene.ipvs.drain(WEB, ONE, { signal: controller.signal, interval: 10 }));
      for (let turn = 0; turn < turns; turn++) await undefined;
      if (turns % 3 === 2) await jest.advanceTimersByTimeAsync(10);
      controller.abort();
      await jest.advanceTimersByTimeAsync(0);
      if (drained.value === undefined) {
        expect(drained.error).toBe(controller.signal.reason);
        expect(await server(scene)).toMatchObject({ weight: 5 });
      } else {
        expect(drained.value).toMatchObject({ outcome: 'drained', removed: true });
      }
      await scene.ipvs.close();
    }
  });

  test('that is aborted does not take a weight that somebody else gave', async () => {
    const scene = await twoServers();
    connectTo(scene, ONE);
    const controller = new AbortController();
    const drained = outcome(scene.ipvs.drain(WEB, ONE, { signal: controller.signal }));
    await pass(scene, 500);
    await scene.ipvs.patchDestination(WEB, ONE, { weight: 9 });
    controller.abort();
    await jest.advanceTimersByTimeAsync(0);
    expect(drained.error).toBe(controller.signal.reason);
    expect(await server(scene)).toMatchObject({ weight: 9 });
    await scene.ipvs.close();
  });

  test('does nothing where its signal is aborted already', async () => {
    const scene = await twoServers();
    await expect(scene.ipvs.drain(WEB, ONE, { signal: AbortSignal.abort('never') })).rejects.toBe('never');
    expect(await server(scene)).toMatchObject({ weight: 5 });
    await scene.ipvs.close();
  });

  test('ends with the handle', async () => {
    const scene = await twoServers();
    connectTo(scene, ONE);
    const drains = Array.from({ length: 3 }, () => outcome(scene.ipvs.drain(WEB, ONE)));
    await pass(scene, 1500);
    await scene.ipvs.close();
    await jest.advanceTimersByTimeAsync(0);
    for (const { error } of drains) {
      expect(error).toMatchObject({
        code: 'ERR_IPVS_CLOSED',
        syscall: 'drain',
        message: 'drain 10.0.0.1:8080 of tcp 192.0.2.1:80: the handle is closed',
      });
    }
    expect(jest.getTimerCount()).toBe(0);
    await expect(scene.ipvs.drain(WEB, ONE)).rejects.toMatchObject({ code: 'ERR_IPVS_CLOSED' });
  });

  test('what onProgress throws ends it', async () => {
    const scene = await twoServers();
    const error = new Error('no more');
    const onProgress = () => {
      throw error;
    };
    await expect(scene.ipvs.drain(WEB, ONE, { onProgress })).rejects.toBe(error);
    await scene.ipvs.close();
    expect(jest.getTimerCount()).toBe(0);
  });

  test('goes on where a look fails, and rejects at the third failure in a row', async () => {
    const scene = await twoServers();
    connectTo(scene, ONE);
    const looks: DrainProgress[] = [];
    const drained = outcome(
      scene.ipvs.drain(WEB, ONE, { timeout: 0, onProgress: (look) => looks.push(look) }),
    );
    await pass(scene, 500);
    scene.simulator.fail({ syscall: 'destinations', errno: 'ENOBUFS', times: 2 });
    await pass(scene, 3000);
    expect(looks.map(({ elapsed }) => elapsed)).toEqual([0, 3000]);
    scene.simulator.fail({ syscall: 'destinations', errno: 'ENOBUFS', times: 3 });
    await pass(scene, 3000);
    expect(drained.error).toMatchObject({ code: 'ENOBUFS' });
    expect(await server(scene)).toMatchObject({ weight: 0 });
    await scene.ipvs.close();
  });

  test('of what is not there is refused', async () => {
    const scene = await twoServers();
    await expect(scene.ipvs.drain({ ...WEB, port: 81 }, ONE)).rejects.toMatchObject({ code: 'ESRCH' });
    await expect(scene.ipvs.drain(WEB, { ...ONE, port: 1 })).rejects.toMatchObject({
      code: 'ENOENT',
      message: 'drain 10.0.0.1:1 of tcp 192.0.2.1:80: the service has no such destination (ENOENT).',
    });
    await scene.ipvs.close();
  });

  test('that a dead process left is done by the next one', async () => {
    const scene = await twoServers();
    const connection = connectTo(scene, ONE);
    outcome(scene.ipvs.drain(WEB, ONE));
    await pass(scene, 1000);
    await scene.ipvs.close();
    const next = { ...scene, ipvs: await scene.simulator.open() };
    expect(await server(next)).toMatchObject({ weight: 0, activeConnections: 1 });
    const drained = outcome(next.ipvs.drain(WEB, ONE));
    connection.close('reset');
    await pass(next, 12_000);
    expect(drained.value).toMatchObject({ outcome: 'drained', removed: true });
    await next.ipvs.close();
  });

  test('takes keys in any form, and whole rows', async () => {
    const scene = await twoServers();
    const service = { protocol: 'tcp', address: '2001:DB8:0::1', port: 80 } as const;
    await scene.ipvs.addService(service);
    await scene.ipvs.addDestination(service, { address: '2001:DB8::0:2', port: 80, weight: 3 });
    const drained = outcome(
      scene.ipvs.drain(service, { address: '2001:DB8::0:2', port: 80 }, { remove: false }),
    );
    await pass(scene, 1000);
    expect(drained.value).toMatchObject({
      service: { protocol: 'tcp', address: '2001:db8::1', port: 80 },
      destination: { address: '2001:db8::2', port: 80 },
      outcome: 'drained',
    });
    const [row] = (await scene.ipvs.table()).filter(({ family }) => family === 'ipv6');
    const whole = outcome(scene.ipvs.drain(row as never, row?.destinations[0] as never));
    await pass(scene, 1000);
    expect(whole.value).toMatchObject({ outcome: 'drained', removed: true });
    await scene.ipvs.close();
  });
});

test('a thousand drains of one service that begin together share its listings', async () => {
  const scene = await twoServers();
  const servers = Array.from({ length: 1000 }, (_, n) => ({
    address: `10.1.${n >> 8}.${n & 255}`,
    port: 80,
  }));
  await scene.ipvs.batch(servers.map((destination) => ({ op: 'addDestination', service: WEB, destination })));
  await pass(scene, 100);
  let listings = 0;
  const { destinations } = scene.ipvs;
  scene.ipvs.destinations = (service) => {
    listings++;
    return destinations.call(scene.ipvs, service);
  };
  const drains = servers.map((destination) => outcome(scene.ipvs.drain(WEB, destination, { interval: 10 })));
  await pass(scene, 10, 10);
  expect(drains.every(({ value }) => value?.outcome === 'drained')).toBe(true);
  expect(listings).toBeLessThan(10);
  await scene.ipvs.close();
});

describe('a drain warns', () => {
  type Case = [string, object, object, Record<string, number>, [DrainWarning['code'], RegExp, RegExp][]];
  const udp = { protocol: 'udp', address: '192.0.2.1', port: 53 };
  const cases: Case[] = [
    ['of nothing, with NAT', {}, { forward: 'masq' }, {}, []],
    [
      'of ports that are used again, with direct routing',
      {},
      { forward: 'droute' },
      {},
      [
        [
          'CONN_REUSE',
          /conn_reuse_mode is 1, and with droute/,
          /expire_nodest_conn to 1, or conn_reuse_mode to 3/,
        ],
      ],
    ],
    [
      'of ports that are used again, with tunnels',
      {},
      { forward: 'tunnel' },
      {},
      [['CONN_REUSE', /with tunnel/, /conn_reuse_mode to 3/]],
    ],
    ['of nothing, with conn_reuse_mode 2', {}, { forward: 'droute' }, { conn_reuse_mode: 2 }, []],
    ['of nothing, with conn_reuse_mode 3', {}, { forward: 'droute' }, { conn_reuse_mode: 3 }, []],
    ['of nothing, with expire_nodest_conn', {}, { forward: 'droute' }, { expire_nodest_conn: 1 }, []],
    [
      'of conn_reuse_mode 0, with NAT too',
      {},
      { forward: 'masq' },
      { conn_reuse_mode: 0 },
      [['CONN_REUSE', /conn_reuse_mode is 0/, /expire_nodest_conn/]],
    ],
    [
      'of templates',
      { persistence: { timeout: 100 } },
      { forward: 'masq' },
      { expire_nodest_conn: 1 },
      [['PERSISTENT', /in the last 100 s/, /expire_quiescent_template to 1/]],
    ],
    [
      'of ports that are used again, with persistence',
      { persistence: true },
      { forward: 'masq' },
      { expire_quiescent_template: 1, conn_reuse_mode: 3 },
      [['CONN_REUSE', /persistent/, /expire_nodest_conn to 1$/]],
    ],
    [
      'of nothing, with persistence and both settings',
      { persistence: true },
      { forward: 'droute' },
      { expire_quiescent_template: 1, expire_nodest_conn: 1 },
      [],
    ],
    [
      'of hashes',
      { scheduler: 'sh' },
      { forward: 'masq' },
      {},
      [['HASH_WITHOUT_FALLBACK', /scheduler sh/, /sh-fallback/]],
    ],
    [
      'of hashes whose flag is another',
      { scheduler: 'mh', flags: ['mh-port'] },
      { forward: 'masq' },
      {},
      [['HASH_WITHOUT_FALLBACK', /scheduler mh/, /mh-fallback/]],
    ],
    ['of nothing, with fallback', { scheduler: 'mh', flags: ['mh-fallback'] }, { forward: 'masq' }, {}, []],
    [
      'of dh',
      { scheduler: 'dh' },
      { forward: 'masq' },
      {},
      [['HASH_WITHOUT_FALLBACK', /scheduler dh/, /another scheduler/]],
    ],
    ['of UDP flows', udp, { forward: 'droute' }, {}, [['UDP_FLOWS', /silence/, /timeout/]]],
    ['of nothing, with one-packet scheduling', { ...udp, flags: ['ops'] }, { forward: 'droute' }, {}, []],
  ];
  test.each(cases)('%s', async (_, service, destination, sysctls, expected) => {
    const scene = await twoServers();
    await scene.ipvs.setSysctls(sysctls);
    const before = await scene.ipvs.sysctls();
    const spec = { ...WEB, port: 443, ...service };
    await scene.ipvs.addService(spec);
    for (const key of [ONE, TWO]) await scene.ipvs.addDestination(spec, { ...key, ...destination });
    const drained = outcome(scene.ipvs.drain(spec, ONE));
    await pass(scene, 1000);
    const warnings = drained.value?.warnings ?? [];
    expect(warnings.map(({ code }) => code)).toEqual(expected.map(([code]) => code));
    for (const [n, [, message, remedy]] of expected.entries()) {
      expect(warnings[n]).toMatchObject({
        message: expect.stringMatching(message),
        remedy: expect.stringMatching(remedy),
      });
    }
    expect(await scene.ipvs.sysctls()).toEqual(before);
    await scene.ipvs.close();
  });

  test('of the last one', async () => {
    const scene = await twoServers();
    await scene.ipvs.patchDestination(WEB, TWO, { weight: 0 });
    const drained = outcome(scene.ipvs.drain(WEB, ONE));
    await pass(scene, 1000);
    expect(drained.value?.warnings).toMatchObject([{ code: 'LAST_DESTINATION' }]);
    await scene.ipvs.close();
  });

  test("by the kernel's defaults where the namespace has no settings", async () => {
    const scene = await twoServers();
    await scene.ipvs.patchDestination(WEB, ONE, { forward: 'droute' });
    scene.simulator.fail({ syscall: 'sysctls', errno: 'ERR_IPVS_MODULE_MISSING' });
    const drained = outcome(scene.ipvs.drain(WEB, ONE));
    await pass(scene, 1000);
    expect(drained.value?.warnings).toMatchObject([{ code: 'CONN_REUSE' }]);
    await scene.ipvs.close();
  });
});
