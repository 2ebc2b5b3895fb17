/** Both handles on a recording backend: every verb, and what bad arguments say. No addon is loaded. */

import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type ArgumentError, BatchError, Ipvs, IpvsSync } from '../../lib/index';
import { Operation } from '../../lib/wire/records';
import { Recorder } from '../recorder';

const WEB = { protocol: 'tcp', address: '10.0.0.1', port: 80 } as const;
const REAL = { address: '10.1.0.1', port: 8080 } as const;

/** A verb with good arguments, and with bad ones: the path of what is bad, and its place in a list. */
interface Call {
  verb: string;
  /** Only on the asynchronous handle: it takes time. */
  lasts?: true;
  /** Absent where what is sent depends on the answers. */
  good?: unknown[];
  sends?: number[];
  bad?: unknown[];
  path?: string;
  index?: number;
}

const CALLS: Call[] = [
  { verb: 'info', good: [], sends: [Operation.getInfo] },
  { verb: 'services', good: [], sends: [Operation.listServices] },
  {
    verb: 'service',
    good: [WEB],
    sends: [Operation.getService],
    bad: [{ ...WEB, port: -1 }],
    path: 'service.port',
  },
  {
    verb: 'destinations',
    good: [WEB],
    sends: [Operation.listDestinations],
    bad: [{ ...WEB, vritual: 1 }],
    path: 'service.vritual',
  },
  { verb: 'table', good: [], sends: [Operation.table], bad: [{ stats: 1 }], path: 'options.stats' },
  {
    verb: 'table',
    good: [{ stats: false }],
    sends: [Operation.tableState],
    bad: [{ sats: false }],
    path: 'options.sats',
  },
  {
    verb: 'addService',
    good: [{ ...WEB, scheduler: 'wrr' }],
    sends: [Operation.addService],
    bad: [{ ...WEB, schedular: 'wrr' }],
    path: 'service.schedular',
  },
  {
    verb: 'setService',
    good: [WEB],
    sends: [Operation.setService],
    bad: [{ ...WEB, flags: ['ops', 'sh-port'] }],
    path: 'service.flags[1]',
    index: 1,
  },
  {
    verb: 'patchService',
    good: [WEB, { persistence: false }],
    sends: [Operation.patchService],
    bad: [WEB, { persistance: true }],
    path: 'changes.persistance',
  },
  { verb: 'deleteService', good: [WEB], sends: [Operation.deleteService], bad: [80], path: 'service' },
  {
    verb: 'addDestination',
    good: [WEB, { ...REAL, weight: undefined }],
    sends: [Operation.addDestination],
    bad: [WEB, { ...REAL, wieght: 1 }],
    path: 'destination.wieght',
  },
  {
    verb: 'setDestination',
    good: [WEB, REAL],
    sends: [Operation.setDestination],
    bad: [WEB, { ...REAL, tunnel: { type: 'gre', prot: 1 }, forward: 'tunnel' }],
    path: 'destination.tunnel.prot',
  },
  {
    verb: 'patchDestination',
    good: [WEB, REAL, { weight: 3 }],
    sends: [Operation.patchDestination],
    bad: [WEB, REAL, { weight: -3 }],
    path: 'changes.weight',
  },
  {
    verb: 'deleteDestination',
    good: [WEB, REAL],
    sends: [Operation.deleteDestination],
    bad: [WEB, { address: 'x', port: 1 }],
    path: 'destination.address',
  },
  {
    verb: 'batch',
    good: [[{ op: 'flush' }, { op: 'zero', service: WEB }]],
    sends: [Operation.flush, Operation.zero],
    bad: [[{ op: 'flush' }, { op: 'addDestination', service: WEB, destination: { ...REAL, port: 70000 } }]],
    path: 'commands[1].destination.port',
    index: 1,
  },
  { verb: 'batch', good: [[]], sends: [], bad: [[{ op: 'flush' }, 7]], path: 'commands[1]', index: 1 },
  {
    verb: 'batch',
    good: [[]],
    sends: [],
    bad: [[], { throwOnFailures: true }],
    path: 'options.throwOnFailures',
  },
  {
    verb: 'zero',
    good: [],
    sends: [Operation.zero],
    bad: [{ ...WEB, protocol: 'icmp' }],
    path: 'service.protocol',
  },
  { verb: 'flush', good: [], sends: [Operation.flush] },
  { verb: 'timeouts', good: [], sends: [Operation.getTimeouts] },
  {
    verb: 'setTimeouts',
    good: [{ tcp: 900 }],
    sends: [Operation.setTimeouts],
    bad: [{ tcpfin: 900 }],
    path: 'timeouts.tcpfin',
  },
  { verb: 'stats', good: [], sends: [Operation.getStats] },
  { verb: 'daemons', good: [], sends: [Operation.listDaemons] },
  {
    verb: 'startDaemon',
    good: [{ role: 'master', interface: 'lo' }],
    sends: [Operation.startDaemon],
    bad: [{ role: 'master', interface: 'lo', multicast: { tll: 1 } }],
    path: 'daemon.multicast.tll',
  },
  {
    verb: 'plan',
    good: [[{ ...WEB, destinations: [REAL] }]],
    sends: [Operation.tableState],
    bad: [
      [
        { ...WEB, destinations: [] },
        { ...WEB, port: -1, destinations: [] },
      ],
    ],
    path: 'desired[1].port',
    index: 1,
  },
  {
    verb: 'plan',
    bad: [[{ ...WEB, destinations: [REAL, { ...REAL, weigth: 1 }] }]],
    path: 'desired[0].destinations[1].weigth',
    index: 1,
  },
  { verb: 'plan', bad: [[], { owns: 'none' }], path: 'options.owns' },
  {
    verb: 'apply',
    good: [[]],
    sends: [Operation.tableState],
    bad: [[], { atempts: 1 }],
    path: 'options.atempts',
  },
  { verb: 'apply', bad: [[], { attempts: -1 }], path: 'options.attempts' },
  { verb: 'apply', bad: [[], { removal: 'drain' }], path: 'options.removal' },
  { verb: 'stopDaemon', good: ['master'], sends: [Operation.stopDaemon], bad: ['both'], path: 'role' },
  { verb: 'connections', good: [], sends: [], bad: [WEB], path: 'filter.address' },
  {
    verb: 'countConnections',
    good: [['state']],
    sends: [],
    bad: [['state', 'weight']],
    path: 'by[1]',
    index: 1,
  },
  { verb: 'sysctls', good: [], sends: [] },
  {
    verb: 'setSysctls',
    good: [{ conn_reuse_mode: 2, sync_threshold: [5, 60] }],
    sends: [],
    bad: [{ sync_threshold: [5, 5] }],
    path: 'values.sync_threshold',
  },
  {
    verb: 'setSysctls',
    good: [{}],
    sends: [],
    bad: [{ conn_reuse_modes: 1 }],
    path: 'values.conn_reuse_modes',
  },
  { verb: 'drain', lasts: true, bad: [{ ...WEB, port: -1 }, REAL], path: 'service.port' },
  { verb: 'drain', lasts: true, bad: [WEB, { ...REAL, port: -1 }], path: 'destination.port' },
  { verb: 'drain', lasts: true, bad: [WEB, REAL, { timout: 1 }], path: 'options.timout' },
  { verb: 'drain', lasts: true, bad: [WEB, REAL, { onTimeout: 'remove' }], path: 'options.onTimeout' },
  { verb: 'drain', lasts: true, bad: [WEB, REAL, { interval: 0 }], path: 'options.interval' },
  { verb: 'drain', lasts: true, bad: [WEB, REAL, { onProgress: 1 }], path: 'options.onProgress' },
  { verb: 'drain', lasts: true, bad: [WEB, REAL, { remove: 0 }], path: 'options.remove' },
  { verb: 'drain', lasts: true, bad: [WEB, REAL, { signal: 0 }], path: 'options.signal' },
  { verb: 'rampWeight', lasts: true, bad: [WEB, REAL], path: 'options' },
  { verb: 'rampWeight', lasts: true, bad: [WEB, REAL, { over: 1 }], path: 'options.to' },
  { verb: 'rampWeight', lasts: true, bad: [WEB, REAL, { to: 1 }], path: 'options.over' },
  { verb: 'rampWeight', lasts: true, bad: [WEB, REAL, { to: 1, over: 1, steps: 0 }], path: 'options.steps' },
  { verb: 'rampWeight', lasts: true, bad: [WEB, REAL, { to: 1, over: 1, from: -1 }], path: 'options.from' },
  { verb: 'watch', lasts: true, bad: [{ intervall: 1 }], path: 'options.intervall' },
  { verb: 'watch', lasts: true, bad: [{ initial: 0 }], path: 'options.initial' },
];

