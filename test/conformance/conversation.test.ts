/** What the library makes of a kernel that answers late, twice, elsewhere, or not at all. */

import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Verb } from '../../lib/session/verb';
import { patchDestination, patchService } from '../../lib/verbs/patches';
import { Requests } from '../../lib/wire/requests';
import * as verbs from '../verbs';
import { acknowledgement, answering, done, flagged, plain, refusal } from './netlink/answers';
import { decodeAll } from './netlink/message';
import { OLDEST } from './recorded';
import { BUILD_TIMEOUT, buildReplay, replayAddon } from './replay/addon';
import { ask, bytesOf, codeOrValue, exchange } from './replay/exchange';
import { FAMILY_ID, type Received, Script } from './replay/script';

beforeAll(buildReplay, BUILD_TIMEOUT);

const TCP = { protocol: 'tcp', address: '10.0.0.1', port: 80 } as const;
const REAL = { address: '10.0.0.2', port: 80 } as const;
const PROTOCOL = 'ERR_IPVS_PROTOCOL';
const MODULE_MISSING = 'ERR_IPVS_MODULE_MISSING';
const TIMEOUT = 'ERR_IPVS_TIMEOUT';

const [ENOENT, EINTR, EPERM, EAGAIN, ENOMEM, EEXIST, EINVAL, EMSGSIZE, ENOBUFS] = [
  ...[-2, -4, -1, -11, -12, -17, -22, -90, -105],
] as [number, number, number, number, number, number, number, number, number];

const DUMP_INTERRUPTED = 0x10;

const add = verbs.addService(TCP);
const get = verbs.service(TCP);
const list = verbs.services();

/** The code that the question ends with, where the kernel answers its first send so. */
function code(question: Verb<unknown>, ...answer: Received[]): unknown {
  return codeOrValue(question, new Script().answer(...answer));
}

function codes(outcomes: unknown[]): unknown[] {
  return outcomes.map((outcome) =>
    outcome instanceof Error ? (outcome as NodeJS.ErrnoException).code : outcome,
  );
}

/** The ids to which messages were sent. */
function families(sent: Buffer[]): number[] {
  return sent.flatMap(decodeAll).map(({ type }) => type);
}

describe('opening', () => {
  test.each([
    ['no such family', ENOENT],
    ['not allowed to ask', EPERM],
  ])('%s', (_, errno) => {
    const { opened } = replayAddon().replay(new Uint8Array(), new Script(errno).bytes(), 0);
    expect(opened).toBe(-errno);
  });
});

describe('answers to others', () => {
  test('are passed over', () => {
    const foreign = [1, 100, -1, 0x7fffffff].flatMap((n) => [
      answering(n, refusal(EEXIST)),
      answering(n, OLDEST.first('service udp')),
      answering(n, done(EINVAL)),
    ]);
    const service = OLDEST.first('service tcp');
    expect(code(add, ...foreign, acknowledgement())).toBeUndefined();
    expect(code(get, ...foreign, service, ...foreign, acknowledgement())).toMatchObject(TCP);
    expect(code(list, ...foreign, service, ...foreign, done())).toMatchObject([TCP]);
    expect(code(add, ...foreign)).toBe('EPROTO');
  });
});

