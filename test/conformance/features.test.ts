/** What an old kernel would ignore without a word: it is refused, and what came of it is taken away again. */

import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Verb } from '../../lib/session/verb';
import { patchDestination } from '../../lib/verbs/patches';
import * as verbs from '../verbs';
import { acknowledgement, done, refusal } from './netlink/answers';
import { bytesOf, decodeAll, edit, encode, type Message, without } from './netlink/message';
import { KERNELS, OLDEST } from './recorded';
import { BUILD_TIMEOUT, buildReplay } from './replay/addon';
import { exchange, messagesOf } from './replay/exchange';
import { type Received, Script } from './replay/script';

beforeAll(buildReplay, BUILD_TIMEOUT);

const TCP = { protocol: 'tcp', address: '10.0.0.1', port: 80 } as const;
const REAL = { address: '10.0.0.2', port: 53, forward: 'tunnel' } as const;
const GUE = { ...REAL, tunnel: { type: 'gue', port: 6080 } } as const;
const GUE_CHECKSUM = { ...REAL, tunnel: { type: 'gue', port: 6080, checksum: 'checksum' } } as const;
const GRE = { ...REAL, tunnel: { type: 'gre' } } as const;
const MIXED = { address: 'fd00:50::2', port: 53, forward: 'tunnel' } as const;

const UNSUPPORTED = 'ERR_IPVS_UNSUPPORTED';

const ACK = acknowledgement();
const NONE = done();

/** A destination as the recorded kernels report it, and as those did that were older still. */
const MODERN = decodeAll(OLDEST.first('destinations udp'))[0] as Message;
const BEFORE_5_3 = without(MODERN, 'DEST.TUN_FLAGS');
const BEFORE_5_2 = without(BEFORE_5_3, 'DEST.TUN_TYPE', 'DEST.TUN_PORT');
const BEFORE_3_18 = without(BEFORE_5_2, 'DEST.ADDR_FAMILY');

const DAEMON_OPTIONS = ['SYNC_MAXLEN', 'MCAST_GROUP', 'MCAST_GROUP6', 'MCAST_PORT', 'MCAST_TTL'];
const [MASTER] = decodeAll(OLDEST.first('daemons')) as [Message];
const OLD_MASTER = without(MASTER, ...DAEMON_OPTIONS.map((name) => `DAEMON.${name}`));

function list(...messages: Message[]): Received[] {
  return [...messages.map(encode), NONE];
}

/** The commands sent, and what each question came to: its value, or the code of its error. */
function replay(questions: Verb<unknown>[], ...answers: Received[][]) {
  const script = new Script(OLDEST.family);
  for (const answer of answers) script.answer(...answer);
  const { sent, outcomes } = exchange(questions, script);
  const messages = messagesOf(sent);
  return {
    messages,
    sent: messages.map(({ command }) => command),
    outcomes: outcomes.map((each) => (each instanceof Error ? (each as NodeJS.ErrnoException).code : each)),
  };
}

const add = (spec: Parameters<typeof verbs.addDestination>[1]) => verbs.addDestination(TCP, spec);
const set = (spec: Parameters<typeof verbs.setDestination>[1]) => verbs.setDestination(TCP, spec);

