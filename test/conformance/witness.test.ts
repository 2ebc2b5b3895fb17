/** What the socket options show, whole or beside lists that netlink gives in parts: whatever lacks is noticed. */

import { beforeAll, describe, expect, test } from '@jest/globals';
import * as verbs from '../verbs';
import { done, refusal } from './netlink/answers';
import { decodeAll, edit, type Message } from './netlink/message';
import { DESTINATION, networkOrder, part, SERVICE } from './netlink/parts';
import { OLDEST } from './recorded';
import { BUILD_TIMEOUT, buildReplay } from './replay/addon';
import { exchange } from './replay/exchange';
import { Script } from './replay/script';

beforeAll(buildReplay, BUILD_TIMEOUT);

const TCP = { protocol: 'tcp', address: '10.0.0.1', port: 80 } as const;
const ESRCH = -3;
const EEXIST = -17;

/** The address in the recorded message. */
function addressOf(message: Message, nest: string): Buffer {
  let address: Buffer = Buffer.alloc(0);
  edit(message, nest, (all) => {
    address = all.find(({ name }) => name === 'ADDR')?.value as Buffer;
    return all;
  });
  return address.subarray(0, 4);
}

/** Numbers by where they stand in struct ip_vs_dest_entry; those from 56 on that are counters of bytes have 64 bits. */
const AT = {
  forward: 8,
  connections: 40,
  packetsIn: 44,
  bytesIn: 56,
  bytesOut: 64,
  packetsInRate: 76,
  packetsOutRate: 80,
};
type Told = Partial<Record<keyof typeof AT, number>>;

/** struct ip_vs_get_dests. The last destination is told so. */
function shownDestinations(ports: readonly number[], told: Told = {}): Buffer {
  const head = Buffer.alloc(24);
  head.writeUInt32LE(ports.length, 16);
  const address = addressOf(DESTINATION, 'DEST');
  const entries = ports.map((port) => {
    const entry = Buffer.alloc(96);
    address.copy(entry, 0);
    networkOrder(port).copy(entry, 4);
    return entry;
  });
  for (const [name, value] of Object.entries(told)) {
    const at = AT[name as keyof typeof AT];
    if (name.startsWith('bytes')) entries.at(-1)?.writeBigUInt64LE(BigInt(value), at);
    else entries.at(-1)?.writeUInt32LE(value, at);
  }
  return Buffer.concat([head, ...entries]);
}

/** struct ip_vs_service_entry. */
function shownService(port: number, destinations: number): Buffer {
  const entry = Buffer.alloc(104);
  entry.writeUInt16LE(6, 0);
  addressOf(SERVICE, 'SERVICE').copy(entry, 4);
  networkOrder(port).copy(entry, 8);
  entry.write('rr', 16);
  entry.writeUInt32LE(destinations, 44);
  return entry;
}

/** struct ip_vs_getinfo, and struct ip_vs_get_services. */
function shownServices(ports: readonly number[]): [Buffer, Buffer] {
  const info = Buffer.alloc(12);
  info.writeUInt32LE(ports.length, 8);
  const head = Buffer.alloc(8);
  return [info, Buffer.concat([head, ...ports.map((port) => shownService(port, 0))])];
}

/** A list by netlink, in two parts. */
type Parts = readonly [readonly number[], readonly number[]];

/** The service's count before and after, and the list between. */
type Look = { ports: readonly number[]; before?: number; after?: number } | 'refused';

/** The ports that `destinations` lists, and how many readings it took. */
function destinations(readings: readonly Parts[], looks: readonly Look[]) {
  const script = new Script();
  // It cannot be shown whole, only counted, which tells how it is best read.
  script.option(shownService(80, 20)).option(ESRCH);
  for (const look of looks) {
    if (look === 'refused') {
      script.option(ESRCH);
      continue;
    }
    const { ports, before = ports.length, after = ports.length } = look;
    script.option(shownService(80, before)).option(shownDestinations(ports)).option(shownService(80, after));
  }
  for (const parts of readings)
    script.answer(...parts.map((ports) => part(DESTINATION, 'DEST', ports)), done());
  return portsOf(script, [verbs.destinations(TCP)]);
}

function portsOf(script: Script, questions: Parameters<typeof exchange>[0]) {
  const { outcomes, sent } = exchange(questions, script);
  const last = outcomes.at(-1);
  if (last instanceof Error) throw last;
  const ports = (last as { port: number }[]).map(({ port }) => port);
  return { ports: ports.toSorted((a, b) => a - b), sends: sent.length };
}