describe('an answer that is none', () => {
  test.each([
    ['an acknowledgement alone', get, [acknowledgement()]],
    ['a list of what was not asked for', list, [OLDEST.first('info'), done()]],
    ['another thing than was asked for', get, [OLDEST.first('info'), acknowledgement()]],
    ['a record for a command that has none', add, [OLDEST.first('service tcp'), acknowledgement()]],
    ['another family', get, [plain(99, 0, OLDEST.first('service tcp').subarray(16)), acknowledgement()]],
    ['another family in a list', list, [plain(99, 2, OLDEST.first('service tcp').subarray(16)), done()]],
    ['an errno below zero', add, [refusal(-EEXIST)]],
    ['an errno that no kernel has', add, [refusal(-4096)]],
    ['the least of all numbers', add, [refusal(-(2 ** 31))]],
    ['a list that ends with that', list, [done(-(2 ** 31))]],
    ['a list that ends with an errno below zero', list, [done(-EINVAL)]],
    ['nothing in it', get, [plain(FAMILY_ID, 0), acknowledgement()]],
    ['an acknowledgement without an errno', add, [plain(2, 0)]],
    ['an end without a status', list, [plain(3, 2)]],
    ['an empty datagram', list, [Buffer.alloc(0), done()]],
  ] as [string, Verb<unknown>, Received[]][])('%s', (_, question, answer) => {
    expect(code(question, ...answer)).toBe(PROTOCOL);
  });

  test('a refusal stays one, whatever follows it', () => {
    const words = 'no '.repeat(100);
    const answers = [refusal(EINVAL, words), OLDEST.first('service tcp'), answering(1, acknowledgement())];
    const [error] = exchange([get, add], new Script().answer(...answers)).outcomes;
    expect(error).toMatchObject({ code: 'EINVAL', message: expect.stringContaining(words) });
  });

  test('the first of two is taken', () => {
    const two = [OLDEST.first('service tcp'), OLDEST.first('service udp'), acknowledgement()];
    expect(code(get, ...two)).toMatchObject(TCP);
  });
});

describe('answers that are lost', () => {
  test('the last acknowledgement', () => {
    expect(code(add)).toBe('EPROTO');
    expect(codes(exchange([add, add, add], new Script().answer()).outcomes)).toEqual([
      ...[undefined, undefined],
      'EPROTO',
    ]);
  });

  test('for want of room: what was carried out is not known, but for what was answered', () => {
    const answers = [ENOBUFS, answering(1, refusal(EEXIST))];
    expect(codes(exchange([add, add, add], new Script().answer(...answers)).outcomes)).toEqual([
      ...['ENOBUFS', 'EEXIST', 'ENOBUFS'],
    ]);
    answers.push(answering(2, acknowledgement()));
    expect(codes(exchange([add, add, add], new Script().answer(...answers)).outcomes)).toEqual([
      ...['ENOBUFS', 'EEXIST', undefined],
    ]);
  });

  test('one that did not fit', () => {
    const answers = [EMSGSIZE, answering(1, acknowledgement())];
    expect(codes(exchange([add, add], new Script().answer(...answers)).outcomes)).toEqual([
      'ENOBUFS',
      'ENOBUFS',
    ]);
    expect(code(get, Buffer.alloc(32 * 1024 + 1))).toBe('EMSGSIZE');
  });

  test.each([
    ['for want of room', ENOBUFS, 'ENOBUFS'],
    ['one that did not fit', EMSGSIZE, 'EMSGSIZE'],
    ['the next part', EAGAIN, 'ENOBUFS'],
  ])('of a list: %s', (_, errno, expected) => {
    expect(code(list, OLDEST.first('service tcp'), errno, done())).toBe(expected);
  });

  test('of a list: the next one is read over a new socket', () => {
    const script = new Script()
      .answer(
        OLDEST.first('service tcp'),
        ENOBUFS,
        answering(1, OLDEST.first('service mark')),
        answering(1, done()),
      )
      .answer(OLDEST.first('service udp'), done());
    expect(codes(exchange([list, list], script).outcomes)).toMatchObject([
      'ENOBUFS',
      [{ protocol: 'udp' }],
    ] as object[]);
  });
});

describe('sends that fail', () => {
  test('are the failure of every command in them', () => {
    const script = new Script().fail(ENOMEM).answer(acknowledgement());
    expect(codes(exchange([add, get, verbs.stopDaemon('master')], script).outcomes)).toEqual([
      ...['ENOMEM', 'ENOMEM', 'ENOMEM'],
    ]);
    expect(codeOrValue(list, new Script().fail(ENOMEM))).toBe('ENOMEM');
  });
});

