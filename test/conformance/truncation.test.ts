/** Answers cut off at every byte: what is read is right, or refused as not understood. */

import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Verb } from '../../lib/session/verb';
import * as verbs from '../verbs';
import { acknowledgement, answering, done, refusal, shortened } from './netlink/answers';
import { decodeAll, edit, encode, type Message, split } from './netlink/message';
import { KERNELS, type RecordedKernel } from './recorded';
import { BUILD_TIMEOUT, buildReplay } from './replay/addon';
import { codeOrValue, exchange } from './replay/exchange';
import { type Received, Script } from './replay/script';

beforeAll(buildReplay, BUILD_TIMEOUT);

const TCP = { protocol: 'tcp', address: '10.0.0.1', port: 80 } as const;
const PROTOCOL = 'ERR_IPVS_PROTOCOL';
const HEADER = 16;
/** Where a message's first attribute begins. */
const FIRST = HEADER + 4;

/** What asks for an answer, where one was recorded, its nest, and how it ends. */
const ANSWERS: [name: string, question: Verb<unknown>, recorded: string, nest: string, end: Buffer][] = [
  ['a service', verbs.service(TCP), 'service engine', 'SERVICE', acknowledgement()],
  ['a service of a mark', verbs.service({ fwmark: 7 }), 'service mark', 'SERVICE', acknowledgement()],
  ['a list of services', verbs.services(), 'service ipv6', 'SERVICE', done()],
  ['a list of destinations', verbs.destinations(TCP), 'destinations udp', 'DEST', done()],
  ['a list of daemons', verbs.daemons(), 'daemons', 'DAEMON', done()],
  ['info', verbs.info(), 'info', '', acknowledgement()],
  ['timeouts', verbs.timeouts(), 'timeouts', '', acknowledgement()],
];

/** Each length below that of the whole. */
function lengths(whole: Buffer): number[] {
  return Array.from({ length: whole.length }, (_, length) => length);
}

describe.each(KERNELS.map((kernel) => [kernel.release, kernel] as const))('Linux %s', (_, kernel) => {
  describe.each(ANSWERS)('%s', (_, question, name, nest, end) => {
    const message = () => [...split(kernel.first(name))][0] as Buffer;
    const read = (...answer: Received[]) =>
      codeOrValue(question, new Script(kernel.family).answer(...answer));

    test('cut off, and its header says so', () => {
      const whole = message();
      for (const length of lengths(whole)) {
        expect([length, read(shortened(length, whole), end)]).toEqual([length, PROTOCOL]);
      }
      expect(read(whole, end)).not.toBe(PROTOCOL);
    });

    test('cut off, and its header does not know', () => {
      const whole = message();
      for (const length of lengths(whole).slice(1)) {
        expect([length, read(whole.subarray(0, length), end)]).toEqual([length, PROTOCOL]);
      }
    });

    test('cut off within an attribute, and its nests do not know', () => {
      const whole = distinct(decodeAll(message())[0] as Message);
      for (const at of nestsAtTheEnd(whole, nest)) {
        for (const length of unevenLengths(encode(whole), at)) {
          const cut = shortened(length, encode(whole));
          for (const start of nestsAtTheEnd(whole, nest)) {
            if (start <= at) cut.writeUInt16LE(length - start, start);
          }
          expect([length, read(cut, end)]).toEqual([length, PROTOCOL]);
        }
      }
    });

    test('any attribute of a length that cannot be', () => {
      const whole = message();
      for (let at = FIRST; at + 4 <= whole.length; at += 4) {
        for (const length of [0, 1, 3, 65535]) {
          const broken = Buffer.from(whole);
          broken.writeUInt16LE(length, at);
          // Where it is no length but a value, it is read; reading beyond the message would be seen by a sanitizer.
          expect(() => read(broken, end)).not.toThrow();
        }
      }
    });
  });

  test.each(ANSWERS.filter(([name]) => name.startsWith('a list')))(
    '%s in one datagram, cut off anywhere but behind a message',
    (name, question, recorded, _nest, end) => {
      const whole = manyMessages(kernel, name, recorded);
      const boundaries = new Set<number>([0]);
      for (const each of split(whole)) boundaries.add(each.byteOffset - whole.byteOffset + each.length);
      for (const length of lengths(whole)) {
        if (boundaries.has(length)) continue;
        const script = new Script(kernel.family).answer(whole.subarray(0, length), end);
        expect([length, codeOrValue(question, script)]).toEqual([length, PROTOCOL]);
      }
    },
  );

  test('an acknowledgement', () => {
    for (const whole of [acknowledgement(), refusal(-17), kernel.first('short timeout')]) {
      for (const length of lengths(whole).slice(1)) {
        // A refusal without the header of what it refuses has all that matters only from the errno on.
        for (const answer of [whole.subarray(0, length), shortened(length, whole)]) {
          const value = codeOrValue(verbs.setTimeouts({ tcp: 1 }), new Script(kernel.family).answer(answer));
          if (length < HEADER + 20 || answer.length !== answer.readUInt32LE()) expect(value).toBe(PROTOCOL);
          else expect(['ERANGE', 'EEXIST', undefined]).toContain(value);
        }
      }
    }
  });

  test('the end of a list', () => {
    for (const length of lengths(done()).slice(1)) {
      for (const answer of [done().subarray(0, length), shortened(length, done())]) {
        expect(codeOrValue(verbs.daemons(), new Script(kernel.family).answer(answer))).toBe(PROTOCOL);
      }
    }
  });

  test('a refusal that cannot be read leaves none of the batch taken for done', () => {
    const batch = [verbs.addService(TCP), verbs.addService(TCP), verbs.flush()];
    const script = new Script(kernel.family).answer(
      kernel.first('service exists').subarray(0, 30),
      answering(2, acknowledgement()),
    );
    expect(exchange(batch, script).outcomes).toMatchObject([
      { code: PROTOCOL },
      { code: PROTOCOL },
      undefined,
    ] as object[]);
  });
});

/** A datagram as of a dump, with more than one message in it. */
function manyMessages(kernel: RecordedKernel, name: string, recorded: string): Buffer {
  if (name === 'a list of services') return kernel.first('services');
  if (name === 'a list of destinations') return kernel.first('destinations tcp');
  return kernel.first(recorded);
}

/** The message with 64-bit counters that no 32-bit ones can stand for. */
function distinct(message: Message): Message {
  return ['SERVICE', 'DEST'].reduce(
    (edited, nest) =>
      edit(edited, `${nest}.STATS64`, (all) =>
        all.map((each) => (each.name === 'PAD' ? each : { ...each, value: Buffer.alloc(8, 0x55) })),
      ),
    message,
  );
}

/** Where those nests begin that reach to the end of the message. */
function nestsAtTheEnd(message: Message, nest: string): number[] {
  if (nest === '') return [];
  const whole = encode(message).length;
  const counters = whole - encode(edit(message, nest, (all) => all.slice(0, -1))).length;
  return nest === 'DAEMON' ? [FIRST] : [FIRST, whole - counters];
}

/** The lengths at which something of an attribute is missing; `at` is the nest's beginning. */
function unevenLengths(whole: Buffer, at: number): number[] {
  const uneven: number[] = [];
  for (let start = at + 4; start < whole.length; start += (whole.readUInt16LE(start) + 3) & ~3) {
    for (let length = start + 1; length < start + whole.readUInt16LE(start); length++) uneven.push(length);
  }
  return uneven;
}