describe('a kernel that does not understand', () => {
  test.each([
    ['GUE, before 5.2', GUE, BEFORE_5_2],
    ['GRE, before 5.2', GRE, BEFORE_5_2],
    ['GRE, before 5.3', GRE, BEFORE_5_3],
    ['checksums of GUE, before 5.3', GUE_CHECKSUM, BEFORE_5_3],
    ['other families, before 3.18', MIXED, BEFORE_3_18],
  ])('%s: what was added is removed', (_, spec, reported) => {
    const { sent, outcomes, messages } = replay([add(spec)], list(), [ACK], list(reported), [ACK]);
    expect(outcomes).toEqual([UNSUPPORTED]);
    expect(sent).toEqual(['GET_DEST', 'NEW_DEST', 'GET_DEST', 'DEL_DEST']);
    const removed = messages[3] as Message;
    expect(bytesOf(removed, 'DEST.ADDR')).toEqual(bytesOf(reported, 'DEST.ADDR')?.subarray(0, 4));
    expect(bytesOf(removed, 'DEST.PORT')).toEqual(bytesOf(reported, 'DEST.PORT'));
    expect(bytesOf(removed, 'SERVICE.ADDR')).toEqual(Buffer.from([10, 0, 0, 1]));
  });

  test('the first four bytes of an IPv6 address: that is what it added, and what is removed', () => {
    const misread = edit(BEFORE_3_18, 'DEST', (all) =>
      all.map((each) =>
        each.name === 'ADDR'
          ? { ...each, value: Buffer.from('fd000050000000000000000000000000', 'hex') }
          : each,
      ),
    );
    const { outcomes, messages } = replay([add(MIXED)], list(), [ACK], list(misread), [ACK]);
    expect(outcomes).toEqual([UNSUPPORTED]);
    expect(bytesOf(messages[3] as Message, 'DEST.ADDR')).toEqual(Buffer.from([0xfd, 0, 0, 0x50]));
  });

  test('is not even asked where another destination shows it', () => {
    for (const question of [add(GUE), set(GUE), add(GRE), add(GUE_CHECKSUM)]) {
      const { sent, outcomes } = replay([question], list(BEFORE_5_2));
      expect(outcomes).toEqual([UNSUPPORTED]);
      expect(sent).toEqual(['GET_DEST']);
    }
  });

  test('is known from then on: the next ones are refused unasked', () => {
    const { sent, outcomes } = replay([add(GUE), set(GRE), add(MIXED), add(GUE_CHECKSUM)], list(BEFORE_3_18));
    expect(outcomes).toEqual([UNSUPPORTED, UNSUPPORTED, UNSUPPORTED, UNSUPPORTED]);
    expect(sent).toEqual(['GET_DEST']);
  });

  test('is still asked for what it does understand', () => {
    const plain = { address: '10.0.0.9', port: 1, forward: 'tunnel', tunnel: { type: 'ipip' } } as const;
    const { sent, outcomes } = replay([add(GUE), add(plain)], list(BEFORE_5_2), [ACK]);
    expect(outcomes).toEqual([UNSUPPORTED, undefined]);
    expect(sent).toEqual(['GET_DEST', 'NEW_DEST']);
  });

  test('GUE of 5.2 has no checksums, and is taken without', () => {
    const { outcomes } = replay([add(GUE), add(GUE_CHECKSUM)], list(BEFORE_5_3), [ACK]);
    expect(outcomes).toEqual([undefined, UNSUPPORTED]);
  });

  test('and does not let it be removed: that is the error', () => {
    const { outcomes } = replay([add(GUE)], list(), [ACK], list(BEFORE_5_2), [refusal(-1)]);
    expect(outcomes).toEqual(['EPERM']);
  });

  test('a patch', () => {
    const old = edit(BEFORE_5_2, 'DEST', (all) =>
      all.map((each) => (each.name === 'FWD_METHOD' ? { ...each, value: Buffer.from([2, 0, 0, 0]) } : each)),
    );
    const patch = patchDestination(TCP, { address: '10.0.0.2', port: 53 }, { tunnel: GUE.tunnel });
    const { sent, outcomes } = replay([patch], list(old));
    expect(outcomes).toEqual([UNSUPPORTED]);
    expect(sent).toEqual(['GET_DEST']);
  });

  test('options of daemons: it is stopped', () => {
    const start = verbs.startDaemon({ role: 'master', interface: 'lo', maxLength: 1000 });
    const { sent, outcomes, messages } = replay([start, start], list(), [ACK], list(OLD_MASTER), [ACK]);
    expect(outcomes).toEqual([UNSUPPORTED, UNSUPPORTED]);
    expect(sent).toEqual(['GET_DAEMON', 'NEW_DAEMON', 'GET_DAEMON', 'DEL_DAEMON']);
    expect(bytesOf(messages[3] as Message, 'DAEMON.STATE')?.readUInt32LE()).toBe(1);
  });

  test('options of daemons: it is stopped though the kernel does not say so', () => {
    const start = verbs.startDaemon({ role: 'master', interface: 'lo', multicast: { ttl: 2 } });
    const { sent, outcomes } = replay([start], list(), [ACK], list(OLD_MASTER), [], list());
    expect(outcomes).toEqual([UNSUPPORTED]);
    expect(sent).toEqual(['GET_DAEMON', 'NEW_DAEMON', 'GET_DAEMON', 'DEL_DAEMON', 'GET_DAEMON']);
  });

  test('options of daemons: it is not started where the other one shows it', () => {
    const start = verbs.startDaemon({ role: 'backup', interface: 'lo', multicast: { port: 9000 } });
    const { sent, outcomes } = replay([start], list(OLD_MASTER));
    expect(outcomes).toEqual([UNSUPPORTED]);
    expect(sent).toEqual(['GET_DAEMON']);
  });
});