describe('destinations', () => {
  test('all that are shown are listed: one reading', () => {
    const { ports, sends } = destinations([[[1, 2], [3]]], [{ ports: [1, 2, 3] }]);
    expect({ ports, sends }).toEqual({ ports: [1, 2, 3], sends: 1 });
  });

  test('in another order, and one of them twice: each is there once', () => {
    const { ports, sends } = destinations(
      [
        [
          [1, 2],
          [2, 3],
        ],
      ],
      [{ ports: [3, 2, 1] }],
    );
    expect({ ports, sends }).toEqual({ ports: [1, 2, 3], sends: 1 });
  });

  test('one that is shown and was skipped is found by another reading', () => {
    const { ports, sends } = destinations(
      [
        [[1, 2], [4]],
        [
          [1, 2],
          [3, 4],
        ],
      ],
      [{ ports: [1, 2, 3, 4] }, { ports: [1, 2, 3, 4] }],
    );
    expect({ ports, sends }).toEqual({ ports: [1, 2, 3, 4], sends: 2 });
  });

  test('one that was removed after it was listed is no reason to read again', () => {
    const { ports, sends } = destinations([[[1, 2], [3]]], [{ ports: [1, 3] }]);
    expect({ ports, sends }).toEqual({ ports: [1, 2, 3], sends: 1 });
  });

  test('one that was added since the look before need not be listed, one that stood must be', () => {
    const added = destinations(
      [
        [[1, 2], [4]],
        [
          [1, 2],
          [3, 4],
        ],
      ],
      [{ ports: [1, 2, 3, 4] }, { ports: [1, 2, 3, 4, 9] }],
    );
    expect(added).toEqual({ ports: [1, 2, 3, 4], sends: 2 });
    const skipped = destinations(
      [
        [[1, 2], [4]],
        [[1, 2], [4]],
        [
          [1, 2],
          [3, 4],
        ],
      ],
      [{ ports: [1, 2, 3, 4] }, { ports: [1, 2, 3, 4] }, { ports: [1, 2, 3, 4] }],
    );
    expect(skipped.ports).toEqual([1, 2, 3, 4]);
  });

  test.each<[string, Look]>([
    ['more are counted than shown: there are IPv6 ones', { ports: [1, 2, 3], before: 4, after: 4 }],
    ['more are counted before', { ports: [1, 2, 3], before: 4 }],
    ['more are counted after', { ports: [1, 2, 3], after: 4 }],
    ['the service is not shown', 'refused'],
  ])('%s: read until two readings agree', (_, look) => {
    const { ports, sends } = destinations(
      [
        [[1, 2], [3]],
        [[1, 2, 7], [3]],
        [[1, 2, 7], [3]],
      ],
      [look, look, look],
    );
    expect({ ports, sends }).toEqual({ ports: [1, 2, 3, 7], sends: 3 });
  });
});

describe('a list that is shown whole', () => {
  const show = (script: Script, told?: Told) =>
    script
      .option(shownService(80, 2))
      .option(shownDestinations([1, 2], told))
      .option(shownService(80, 2));
  const shown = (told?: Told) => show(new Script(), told);

  test('is not asked for by netlink', () => {
    const { ports, sends } = portsOf(shown(), [verbs.destinations(TCP)]);
    expect({ ports, sends }).toEqual({ ports: [1, 2], sends: 0 });
  });

  test('has counters as large as 32 bits must have held', () => {
    const most = { packetsIn: 3_435_973_835, bytesIn: 2 ** 36 - 21, bytesOut: 20 };
    const told = { ...most, connections: 3_435_973_835, packetsInRate: 8190, packetsOutRate: 8190 };
    const { outcomes, sent } = exchange([verbs.destinations(TCP)], shown(told));
    expect(sent).toEqual([]);
    expect(outcomes[0]).toMatchObject([
      { stats: { packetsIn: 0n, bytesIn: 0n } },
      {
        stats: {
          connections: 3_435_973_835n,
          packetsIn: 3_435_973_835n,
          bytesIn: 2n ** 36n - 21n,
          bytesOut: 20n,
          rates: { packetsIn: 8190, packetsOut: 8190 },
        },
      },
    ]);
  });

  test.each<Told>([
    { bytesIn: 2 ** 36 },
    { bytesOut: 2 ** 36 },
    { bytesIn: 2 ** 36 - 20, bytesOut: 20 },
    { packetsInRate: 8191 },
    { packetsOutRate: 8191 },
    { forward: 2 },
  ])('is asked for by netlink where the options cannot tell all of it: %j', (told) => {
    const script = shown(told).answer(part(DESTINATION, 'DEST', [1, 2]), done());
    const { ports, sends } = portsOf(script, [verbs.destinations(TCP)]);
    expect({ ports, sends }).toEqual({ ports: [1, 2], sends: 1 });
  });

  test('is not tried for a while where sixteen in a row could not be told', () => {
    const script = new Script();
    const [times, again] = [16, 16];
    for (let i = 0; i < times; i++) show(script, { forward: 2 });
    // By netlink its number is still asked, which tells how it is best read.
    for (let i = 1; i < again; i++) script.option(shownService(80, 2));
    show(script);
    for (let i = 1; i < times + again; i++) script.answer(part(DESTINATION, 'DEST', [1, 2]), done());
    const questions = Array.from({ length: times + again }, () => verbs.destinations(TCP));
    const { ports, sends } = portsOf(script, questions);
    expect({ ports, sends }).toEqual({ ports: [1, 2], sends: times + again - 1 });
  });
});

