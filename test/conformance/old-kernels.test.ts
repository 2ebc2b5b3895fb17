/** Answers as older kernels give them, and newer ones may: real ones with attributes taken away, added and moved. */

import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Verb } from '../../lib/session/verb';
import * as verbs from '../verbs';
import { acknowledgement, done } from './netlink/answers';
import { type Attribute, decode, decodeAll, edit, encode, type Message, without } from './netlink/message';
import { COUNTERS } from './netlink/numbers';
import { OLDEST } from './recorded';
import { BUILD_TIMEOUT, buildReplay } from './replay/addon';
import { ask, codeOrValue } from './replay/exchange';
import { Script } from './replay/script';

beforeAll(buildReplay, BUILD_TIMEOUT);

const TCP = { protocol: 'tcp', address: '10.0.0.1', port: 80 } as const;
const IPV6 = { protocol: 'tcp', address: 'fd00::1', port: 443 } as const;
const PROTOCOL = 'ERR_IPVS_PROTOCOL';

/** A kind of answer: what asks for it, one that was recorded, and how it ends. */
interface Kind {
  question: Verb<unknown>;
  message: Message;
  end: Buffer;
}

const KINDS = {
  service: kind(verbs.service(TCP), 'service engine', acknowledgement()),
  'service by mark': kind(verbs.service({ fwmark: 7 }), 'service mark', acknowledgement()),
  destination: kind(verbs.destinations(TCP), 'destinations udp', done()),
  daemon: kind(verbs.daemons(), 'daemons', done()),
  info: kind(verbs.info(), 'info', acknowledgement()),
  timeouts: kind(verbs.timeouts(), 'timeouts', acknowledgement()),
} satisfies Record<string, Kind>;

function kind(question: Verb<unknown>, name: string, end: Buffer): Kind {
  return { question, message: decodeAll(OLDEST.first(name))[0] as Message, end };
}

function read(
  { question, message, end }: Kind,
  change: (message: Message) => Message = (same) => same,
): unknown {
  return codeOrValue(question, new Script(OLDEST.family).answer(encode(change(message)), end));
}

/** Every nest of an answer, the top included, by its path. */
function nestsOf(message: Message): string[] {
  const paths = [
    '',
    'SERVICE',
    'SERVICE.STATS',
    'SERVICE.STATS64',
    'DEST',
    'DEST.STATS',
    'DEST.STATS64',
    'DAEMON',
  ];
  return paths.filter((path) => {
    let found = false;
    edit(message, path, (all) => {
      found = true;
      return all;
    });
    return found;
  });
}

function attribute(name: string, value: Buffer = Buffer.alloc(0)): Attribute {
  return { name, flagged: false, value };
}

describe.each(Object.entries(KINDS))('%s', (_, each: Kind) => {
  test.each(nestsOf(each.message))('unknown attributes in "%s" are ignored', (path) => {
    const strange = [attribute('#0'), attribute('#200', Buffer.from('strange')), attribute('#201')];
    const change = (message: Message) => edit(message, path, (all) => [...strange, ...all, ...strange]);
    expect(read(each, change)).toEqual(read(each));
  });

  test.each(nestsOf(each.message))('the order of attributes in "%s" means nothing', (path) => {
    const change = (message: Message) => edit(message, path, (all) => all.toReversed());
    expect(read(each, change)).toEqual(read(each));
  });

  test('nests may carry NLA_F_NESTED', () => {
    const flag = (all: Attribute[]): Attribute[] =>
      all.map(({ name, value }) =>
        Buffer.isBuffer(value) ? attribute(name, value) : { name, flagged: true, value: flag(value) },
      );
    expect(read(each, (message) => edit(message, '', flag))).toEqual(read(each));
  });

  test('values may be longer than they are now, and never shorter', () => {
    const resized = (bytes: number) => (message: Message) => {
      const resize = (all: Attribute[]): Attribute[] =>
        all.map(({ name, flagged, value }) => {
          if (!Buffer.isBuffer(value)) return { name, flagged, value: resize(value) };
          const longer = Buffer.concat([value, Buffer.alloc(4)]);
          return { name, flagged, value: longer.subarray(0, value.length + bytes) };
        });
      // A counter says by its length whether it has 32 or 64 bits, so no other length makes sense.
      return edit(message, '', (all) => resize(all).map((top) => keepStats(message, top)));
    };
    expect(read(each, resized(4))).toEqual(read(each));
    expect(read(each, resized(-1))).toBe(PROTOCOL);
  });
});