describe.each(KERNELS.map((kernel) => [kernel.release, kernel] as const))('Linux %s', (_, kernel) => {
  const modern = decodeAll(kernel.first('destinations udp')).map((message) => ({
    ...message,
    type: OLDEST.family,
  }));

  test('what is not known yet costs two lists, and nothing after that', () => {
    const questions = [add(GUE), set(GUE), add(GRE), add(GUE_CHECKSUM), add(MIXED)];
    const answers = [list(), [ACK], list(...modern), [ACK]];
    const { sent, outcomes } = replay(questions, ...answers);
    expect(sent).toEqual([
      'GET_DEST',
      'NEW_DEST',
      'GET_DEST',
      'SET_DEST',
      'NEW_DEST',
      'NEW_DEST',
      'NEW_DEST',
    ]);
    expect(outcomes.slice(0, 1)).toEqual([undefined]);
  });

  test('where there is a destination it costs one', () => {
    const { sent, outcomes } = replay([add(GUE), set(GUE)], list(...modern), [ACK], [ACK]);
    expect(sent).toEqual(['GET_DEST', 'NEW_DEST', 'SET_DEST']);
    expect(outcomes).toEqual([undefined, undefined]);
  });

  test('a patch teaches it, too', () => {
    const patch = patchDestination(TCP, { address: '10.0.0.2', port: 53 }, { weight: 0 });
    const { sent } = replay([patch, add(GUE)], list(...modern), [ACK], [ACK]);
    expect(sent).toEqual(['GET_DEST', 'SET_DEST', 'NEW_DEST']);
  });

  test('daemons', () => {
    const daemons = decodeAll(kernel.first('daemons')).map((message) => ({
      ...message,
      type: OLDEST.family,
    }));
    const start = (role: 'master' | 'backup') =>
      verbs.startDaemon({ role, interface: 'lo', multicast: { group: 'ff05::99' } });
    const { sent, outcomes } = replay([start('master'), start('backup')], list(), [ACK], list(...daemons), [
      ACK,
    ]);
    expect(sent).toEqual(['GET_DAEMON', 'NEW_DAEMON', 'GET_DAEMON', 'NEW_DAEMON']);
    expect(outcomes).toEqual([undefined, undefined]);
  });
});

describe('finding out', () => {
  test('a refusal by the kernel is what it is, and teaches nothing', () => {
    const { sent, outcomes } = replay([add(GUE), add(GUE)], list(), [refusal(-17)], list(), [refusal(-3)]);
    expect(outcomes).toEqual(['EEXIST', 'ESRCH']);
    expect(sent).toEqual(['GET_DEST', 'NEW_DEST', 'GET_DEST', 'NEW_DEST']);
  });

  test('a list that fails is the failure, and nothing is sent after it', () => {
    const { sent, outcomes } = replay([add(GUE)], [done(-1)]);
    expect(outcomes).toEqual(['EPERM']);
    expect(sent).toEqual(['GET_DEST']);
  });

  test('what is gone before it could be seen stays unknown', () => {
    const { sent, outcomes } = replay(
      [add(GUE), add(GUE)],
      list(),
      [ACK],
      list(),
      list(),
      [ACK],
      list(MODERN),
    );
    expect(outcomes).toEqual([undefined, undefined]);
    expect(sent).toEqual(['GET_DEST', 'NEW_DEST', 'GET_DEST', 'GET_DEST', 'NEW_DEST', 'GET_DEST']);
  });

  test('is not needed for what every kernel knows', () => {
    const plain = { address: '10.0.0.9', port: 1 } as const;
    const start = verbs.startDaemon({ role: 'master', interface: 'lo', syncId: 7 });
    const { sent } = replay([add(plain), start], [ACK]);
    expect(sent).toEqual(['NEW_DEST', 'NEW_DAEMON']);
  });
});
