/** What real kernels answered, as the library reads it. */

import { beforeAll, describe, expect, test } from '@jest/globals';
import type { DestinationSpec } from '../../lib/model/destination';
import type { ServiceSpec } from '../../lib/model/service';
import type { Stats } from '../../lib/model/stats';
import { patchService } from '../../lib/verbs/patches';
import * as verbs from '../verbs';
import { answering, refusal } from './netlink/answers';
import { bytesOf, decode, type Message } from './netlink/message';
import { KERNELS, type RecordedKernel } from './recorded';
import { BUILD_TIMEOUT, buildReplay } from './replay/addon';
import { ask, exchange } from './replay/exchange';
import { Script } from './replay/script';

beforeAll(buildReplay, BUILD_TIMEOUT);

const TCP = { protocol: 'tcp', address: '10.0.0.1', port: 80 } as const;
const UDP = { protocol: 'udp', address: '10.0.0.1', port: 53 } as const;
const IPV6 = { protocol: 'tcp', address: 'fd00::1', port: 443 } as const;
const MARK = { fwmark: 7 } as const;

const IPV4_OF = { family: 'ipv4', flags: [] as never[] } as const;

/** What stood in the kernels' tables: see capture/replies.py. */
const SERVICES: Record<string, object> = {
  tcp: { ...TCP, ...IPV4_OF, scheduler: 'wlc' },
  udp: { ...UDP, ...IPV4_OF, scheduler: 'rr' },
  engine: {
    ...{ ...UDP, port: 5060, ...IPV4_OF, scheduler: 'rr' },
    persistence: { timeout: 60, netmask: 24, engine: 'sip' },
  },
  sctp: {
    ...{ protocol: 'sctp', address: '10.0.0.1', port: 9, family: 'ipv4', scheduler: 'sh' },
    flags: ['sh-fallback', 'sh-port'],
  },
  'one-packet': { ...UDP, port: 69, family: 'ipv4', scheduler: 'rr', flags: ['ops'] },
  ipv6: {
    ...{ ...IPV6, family: 'ipv6', scheduler: 'wrr', flags: [] },
    persistence: { timeout: 300, netmask: 64 },
  },
  mark: { ...MARK, ...IPV4_OF, scheduler: 'rr' },
  'ipv6 mark': {
    ...{ ...MARK, family: 'ipv6', scheduler: 'rr', flags: [] },
    persistence: { timeout: 360, netmask: 128 },
  },
};

/** Those that no single service was asked for. */
const OTHERS = [
  {
    ...{ ...UDP, port: 99, ...IPV4_OF, scheduler: 'rr' },
    persistence: { timeout: 60, netmask: 24 },
  },
  { protocol: 'udp', address: 'fd00::1', port: 53, family: 'ipv6', scheduler: 'rr', flags: [] },
];

const PLAIN = { family: 'ipv4', weight: 1, upperThreshold: 0, lowerThreshold: 0 } as const;
const IDLE = { activeConnections: 0, inactiveConnections: 0, persistentConnections: 0 } as const;