describe('the family has another id, since the module was reloaded', () => {
  test('what was refused is sent again, to that one', () => {
    const script = new Script(28, 30).answer(refusal(ENOENT)).answer(acknowledgement());
    const { sent, outcomes } = exchange([add], script);
    expect(outcomes).toEqual([undefined]);
    expect(families(sent)).toEqual([28, 30]);
  });

  test('of a batch only that is', () => {
    const script = new Script(28, 30)
      .answer(answering(1, refusal(ENOENT)), answering(2, acknowledgement()))
      .answer(acknowledgement());
    const { sent, outcomes } = exchange([add, verbs.deleteService(TCP), verbs.flush()], script);
    expect(outcomes).toEqual([undefined, undefined, undefined]);
    expect(sent.flatMap(decodeAll).map(({ command }) => command)).toEqual([
      ...['NEW_SERVICE', 'DEL_SERVICE', 'FLUSH'],
      'DEL_SERVICE',
    ]);
  });

  test('a list is read again', () => {
    const service = decodeAll(OLDEST.first('service tcp'))[0];
    const script = new Script(28, 30)
      .answer(refusal(ENOENT))
      .answer(plain(30, 2, OLDEST.first('service tcp').subarray(16)), done());
    const { sent, outcomes } = exchange([list], script);
    expect(service?.type).toBe(28);
    expect(outcomes).toMatchObject([[TCP]] as object[]);
    expect(families(sent)).toEqual([28, 30]);
  });

  test('where it has the same id, what is missing is missing', () => {
    const { sent, outcomes } = exchange(
      [add],
      new Script().answer(refusal(ENOENT)).answer(acknowledgement()),
    );
    expect(codes(outcomes)).toEqual(['ENOENT']);
    expect(sent).toHaveLength(1);
  });

  test('where it has none, the module is gone', () => {
    const gone = () => new Script(28, ENOENT).answer(refusal(ENOENT)).answer(refusal(ENOENT));
    for (const question of [
      ...[add, get, list, verbs.destinations(TCP), verbs.table(true), verbs.daemons(), verbs.info()],
      ...[verbs.timeouts(), verbs.flush(), verbs.stopDaemon('master'), patchService(TCP, {})],
      patchDestination(TCP, REAL, { weight: 0 }),
    ]) {
      const { syscall } = question.asked();
      expect([syscall, codeOrValue(question, gone())]).toEqual([syscall, MODULE_MISSING]);
    }
  });

  test('a module that goes between two parts of a list is missing', () => {
    const script = new Script(28, ENOENT).answer(
      OLDEST.first('service tcp'),
      OLDEST.first('service udp'),
      done(),
    );
    expect(codeOrValue(list, script)).toBe(MODULE_MISSING);
  });
});

describe('a daemon that is stopped right after it was started', () => {
  const stop = verbs.stopDaemon('master');
  const [master, backup] = decodeAll(OLDEST.first('daemons')).map((message, n) => ({
    ...message,
    bytes: split(OLDEST.first('daemons'))[n] as Buffer,
  }));

  test.each([
    ['is gone: done', [done()], undefined],
    ['is gone, the other is not: done', [backup?.bytes, done()], undefined],
    ['is still there', [master?.bytes, done()], PROTOCOL],
    ['may be there or not, if the list is refused', [done(EPERM)], 'EPERM'],
  ] as [string, Buffer[], unknown][])('goes unanswered, and %s', (_, daemons, expected) => {
    expect(codeOrValue(stop, new Script().answer().answer(...daemons))).toBe(expected);
  });

  test('among other commands, which are not touched by it', () => {
    const script = new Script()
      .answer(answering(0, refusal(EEXIST)), answering(2, acknowledgement()))
      .answer(done());
    const { outcomes, sent } = exchange([add, stop, verbs.flush()], script);
    expect(codes(outcomes)).toEqual(['EEXIST', undefined, undefined]);
    expect(sent).toHaveLength(2);
  });

  test('needs no look at the list where it is answered', () => {
    expect(exchange([stop], new Script().answer(acknowledgement())).sent).toHaveLength(1);
  });
});

