/** Plans in volume, without a kernel. */

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Change, DesiredService, Ipvs } from '../../../lib/index';
import { type KernelVersion, Simulator } from '../../../lib/simulator';
import { Random } from '../../../lib/simulator/random';
import { desiredState, textOf } from '../../kernel/orchestration/desired';
import { RandomRequests } from '../../kernel/simulator/random-requests';

const WEB = { protocol: 'tcp', address: '192.0.2.1', port: 80 } as const;
const DNS = { protocol: 'udp', address: '192.0.2.1', port: 53 } as const;
const ONE = { address: '10.0.0.1', port: 8080 } as const;
const TWO = { address: '10.0.0.2', port: 8080 } as const;
const THREE = { address: '10.0.0.3', port: 8080 } as const;

const KERNEL_VERSIONS: KernelVersion[] = ['6.1', '6.12', '7.2'];
const TABLES = Number(process.env.LVS_PLAN_TABLES ?? 500);

test.each(KERNEL_VERSIONS)("on %s the plan of the table's own rows is empty, whatever they are", (kernel) => {
  const simulator = new Simulator({ kernel, interfaces: [{ name: 'dummy0' }] });
  const raw = simulator.backend.createHandle();
  expect(raw.openSync()).toBe(0);
  using ipvs = simulator.openSync();
  const requests = new RandomRequests(new Random(Math.floor(Math.random() * 2 ** 32)));
  let rows = 0;
  for (let n = 0; n < TABLES; n++) {
    raw.exchangeSync(requests.make(40).buffer, 40, 0);
    const table = ipvs.table({ stats: n % 2 === 0 });
    rows += table.length;
    expect(ipvs.plan(table, { owns: 'all' }).toString()).toBe('');
  }
  expect(rows).toBeGreaterThan(TABLES);
});

test.each(KERNEL_VERSIONS)('on %s one state after the other', async (kernel) => {
  await fc.assert(
    fc.asyncProperty(desiredState, desiredState, async (first, second) => {
      using ipvs = new Simulator({ kernel }).openSync();
      const options = { owns: 'all', guard: false } as const;
      ipvs.apply(first, options);
      const planned = ipvs.plan(second, options);
      expect(ipvs.apply(second, options).changes).toEqual(planned.changes);
      expect(ipvs.plan(second, options).isEmpty).toBe(true);
      using fresh = new Simulator({ kernel }).openSync();
      fresh.apply(second, options);
      expect(await textOf(ipvs)).toEqual(await textOf(fresh));
    }),
    { numRuns: TABLES },
  );
});