/** The newest first, as the kernel lists them. */
const DESTINATIONS: Record<string, object[]> = {
  tcp: [
    {
      ...PLAIN,
      ...IDLE,
      address: 'fd00::2',
      port: 80,
      family: 'ipv6',
      weight: 0,
      forward: 'tunnel',
      tunnel: { type: 'ipip' },
    },
    {
      ...PLAIN,
      ...IDLE,
      address: '10.0.0.6',
      port: 80,
      weight: 0,
      forward: 'tunnel',
      tunnel: { type: 'gre', checksum: 'checksum' },
    },
    {
      ...{ ...PLAIN, ...IDLE, address: '10.0.0.5', port: 80, weight: 0, forward: 'tunnel' },
      tunnel: { type: 'gue', port: 6080, checksum: 'remote-checksum' },
    },
    {
      ...PLAIN,
      ...IDLE,
      address: '10.0.0.4',
      port: 80,
      weight: 0,
      forward: 'tunnel',
      tunnel: { type: 'ipip' },
    },
    { ...PLAIN, ...IDLE, address: '10.0.0.3', port: 80, weight: 0, forward: 'droute' },
    {
      ...{ ...PLAIN, ...IDLE, address: '10.0.0.2', port: 8080, weight: 5, forward: 'masq' },
      ...{ upperThreshold: 100, lowerThreshold: 50, inactiveConnections: 1 },
    },
  ],
  udp: [{ ...PLAIN, ...IDLE, address: '10.0.0.2', port: 53, forward: 'masq', inactiveConnections: 1 }],
  ipv6: [
    { ...PLAIN, ...IDLE, address: '10.0.0.7', port: 443, forward: 'tunnel', tunnel: { type: 'ipip' } },
    {
      ...PLAIN,
      ...IDLE,
      address: 'fd00::3',
      port: 8443,
      family: 'ipv6',
      weight: 2147483647,
      forward: 'masq',
    },
  ],
  mark: [
    { ...PLAIN, ...IDLE, address: '10.0.0.3', port: 80, forward: 'bypass' },
    { ...PLAIN, ...IDLE, address: '10.0.0.2', port: 80, forward: 'local' },
  ],
  nowhere: [],
};
const KEYS: Record<string, ServiceSpec> = { tcp: TCP, udp: UDP, ipv6: IPV6, mark: MARK };

/** Three datagrams of 128 bytes each way. */
const TRAFFIC = { connections: 1n, packetsIn: 3n, packetsOut: 3n, bytesIn: 384n, bytesOut: 384n };
const NOTHING = { connections: 0n, packetsIn: 0n, packetsOut: 0n, bytesIn: 0n, bytesOut: 0n };

const COUNTERS = ['connections', 'packetsIn', 'packetsOut', 'bytesIn', 'bytesOut'] as const;

/** The counters of a message, read without the library. */
function statsOf(message: Message, nest: string): Stats {
  const read = (names: string[]) =>
    names.map((name) => (bytesOf(message, `${nest}.${name}`) as Buffer).readBigUInt64LE());
  const totals = read(['CONNS', 'INPKTS', 'OUTPKTS', 'INBYTES', 'OUTBYTES']);
  const rates = read(['CPS', 'INPPS', 'OUTPPS', 'INBPS', 'OUTBPS']).map(Number);
  return {
    ...Object.fromEntries(COUNTERS.map((name, n) => [name, totals[n]])),
    rates: Object.fromEntries(COUNTERS.map((name, n) => [name, rates[n]])),
  } as unknown as Stats;
}

/** One part of a dump, of messages that were recorded one by one. */
function part(kernel: RecordedKernel, ...names: string[]): Buffer {
  return Buffer.concat(names.map((name) => kernel.first(name)));
}