function split(datagram: Buffer): Buffer[] {
  const first = datagram.readUInt32LE(0);
  return [datagram.subarray(0, first), datagram.subarray(first)];
}

describe('a dump that the kernel calls interrupted', () => {
  const service = OLDEST.first('service tcp');
  const interrupted = flagged(DUMP_INTERRUPTED, service);

  test.each([
    ['in a message', [interrupted, done()]],
    ['at its end', [service, flagged(DUMP_INTERRUPTED, done())]],
    ['by its status', [service, done(EINTR)]],
  ])('%s is read again', (_, broken) => {
    const script = new Script()
      .answer(...broken)
      .answer(...broken)
      .answer(OLDEST.first('service udp'), done());
    expect(codeOrValue(list, script)).toMatchObject([{ protocol: 'udp' }]);
  });

  test('every time is an error in the end, and no guess', () => {
    for (const question of [list, verbs.daemons(), verbs.table(true)]) {
      const script = new Script();
      for (let n = 0; n < 20; n++) script.answer(interrupted, done());
      const { outcomes, sent } = exchange([question], script);
      expect(codes(outcomes)).toEqual(['EINTR']);
      expect(sent.length).toBeLessThan(20);
    }
  });
});

describe('a deadline that has passed', () => {
  test('leaves the kernel alone', () => {
    const questions = [list, add, get, verbs.table(true), verbs.daemons(), patchService(TCP, {})];
    const { outcomes, sent } = exchange(questions, new Script().answer(acknowledgement()), -1);
    expect(codes(outcomes)).toEqual(questions.map(() => TIMEOUT));
    expect(sent).toEqual([]);
  });
});

describe('the kernel refuses a list', () => {
  test.each([
    ['by its end', done(EPERM)],
    ['as it refuses a command', refusal(EPERM)],
  ])('%s', (_, answer) => {
    for (const question of [list, verbs.destinations(TCP), verbs.daemons(), verbs.table(true)]) {
      expect(code(question, answer)).toBe('EPERM');
    }
  });

  test('after a part of it', () => {
    expect(code(list, OLDEST.first('service tcp'), done(EPERM))).toBe('EPERM');
  });
});

describe('a service that goes', () => {
  test('while its destinations are listed', () => {
    const script = new Script().answer(done()).answer(...OLDEST.reply('no service'));
    expect(codeOrValue(verbs.destinations(TCP), script)).toBe('ESRCH');
  });

  test('before it is patched', () => {
    expect(codeOrValue(patchService(TCP, {}), OLDEST.script('no service'))).toBe('ESRCH');
  });

  test('while it is patched', () => {
    expect(codeOrValue(patchService(TCP, {}), OLDEST.script('service tcp', 'no service'))).toBe('ESRCH');
  });
});

test('a destination that is not there to be patched is the kernel to say', () => {
  const patch = patchDestination(TCP, { address: '10.9.9.9', port: 9 }, { weight: 0 });
  const script = OLDEST.script('destinations tcp', 'no destination');
  expect(codeOrValue(patch, script)).toBe('ENOENT');
});

test('requests that were withdrawn are not sent', () => {
  const requests = new Requests();
  for (const question of [add, get, add]) question.write(requests);
  requests.withdraw(0, 1);
  requests.withdraw(2, 3);
  const script = new Script().answer(OLDEST.first('service tcp'), acknowledgement());
  const { sent } = replayAddon().replay(bytesOf(requests), script.bytes(), 0);
  expect(sent.flatMap(decodeAll).map(({ command }) => command)).toEqual(['GET_SERVICE']);
});

test('nothing asked, nothing sent', () => {
  expect(exchange([], new Script())).toEqual({ sent: [], outcomes: [] });
  expect(ask(list, new Script().answer(done()))).toEqual([]);
});
