/** Lists that the kernel gives in parts, and that change meanwhile. */

import { beforeAll, describe, expect, test } from '@jest/globals';
import * as verbs from '../verbs';
import { done, flagged } from './netlink/answers';
import { edit, encode } from './netlink/message';
import { DESTINATION, part, ported, SERVICE } from './netlink/parts';
import { OLDEST } from './recorded';
import { BUILD_TIMEOUT, buildReplay } from './replay/addon';
import { codeOrValue, exchange } from './replay/exchange';
import { Script } from './replay/script';

beforeAll(buildReplay, BUILD_TIMEOUT);

const TCP = { protocol: 'tcp', address: '10.0.0.1', port: 80 } as const;
const READINGS = 8;
const DUMP_INTERRUPTED = 0x10;

const destinations = (ports: readonly number[]) => part(DESTINATION, 'DEST', ports);

/**
 * The lists that can be longer than one part, and how much may fill a part that certainly is all: what is received at
 * once, 32 KiB or for a list that is expected to be brief 7.5, less the largest message, which would not have fitted.
 */
const LISTS = [
  ['services', verbs.services(), (ports: readonly number[]) => part(SERVICE, 'SERVICE', ports), 31 * 1024],
  ['destinations', verbs.destinations(TCP), destinations, 6.5 * 1024],
] as const;

describe.each(LISTS)('%s', (_, question, of, mostOfAPart) => {
  /** The ports that the library lists when each reading comes in these parts; and how many readings it took. */
  function list(...readings: (readonly number[])[][]): { ports: number[]; sends: number } {
    const script = new Script();
    for (const parts of readings) script.answer(...parts.map(of), done());
    const { outcomes, sent } = exchange([question], script);
    if (outcomes[0] instanceof Error) throw outcomes[0];
    const ports = (outcomes[0] as { port: number }[]).map(({ port }) => port);
    return { ports, sends: sent.length };
  }

  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);

  test('one part is read once', () => {
    expect(list([[1, 2, 3]])).toEqual({ ports: [1, 2, 3], sends: 1 });
  });

  test('several are read until two readings agree', () => {
    expect(list([[1, 2], [3]], [[1], [2, 3]])).toEqual({ ports: [1, 2, 3], sends: 2 });
  });

  test('so is one that filled its part', () => {
    const size = of([1]).length;
    const few = range(1, Math.floor(mostOfAPart / size));
    const many = range(1, few.length + 1);
    expect(list([few])).toEqual({ ports: few, sends: 1 });
    // The second reading takes smaller parts, of at least 8 KiB.
    const parts = Array.from({ length: Math.ceil(many.length / 20) }, (_, n) =>
      many.slice(20 * n, 20 * n + 20),
    );
    expect(list([many], parts)).toEqual({ ports: many, sends: 2 });
  });

  test('in another order they agree, too', () => {
    const { ports, sends } = list([[1, 2], [3]], [[3], [1, 2]]);
    expect(ports.toSorted()).toEqual([1, 2, 3]);
    expect(sends).toBe(2);
  });

  test('what was skipped once is found by the next reading', () => {
    const { ports, sends } = list(
      [[1, 2], [4]],
      [[1, 2, 3], [4]],
      [
        [1, 2],
        [3, 4],
      ],
    );
    expect(ports).toEqual([1, 2, 3, 4]);
    expect(sends).toBe(3);
  });

  test('what is repeated is there once', () => {
    expect(
      list(
        [
          [1, 2],
          [2, 3],
        ],
        [[1, 1, 2], [3]],
      ),
    ).toEqual({ ports: [1, 2, 3], sends: 2 });
    expect(list([[1, 2, 3, 1, 2, 3], [3]], [[3, 2, 1], [2]]).ports.toSorted()).toEqual([1, 2, 3]);
  });

  test('where no two agree, everything that any reading saw is there, each once', () => {
    const readings = range(1, READINGS).map((n) => [[100, n], [200]]);
    const { ports, sends } = list(...readings, [[300], [400]]);
    expect(ports.toSorted((a, b) => a - b)).toEqual([...range(1, READINGS), 100, 200]);
    expect(sends).toBe(READINGS);
  });

  test('the newest reading is the one whose values are kept', () => {
    const script = new Script();
    const weigh = (port: number, weight: number) =>
      encode(
        edit(DESTINATION, 'DEST', (all) =>
          all
            .map((one) => ported(one, port))
            .map((one) => (one.name === 'WEIGHT' ? { ...one, value: Buffer.from([weight, 0, 0, 0]) } : one)),
        ),
      );
    for (let n = 1; n <= READINGS; n++) script.answer(weigh(1, n), weigh(100 + n, 1), done());
    const { outcomes } = exchange([verbs.destinations(TCP)], script);
    const found = (outcomes[0] as { port: number; weight: number }[]).find(({ port }) => port === 1);
    expect(found?.weight).toBe(READINGS);
  });

  test('a later reading that fails is a failure', () => {
    const script = new Script().answer(of([1]), of([2]), done()).answer(of([1]), -105);
    expect(codeOrValue(question, script)).toBe('ENOBUFS');
    const cut = new Script().answer(of([1]), of([2]), done()).answer(of([1]).subarray(0, 100), done());
    expect(codeOrValue(question, cut)).toBe('ERR_IPVS_PROTOCOL');
  });

  test('a later reading that is interrupted is read again', () => {
    const script = new Script()
      .answer(of([1]), of([2]), done())
      .answer(flagged(DUMP_INTERRUPTED, of([1])), done())
      .answer(of([1]), of([2]), done());
    expect(codeOrValue(question, script)).toMatchObject([{ port: 1 }, { port: 2 }]);
  });

  test('an entry that is there the whole time is there once, whatever each reading skips or repeats', () => {
    // Readings that all hold 1 to 16, though each skips one and repeats another; changes come and go behind them.
    const always = range(1, 16);
    const readings = range(0, READINGS - 1).map((n) => [
      [...always.filter((port) => port !== n + 1), 1000 + n],
      [n + 2, n + 3],
    ]);
    const { ports } = list(...readings);
    for (const port of always) expect(ports.filter((each) => each === port)).toEqual([port]);
  });
});

test('entries that differ in anything that names them are not the same', () => {
  const script = OLDEST.script('services', 'services');
  const { outcomes } = exchange([verbs.services()], script);
  expect(outcomes[0]).toHaveLength(10);
  const twice = new Script(OLDEST.family)
    .answer(...OLDEST.reply('services').slice(0, 1), ...OLDEST.reply('services'))
    .answer(...OLDEST.reply('services').slice(0, 1), ...OLDEST.reply('services'));
  expect(exchange([verbs.services()], twice).outcomes[0]).toHaveLength(10);
});