describe.each(KERNELS.map((kernel) => [kernel.release, kernel] as const))('Linux %s', (release, kernel) => {
  test.each(Object.entries(SERVICES))('service %s', (name, service) => {
    const answer = ask(verbs.service(service as ServiceSpec), kernel.script(`service ${name}`));
    expect(answer).toEqual({
      ...service,
      stats: statsOf(decode(kernel.first(`service ${name}`)), 'SERVICE.STATS64'),
    });
  });

  test('services', () => {
    const services = ask(verbs.services(), kernel.script('services'));
    const expected = [...Object.values(SERVICES), ...OTHERS];
    expect(services).toHaveLength(expected.length);
    for (const each of expected) expect(services).toContainEqual({ ...each, stats: expect.anything() });
  });

  test.each(Object.entries(DESTINATIONS))('destinations %s', (name, expected) => {
    const script = kernel.script(`destinations ${name}`).answer(...kernel.reply('service tcp'));
    const destinations = ask(verbs.destinations(KEYS[name] ?? TCP), script);
    expect(destinations).toEqual(expected.map((each) => ({ ...each, stats: expect.anything() })));
  });

  test('what is reported, given back, is the same configuration', () => {
    const [destination] = ask(verbs.destinations(TCP), kernel.script('destinations tcp')).slice(-1);
    const back = (spec: DestinationSpec) =>
      exchange([verbs.setDestination(TCP, spec)], new Script(kernel.family)).sent[0]?.subarray(16);
    expect(back(destination as DestinationSpec)).toEqual(
      back({
        ...{ address: '10.0.0.2', port: 8080, forward: 'masq' },
        ...{ weight: 5, upperThreshold: 100, lowerThreshold: 50 },
      }),
    );
  });

  test('counters', () => {
    const service = ask(verbs.service(UDP), kernel.script('service udp'));
    const [destination] = ask(verbs.destinations(UDP), kernel.script('destinations udp'));
    expect(service?.stats).toMatchObject(TRAFFIC);
    expect(destination?.stats).toMatchObject(TRAFFIC);
    expect(ask(verbs.service(MARK), kernel.script('service mark'))?.stats).toMatchObject(NOTHING);
  });

  test('info', () => {
    const size = release.startsWith('6.') ? 4096 : expect.any(Number);
    expect(ask(verbs.info(), kernel.script('info'))).toEqual({
      version: '1.2.1',
      connectionTableSize: size,
      channel: 'netlink',
    });
  });

  test('timeouts', () => {
    expect(ask(verbs.timeouts(), kernel.script('timeouts'))).toEqual({ tcp: 900, tcpFin: 120, udp: 300 });
  });

  test('daemons', () => {
    expect(ask(verbs.daemons(), kernel.script('daemons'))).toEqual([
      {
        ...{ role: 'master', interface: 'sync0', syncId: 7, maxLength: 1452 },
        multicast: { group: 'ff05::99', port: 8850, ttl: 2 },
      },
      {
        ...{ role: 'backup', interface: 'sync0', syncId: 8, maxLength: 1472 },
        multicast: { group: '224.0.0.81', port: 8848, ttl: 1 },
      },
    ]);
  });

  test('empty lists', () => {
    expect(ask(verbs.services(), kernel.script('no services'))).toEqual([]);
    expect(ask(verbs.table(true), kernel.script('no services'))).toEqual([]);
    expect(ask(verbs.daemons(), kernel.script('no daemons'))).toEqual([]);
  });

  test('the table', () => {
    const script = new Script(kernel.family)
      .answer(part(kernel, 'service tcp', 'service mark'), ...kernel.reply('no services'))
      .answer(...kernel.reply('destinations tcp'))
      .answer(...kernel.reply('destinations mark'));
    const stats = expect.anything();
    const withStats = (rows: object[] = []) => rows.map((row) => ({ ...row, stats }));
    expect(ask(verbs.table(true), script)).toEqual([
      { ...SERVICES.tcp, stats, destinations: withStats(DESTINATIONS.tcp) },
      { ...SERVICES.mark, stats, destinations: withStats(DESTINATIONS.mark) },
    ]);
  });

  test('the table without counters', () => {
    const script = new Script(kernel.family)
      .answer(part(kernel, 'service tcp', 'service mark'), ...kernel.reply('no services'))
      .answer(...kernel.reply('destinations tcp'))
      .answer(...kernel.reply('destinations mark'));
    expect(ask(verbs.table(false), script)).toEqual([
      { ...SERVICES.tcp, destinations: DESTINATIONS.tcp },
      { ...SERVICES.mark, destinations: DESTINATIONS.mark },
    ]);
  });

  test.each([true, false])('the table behind a refusal in words of any length, counters: %p', (stats) => {
    for (let length = 1; length <= 8; length++) {
      const script = new Script(kernel.family)
        .answer(refusal(-22, 'x'.repeat(length)))
        .answer(part(kernel, 'service tcp'), ...kernel.reply('no services'))
        .answer(...kernel.reply('destinations tcp'));
      const [, rows] = exchange([verbs.addService(TCP), verbs.table(stats)], script).outcomes;
      expect(rows).toMatchObject([{ ...SERVICES.tcp, destinations: DESTINATIONS.tcp ?? [] }]);
    }
  });

  test('a service that is deleted while the table is read is left out, one without destinations is not', () => {
    const script = new Script(kernel.family)
      .answer(part(kernel, 'service tcp', 'service mark'), ...kernel.reply('no services'))
      .answer(...kernel.reply('destinations nowhere'))
      .answer(...kernel.reply('no service'))
      .answer(...kernel.reply('destinations nowhere'))
      .answer(...kernel.reply('service mark'));
    expect(ask(verbs.table(true), script)).toEqual([
      { ...SERVICES.mark, stats: expect.anything(), destinations: [] },
    ]);
  });

  describe('refusals', () => {
    const service = { ...TCP, address: '10.9.9.9', port: 9 };
    test.each([
      ['service exists', verbs.addService(TCP), 'EEXIST', -17],
      ['service exists, uncapped', verbs.addService(TCP), 'EEXIST', -17],
      ['no scheduler', verbs.addService({ ...service, scheduler: 'none-such' }), 'ENOENT', -2],
      ['no destination', verbs.deleteDestination(TCP, { address: '10.9.9.9', port: 9 }), 'ENOENT', -2],
      ['no service', verbs.deleteService(service), 'ESRCH', -3],
      ['no service', patchService(service, {}), 'ESRCH', -3],
      [
        'daemon refused for mixed families',
        verbs.startDaemon({ role: 'master', interface: 'lo' }),
        'EINVAL',
        -22,
      ],
      ['daemon exists', verbs.startDaemon({ role: 'master', interface: 'lo' }), 'EEXIST', -17],
      ['no daemon', verbs.stopDaemon('master'), 'ESRCH', -3],
    ])('%s', (name, question, code, errno) => {
      const [error] = exchange([question], kernel.script(name)).outcomes;
      expect(error).toMatchObject({ name: 'IpvsError', code, errno });
    });

    test('no service, where that is an answer', () => {
      expect(ask(verbs.service(service), kernel.script('no service'))).toBeUndefined();
    });

    test('destinations of no service', () => {
      const script = kernel.script('destinations nowhere', 'no service');
      expect(exchange([verbs.destinations(service)], script).outcomes).toMatchObject([{ code: 'ESRCH' }]);
    });

    test.each([
      ['short timeout', verbs.setTimeouts({ tcp: 1 })],
      ['short timeout, uncapped', verbs.setTimeouts({ tcp: 1 })],
      ['daemon without nul', verbs.startDaemon({ role: 'master', interface: 'lo' })],
    ])('%s: in the words of the kernel', (name, question) => {
      const [error] = exchange([question], kernel.script(name)).outcomes;
      expect((error as Error).message).toMatch(/ The kernel says: Attribute failed policy validation\.$/);
    });
  });

  test.each([
    ['zero', verbs.zero()],
    ['flush', verbs.flush()],
    ['daemon stopped', verbs.stopDaemon('master')],
  ])('%s', (name, question) => {
    expect(ask(question, kernel.script(name))).toBeUndefined();
  });

  test('several answers to one send, each to its question', () => {
    const questions = [
      verbs.timeouts(),
      verbs.addService(TCP),
      verbs.service(UDP),
      verbs.info(),
      verbs.flush(),
    ];
    const answers = ['timeouts', 'service exists', 'service udp', 'info', 'flush'].map((name, n) =>
      answering(n, kernel.first(name)),
    );
    const { outcomes, sent } = exchange(questions, new Script(kernel.family).answer(...answers));
    expect(sent).toHaveLength(1);
    expect(outcomes).toMatchObject([
      { tcp: 900 },
      { code: 'EEXIST' },
      SERVICES.udp as object,
      { version: '1.2.1' },
      undefined,
    ] as object[]);
  });
});