describe('services', () => {
  const [first, second] = [part(SERVICE, 'SERVICE', [1]), part(SERVICE, 'SERVICE', [2])];
  const ipv6 = part(decodeAll(OLDEST.first('service ipv6'))[0] as Message, 'SERVICE', [6]);
  const V6 = { protocol: 'tcp', address: 'fd00::1', port: 6 } as const;

  test('one by IPv6 is neither shown nor counted by the options: read until two readings agree', () => {
    const script = new Script();
    script
      .answer(first, second, done())
      .answer(first, second, ipv6, done())
      .answer(first, second, ipv6, done());
    expect(portsOf(script, [verbs.services()])).toEqual({ ports: [1, 2, 6], sends: 3 });
  });

  test('where the last list had none by IPv6, the options show that all are there', () => {
    const script = new Script();
    script.answer(first, second, done()).answer(first, second, done());
    for (const told of shownServices([1, 2])) script.option(told);
    script.answer(first, second, done());
    expect(portsOf(script, [verbs.services(), verbs.services()])).toEqual({ ports: [1, 2], sends: 3 });
  });

  test('or that one was skipped', () => {
    const script = new Script();
    script.answer(first, second, done()).answer(first, second, done());
    for (const told of [...shownServices([1, 2]), ...shownServices([1, 2])]) script.option(told);
    script.answer(first, first, done()).answer(first, second, done());
    expect(portsOf(script, [verbs.services(), verbs.services()])).toEqual({ ports: [1, 2], sends: 4 });
  });

  test.each<[string, Buffer[], Parameters<typeof exchange>[0]]>([
    ['was named', [first, second], [verbs.destinations(V6)]],
    ['was listed before', [first, ipv6], []],
  ])('where one by IPv6 %s, two readings have to agree', (_, before, questions) => {
    const script = new Script();
    script.answer(...before, done()).answer(...before, done());
    if (questions.length > 0) script.answer(part(DESTINATION, 'DEST', [7]), done());
    script.answer(first, second, done()).answer(first, second, done());
    for (const told of shownServices([1, 2])) script.option(told);
    const all = [verbs.services(), ...questions, verbs.services()];
    const { ports, sends } = portsOf(script, all);
    expect({ ports, sends }).toEqual({ ports: [1, 2], sends: all.length + 2 });
  });
});

describe('tables', () => {
  /** The service and its destinations as the options show them: asked before or not, and how many there are after. */
  const list = (
    script: Script,
    ports: readonly number[],
    before: 'counted before' | '',
    after = ports.length,
  ) => {
    if (before) script.option(shownService(1, ports.length));
    return script.option(shownDestinations(ports)).option(shownService(1, after));
  };
  const service = () => part(SERVICE, 'SERVICE', [1]);
  const ask = (script: Script, ...questions: Parameters<typeof exchange>[0]) => {
    const { outcomes, sent } = exchange(questions, script);
    const rows = outcomes.filter(Array.isArray) as { destinations: { port: number }[] }[][];
    return { ports: rows.map(([row]) => row?.destinations.map(({ port }) => port)), sends: sent.length };
  };

  test('after one with brief lists, how long each is is asked once', () => {
    const script = new Script().answer(service(), done()).answer(service(), done());
    list(script, [1, 2], 'counted before');
    list(script, [2], '');
    expect(ask(script, verbs.table(true), verbs.table(true))).toEqual({ ports: [[1, 2], [2]], sends: 2 });
  });

  test('where more are counted than shown, there may be others: netlink tells', () => {
    const script = new Script().answer(service(), done()).answer(service(), done());
    list(script, [1, 2], 'counted before');
    list(script, [1, 2], '', 3);
    script.answer(part(DESTINATION, 'DEST', [1, 2, 3]), done());
    expect(ask(script, verbs.table(true), verbs.table(true))).toEqual({
      ports: [
        [1, 2],
        [1, 2, 3],
      ],
      sends: 3,
    });
  });

  test('where an IPv6 destination of an IPv4 service was named, both are asked', () => {
    const script = new Script().answer(service(), done()).answer(refusal(EEXIST)).answer(service(), done());
    list(script, [1, 2], 'counted before');
    script.option(shownService(1, 3)).option(shownDestinations([1, 2]));
    script.answer(part(DESTINATION, 'DEST', [1, 2, 3]), done());
    const add = verbs.addDestination(TCP, { address: 'fd00::2', port: 3, forward: 'tunnel' });
    expect(ask(script, verbs.table(true), add, verbs.table(true)).ports).toEqual([
      [1, 2],
      [1, 2, 3],
    ]);
  });
});