/** A nest of an edited message with the counters of the message as it was. */
function keepStats(message: Message, top: Attribute): Attribute {
  const before = message.attributes.find(({ name }) => name === top.name)?.value;
  if (before === undefined || Buffer.isBuffer(before) || Buffer.isBuffer(top.value)) return top;
  const value = top.value.map((each) =>
    each.name.startsWith('STATS') ? (before.find(({ name }) => name === each.name) as Attribute) : each,
  );
  return { ...top, value };
}

/** What every kernel sends. */
const REQUIRED: Record<string, string[]> = {
  service: ['AF', 'PROTOCOL', 'ADDR', 'PORT', 'SCHED_NAME', 'FLAGS', 'TIMEOUT', 'NETMASK'],
  destination: [
    ...['ADDR', 'PORT', 'FWD_METHOD', 'WEIGHT', 'U_THRESH', 'L_THRESH'],
    ...['ACTIVE_CONNS', 'INACT_CONNS', 'PERSIST_CONNS'],
  ],
  daemon: ['STATE', 'MCAST_IFN', 'SYNC_ID'],
};
const NESTS: Record<string, string> = { service: 'SERVICE', destination: 'DEST', daemon: 'DAEMON' };

describe('what every kernel sends is never made up', () => {
  test.each(
    Object.entries(REQUIRED).flatMap(([name, required]) =>
      ['', ...required].map((attribute) => [
        name,
        attribute === '' ? NESTS[name] : `${NESTS[name]}.${attribute}`,
      ]),
    ) as [keyof typeof KINDS, string][],
  )('%s without %s', (name, path) => {
    expect(read(KINDS[name], (message) => without(message, path))).toBe(PROTOCOL);
  });

  test.each([
    ['info', 'VERSION'],
    ['info', 'CONN_TAB_SIZE'],
    ['timeouts', 'TIMEOUT_TCP'],
    ['timeouts', 'TIMEOUT_TCP_FIN'],
    ['timeouts', 'TIMEOUT_UDP'],
    ['service by mark', 'SERVICE.FWMARK'],
  ] as const)('%s without %s', (name, path) => {
    expect(read(KINDS[name], (message) => without(message, path))).toBe(PROTOCOL);
  });

  test.each(
    COUNTERS.flatMap((name) => [
      ['service', `SERVICE.STATS64.${name}`] as const,
      ['destination', `DEST.STATS64.${name}`] as const,
    ]),
  )('%s without %s', (name, path) => {
    expect(read(KINDS[name], (message) => without(message, path))).toBe(PROTOCOL);
  });

  test.each(['service', 'destination'] as const)('%s without any counters', (name) => {
    const nest = NESTS[name];
    expect(read(KINDS[name], (message) => without(message, `${nest}.STATS`, `${nest}.STATS64`))).toBe(
      PROTOCOL,
    );
  });

  test.each([
    ['service', 'SERVICE', 'AF', 0],
    ['service', 'SERVICE', 'AF', 3],
    ['destination', 'DEST', 'ADDR_FAMILY', 0],
    ['destination', 'DEST', 'ADDR_FAMILY', 1],
  ] as const)('%s of no address family: %s.%s %i', (name, nest, attributeName, family) => {
    const value = Buffer.from([family, 0]);
    const change = (message: Message) =>
      edit(message, nest, (all) =>
        all.map((each) => (each.name === attributeName ? { ...each, value } : each)),
      );
    expect(read(KINDS[name], change)).toBe(PROTOCOL);
  });

  test.each([
    ['service', 'SERVICE', 'SCHED_NAME', 16],
    ['service', 'SERVICE', 'PE_NAME', 20],
    ['daemon', 'DAEMON', 'MCAST_IFN', 16],
  ] as const)('%s with a name that has no room: %s.%s', (name, nest, attributeName, length) => {
    const named = (text: string) => (message: Message) =>
      edit(message, nest, (all) =>
        all.map((each) => (each.name === attributeName ? { ...each, value: Buffer.from(text) } : each)),
      );
    expect(read(KINDS[name], named(`${'x'.repeat(length)}\0`))).toBe(PROTOCOL);
    expect(read(KINDS[name], named('x'.repeat(length - 1)))).toBe(PROTOCOL);
    expect(JSON.stringify(read(KINDS[name], named(`${'x'.repeat(length - 1)}\0`)), bigints)).toMatch(
      new RegExp(`"x{${length - 1}}"`),
    );
  });
});