type Verbs = Record<string, (...args: unknown[]) => unknown>;

describe.each(['Ipvs', 'IpvsSync'] as const)('%s', (name) => {
  const calls = CALLS.filter(({ lasts }) => !lasts || name === 'Ipvs');
  const recorder = new Recorder();
  let ipvs: Verbs & (Ipvs | IpvsSync);

  beforeAll(async () => {
    const options = { backend: recorder };
    ipvs = (name === 'Ipvs' ? await Ipvs.open(options) : IpvsSync.open(options)) as never;
  });

  afterAll(async () => {
    await ipvs.close();
    expect(recorder.closed).toBe(1);
  });

  test('has every verb of the calls below, and no other', () => {
    const verbs = Object.getOwnPropertyNames(Object.getPrototypeOf(ipvs)).filter(
      (verb) => verb !== 'constructor' && verb !== 'close',
    );
    expect(verbs.sort()).toEqual([...new Set(calls.map(({ verb }) => verb))].sort());
  });

  const answered = calls.filter(({ good }) => good !== undefined);
  test.each(answered.map((call) => [call.verb, call] as const))(
    '%s is sent',
    async (_, { verb, good = [], sends }) => {
      recorder.exchanges.length = 0;
      await ipvs[verb]?.(...good);
      expect(recorder.exchanges.flat()).toEqual(sends);
    },
  );

  const refusable = calls.filter(({ bad }) => bad !== undefined);
  test.each(refusable.map((call) => [call.verb, call.path, call] as const))(
    '%s: %s is refused from the caller on, and nothing is sent',
    async (_verb, _path, { verb, bad = [], path = '', index }) => {
      recorder.exchanges.length = 0;
      const error = await refusalOf(() => callFromHere(ipvs, verb, bad));
      expect(error.path).toBe(path);
      expect(error.index).toBe(index);
      expect(error.message.startsWith(path)).toBe(true);
      expect(error.code).toMatch(/^ERR_(INVALID_ARG_TYPE|INVALID_ARG_VALUE|OUT_OF_RANGE)$/);
      const [headline, first] = error.stack?.split('\n') ?? [];
      expect(headline).toBe(`${error.name}: ${error.message}`);
      expect(first).toContain('callFromHere');
      expect(recorder.exchanges).toEqual([]);
    },
  );

  test('a command that is refused is named with its errno', async () => {
    recorder.refusals.set(Operation.addService, 17);
    const failure = (await refusalOf(() =>
      ipvs.batch([{ op: 'flush' }, { op: 'addService', service: WEB }]),
    )) as unknown as BatchError;
    recorder.refusals.clear();
    expect(failure).toBeInstanceOf(BatchError);
    expect(failure.result).toMatchObject({
      applied: 1,
      failures: [{ index: 1, error: { code: 'EEXIST', errno: -17, syscall: 'addService' } }],
    });
  });

  test('has no public constructor', () => {
    const Class = (name === 'Ipvs' ? Ipvs : IpvsSync) as unknown as new () => unknown;
    expect(() => new Class()).toThrow(TypeError);
    expect(() => new Class()).toThrow(`${name === 'Ipvs' ? 'await ' : ''}${name}.open()`);
  });

  test('bad options are refused from the caller on', async () => {
    const { open } = name === 'Ipvs' ? Ipvs : IpvsSync;
    const error = await refusalOf(() => callFromHere({ open } as Verbs, 'open', [{ timout: 1 }]));
    expect(error.path).toBe('options.timout');
    expect(error.message).toContain('did you mean timeout?');
    expect(error.stack?.split('\n')[1]).toContain('callFromHere');
  });

  test('a capability that is missing is told of open', async () => {
    const backend = new Recorder();
    backend.refusals.set(Operation.getInfo, 1);
    const error = await refusalOf(() =>
      name === 'Ipvs' ? Ipvs.open({ backend }) : IpvsSync.open({ backend }),
    );
    expect(error).toMatchObject({ code: 'EPERM', syscall: 'open' });
    expect(error.message).toMatch(/^open: IPVS needs CAP_NET_ADMIN/);
    expect(backend.closed).toBe(1);
  });
});