describe.each([
  ['Ipvs', (simulator: Simulator) => simulator.open()],
  ['IpvsSync', (simulator: Simulator) => simulator.openSync() as never],
])('%s', (_, open: (simulator: Simulator) => Promise<Ipvs> | never) => {
  async function make(services: DesiredService[] = []): Promise<Ipvs> {
    const ipvs: Ipvs = await open(new Simulator());
    await ipvs.apply(services, { guard: false });
    return ipvs;
  }

  const shape = ({ command: { op, ...of }, fields }: Change) => ({ op, ...of, fields });

  test('what is new goes before what is removed', async () => {
    const ipvs = await make([
      { ...WEB, scheduler: 'rr', destinations: [ONE, { ...TWO, weight: 3 }] },
      { ...DNS, destinations: [ONE] },
    ]);
    const plan = await ipvs.plan(
      [
        { ...WEB, scheduler: 'wrr', destinations: [{ ...TWO, weight: 5 }, THREE] },
        { fwmark: 7, destinations: [ONE] },
      ],
      { owns: [DNS] },
    );
    expect(plan.toString().split('\n')).toEqual([
      '+ fwmark 7: scheduler wlc',
      '+ 10.0.0.1:8080 of fwmark 7: droute, weight 1',
      '+ 10.0.0.3:8080 of tcp 192.0.2.1:80: droute, weight 1',
      '~ 10.0.0.2:8080 of tcp 192.0.2.1:80: weight 3 → 5',
      '~ tcp 192.0.2.1:80: scheduler rr → wrr',
      '- 10.0.0.1:8080 of tcp 192.0.2.1:80',
      '- udp 192.0.2.1:53',
    ]);
    expect(plan.changes.map(({ command: { op } }) => op)).toEqual([
      'addService',
      'addDestination',
      'addDestination',
      'setDestination',
      'setService',
      'deleteDestination',
      'deleteService',
    ]);
    expect(plan.changes[3]).toMatchObject({
      fields: ['weight'],
      before: { ...TWO, weight: 3, family: 'ipv4' },
    });
    expect(plan.changes[4]).toMatchObject({ fields: ['scheduler'], before: { ...WEB, scheduler: 'rr' } });
    expect(plan.changes.map(shape)[5]).toEqual({
      op: 'deleteDestination',
      service: WEB,
      destination: ONE,
      fields: [],
    });
    expect(plan.isEmpty).toBe(false);
    await ipvs.close();
  });

  test('what is not spoken for is left alone', async () => {
    const ipvs = await make([
      { ...WEB, destinations: [ONE] },
      { ...DNS, destinations: [TWO] },
    ]);
    const before = await ipvs.service(DNS);
    await ipvs.apply([{ ...WEB, destinations: [TWO] }]);
    expect(await ipvs.service(DNS)).toEqual(before);
    expect((await ipvs.plan([], { owns: 'named' })).isEmpty).toBe(true);
    expect((await ipvs.plan([], { owns: 'all' })).changes).toHaveLength(2);
    expect((await ipvs.plan([], { owns: [WEB] })).changes).toHaveLength(1);
    const { owns } = await ipvs.apply([
      { ...WEB, address: '192.000.2.1'.replace('000', '0'), destinations: [TWO] },
    ]);
    expect(owns).toEqual([WEB]);
    await ipvs.close();
  });

  test('what is kept is left as it is, and set on what is new', async () => {
    const ipvs = await make([{ ...WEB, destinations: [{ ...ONE, weight: 0 }] }]);
    const desired = [
      {
        ...WEB,
        destinations: [
          { ...ONE, weight: 5, forward: 'masq' as const },
          { ...TWO, weight: 5 },
        ],
      },
    ];
    const { changes } = await ipvs.apply(desired, { keep: ['weight'] });
    expect(changes).toHaveLength(2);
    expect(await ipvs.destinations(WEB)).toMatchObject([
      { ...TWO, weight: 5 },
      { ...ONE, weight: 0, forward: 'masq' },
    ]);
    await ipvs.close();
  });

  test('the guard judges what would result', async () => {
    const ipvs = await make([
      { ...WEB, destinations: [ONE, TWO] },
      { ...DNS, destinations: [] },
    ]);
    const empty = [{ ...WEB, destinations: [{ ...ONE, weight: 0 }] }];
    const plan = await ipvs.plan(empty);
    expect(plan.violations).toEqual([{ guard: 'minDestinations', service: WEB, value: 0, bound: 1 }]);
    const refusal = await (async () => ipvs.apply(empty))().catch((error) => error);
    expect(refusal).toMatchObject({
      name: 'IpvsError',
      code: 'ERR_IPVS_GUARD',
      syscall: 'apply',
      message:
        'apply: tcp 192.0.2.1:80 would keep 0 usable real servers, and guard.minDestinations is 1; nothing was sent',
      plan: { changes: plan.changes },
    });
    expect(await ipvs.destinations(WEB)).toHaveLength(2);
    const removing = await ipvs.plan([], { owns: 'all' });
    expect(removing.violations).toEqual([{ guard: 'maxRemovedServices', value: 1, bound: 0.5 }]);
    expect((await ipvs.plan([], { owns: 'all', guard: { maxRemovedServices: 1 } })).violations).toEqual([]);
    expect((await ipvs.plan(empty, { guard: { minDestinations: 0 } })).violations).toEqual([]);
    await ipvs.apply(empty, { guard: false });
    await ipvs.close();
  });

  const refused = async (desired: unknown, options: unknown = {}) => {
    const ipvs = await make([{ ...WEB, destinations: [ONE] }]);
    const error = await (async () => ipvs.plan(desired as never, options as never))().catch((error) => error);
    await ipvs.close();
    return error;
  };

  test.each<[string, unknown, unknown?]>([
    ['desired must be an iterable of services, got 7', 7],
    [
      'desired[1] must be an object with protocol, address and port, or with fwmark, got null',
      [{ fwmark: 1, destinations: [] }, null],
    ],
    ['desired[0].destinations must be an array of destinations, got undefined', [WEB]],
    [
      'desired[0].port must be an integer from 0 to 65535, got 70000',
      [{ ...WEB, port: 70000, destinations: [] }],
    ],
    [
      "desired[0].schedular is not a known field (got 'rr'): did you mean scheduler?",
      [{ ...WEB, schedular: 'rr', destinations: [] }],
    ],
    [
      'desired[0].destinations[1].weight must be an integer from 0 to 2147483647, got -1',
      [{ ...WEB, destinations: [ONE, { ...TWO, weight: -1 }] }],
    ],
    [
      'desired[1] is tcp 192.0.2.1:80, as desired[0] is: it can be desired once',
      [
        { ...WEB, destinations: [] },
        { ...WEB, destinations: [] },
      ],
    ],
    [
      'desired[2] is fwmark 1, as desired[0] is: it can be desired once',
      [
        { fwmark: 1, destinations: [] },
        { ...WEB, destinations: [] },
        { fwmark: 1, destinations: [] },
      ],
    ],
    [
      'desired[0].destinations[2] is 10.0.0.1:8080, as desired[0].destinations[0] is: it can be desired once',
      [{ ...WEB, destinations: [ONE, TWO, ONE] }],
    ],
    [
      'desired[0].destinations[1] is 10.0.0.2:8080, as desired[0].destinations[0] is: it can be desired once',
      [{ ...WEB, destinations: [TWO, { ...TWO, weight: 4 }] }],
    ],
    [
      'desired[0].destinations[1] is 10.0.0.2:8080, as desired[0].destinations[0] is: it can be desired once',
      [{ fwmark: 3, destinations: [TWO, TWO] }],
    ],
    [
      "options.owns must be 'named', 'all' or an iterable of service keys, got 'every'",
      [],
      { owns: 'every' },
    ],
    [
      'options.owns[1].port must be an integer from 0 to 65535, got -1',
      [],
      { owns: [WEB, { ...WEB, port: -1 }] },
    ],
    [
      "options.keep[0] must be one of weight, upperThreshold, lowerThreshold, got 'forward'",
      [],
      { keep: ['forward'] },
    ],
    [
      'options.guard.maxRemovedServices must be a number from 0 to 1, got 50',
      [],
      { guard: { maxRemovedServices: 50 } },
    ],
    [
      'options.guard.minDestination is not a known field (got 1): did you mean minDestinations?',
      [],
      { guard: { minDestination: 1 } },
    ],
    ["options.own is not a known field (got 'all'): did you mean owns?", [], { own: 'all' }],
  ])('%s', async (message, desired, options: unknown = {}) => {
    const error = await refused(desired, options);
    expect(error.message).toBe(message);
    expect(error.stack).toContain(__filename);
  });

  test('a scheduler that there is not is no race', async () => {
    const ipvs = await make();
    const error = await (async () =>
      ipvs.apply([{ ...WEB, scheduler: 'nosuch', destinations: [ONE] }]))().catch((error) => error);
    expect(error.name).toBe('BatchError');
    expect(error.result.failures.map(({ error: { code } }: { error: { code: string } }) => code)).toEqual([
      'ENOENT',
      'ESRCH',
    ]);
    await ipvs.close();
  });
});