function bigints(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}` : value;
}

describe('before Linux 4.1', () => {
  test.each(['service', 'destination'] as const)('a %s has 32-bit counters alone', (name) => {
    const old = without(KINDS[name].message, `${NESTS[name]}.STATS64`);
    const counters = new Map(COUNTERS.map((counter, n) => [counter, n + 1]));
    const change = (message: Message) =>
      edit(message, `${NESTS[name]}.STATS`, (all) =>
        all.map((each) => {
          const value = Buffer.from(each.value as Buffer);
          const count = counters.get(each.name);
          if (count !== undefined) value.writeUInt32LE(4294967295 - count);
          if (value.length === 8) value.writeUInt32LE(1, 4);
          return { ...each, value };
        }),
      );
    const [answer] = [read({ ...KINDS[name], message: old }, change)].flat() as [{ stats: unknown }];
    expect(answer.stats).toEqual({
      ...{ connections: 4294967294n, packetsIn: 4294967293n, packetsOut: 4294967292n },
      ...{ bytesIn: 2n ** 33n - 5n, bytesOut: 2n ** 33n - 6n },
      rates: {
        ...{ connections: 4294967289, packetsIn: 4294967288, packetsOut: 4294967287 },
        ...{ bytesIn: 4294967286, bytesOut: 4294967285 },
      },
    });
  });

  test('newer ones count further', () => {
    const change = (message: Message) =>
      edit(message, 'SERVICE.STATS64', (all) =>
        all.map((each) => (each.name === 'PAD' ? each : { ...each, value: Buffer.alloc(8, 0xff) })),
      );
    const { stats } = read(KINDS.service, change) as { stats: { connections: bigint } };
    expect(stats.connections).toBe(2n ** 64n - 1n);
  });
});

describe('padding', () => {
  test.each(['service', 'destination'] as const)(
    '%s: where 64-bit values are not aligned, and everywhere',
    (name) => {
      const each = KINDS[name];
      const nests = ['STATS', 'STATS64'].map((nest) => `${NESTS[name]}.${nest}`);
      const bare = nests.reduce((message, nest) => without(message, `${nest}.PAD`), each.message);
      const padded = nests.reduce(
        (message, nest) => edit(message, nest, (all) => all.flatMap((one) => [attribute('PAD'), one])),
        bare,
      );
      expect(encode(bare).length).toBeLessThan(encode(each.message).length);
      expect(read({ ...each, message: bare })).toEqual(read(each));
      expect(read({ ...each, message: padded })).toEqual(read(each));
    },
  );
});

describe('before Linux 3.18 a destination has the family of its service', () => {
  const old = (name: string) =>
    Buffer.concat(
      decodeAll(OLDEST.first(name))
        .map((message) => without(message, 'DEST.ADDR_FAMILY'))
        .map(encode),
    );

  test('IPv4', () => {
    const script = new Script(OLDEST.family).answer(old('destinations udp'), done());
    expect(ask(verbs.destinations(TCP), script)).toMatchObject([{ address: '10.0.0.2', family: 'ipv4' }]);
  });

  test('IPv6', () => {
    const script = new Script(OLDEST.family).answer(old('destinations ipv6'), done());
    const [, last] = ask(verbs.destinations(IPV6), script);
    expect(last).toMatchObject({ address: 'fd00::3', family: 'ipv6' });
  });
});

test('before Linux 5.2 a tunnel is one of IP in IP', () => {
  const old = decodeAll(OLDEST.first('destinations tcp')).map((message) =>
    without(message, 'DEST.TUN_TYPE', 'DEST.TUN_PORT', 'DEST.TUN_FLAGS'),
  );
  const script = new Script(OLDEST.family).answer(Buffer.concat(old.map(encode)), done());
  const tunnels = ask(verbs.destinations(TCP), script).map(({ tunnel }) => tunnel);
  const ipip = { type: 'ipip' };
  expect(tunnels).toEqual([ipip, ipip, ipip, ipip, undefined, undefined]);
});

test('before Linux 4.3 daemons have no options to report', () => {
  const options = ['SYNC_MAXLEN', 'MCAST_GROUP', 'MCAST_GROUP6', 'MCAST_PORT', 'MCAST_TTL'];
  const old = decodeAll(OLDEST.first('daemons')).map((message) =>
    without(message, ...options.map((name) => `DAEMON.${name}`)),
  );
  const script = new Script(OLDEST.family).answer(Buffer.concat(old.map(encode)), done());
  expect(ask(verbs.daemons(), script)).toEqual([
    { role: 'master', interface: 'sync0', syncId: 7 },
    { role: 'backup', interface: 'sync0', syncId: 8 },
  ]);
});

test('a protocol that the library has no name for is shown by its number', () => {
  const change = (message: Message) =>
    edit(message, 'SERVICE', (all) =>
      all.map((each) => (each.name === 'PROTOCOL' ? { ...each, value: Buffer.from([50, 0]) } : each)),
    );
  expect(read(KINDS.service, change)).toMatchObject({ protocol: 'ip-50' });
  expect(decode(encode(KINDS.service.message))).toEqual(KINDS.service.message);
});