test('an aborted signal ends reading and batch on both handles', async () => {
  const backend = new Recorder();
  const signal = AbortSignal.abort('enough');
  const aborted = expect.objectContaining({ name: 'AbortError', code: 'ABORT_ERR', cause: 'enough' });
  const ipvs = await Ipvs.open({ backend });
  await expect(ipvs.table({ signal })).rejects.toEqual(aborted);
  await expect(ipvs.batch([{ op: 'flush' }], { signal })).rejects.toEqual(aborted);
  await ipvs.close();
  const sync = IpvsSync.open({ backend });
  expect(() => sync.table({ signal })).toThrow(aborted);
  expect(() => sync.batch([{ op: 'flush' }], { signal })).toThrow(aborted);
  sync.close();
  expect(backend.exchanges.flat()).not.toContain(Operation.flush);
});

/** What the stack of a bad argument's error has to begin with. */
function callFromHere(ipvs: Verbs, verb: string, args: readonly unknown[]): unknown {
  return ipvs[verb]?.(...args);
}

async function refusalOf(call: () => unknown): Promise<ArgumentError> {
  try {
    await call();
  } catch (error) {
    return error as ArgumentError;
  }
  throw new Error('it was not refused');
}

test('a drain reads without counters', async () => {
  const recorder = new Recorder();
  await using ipvs = await Ipvs.open({ backend: recorder });
  await expect(ipvs.drain(WEB, REAL)).rejects.toThrow();
  const asked = recorder.exchanges.flat();
  expect(asked).toContain(Operation.listDestinationsState);
  expect(asked).not.toContain(Operation.listDestinations);
});
