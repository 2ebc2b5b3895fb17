/** What the library sends, against what ipvsadm sends for the same thing. */

import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Verb } from '../../lib/session/verb';
import { patchDestination, patchService } from '../../lib/verbs/patches';
import * as verbs from '../verbs';
import { DIFFERENCES } from './differences';
import { acknowledgement, answering, int } from './netlink/answers';
import { ACK, type Attribute, decodeAll, edit, encode, type Message, show } from './netlink/message';
import { ipvsadm, OLDEST, sentByIpvsadm } from './recorded';
import { BUILD_TIMEOUT, buildReplay } from './replay/addon';
import { exchange, messagesOf } from './replay/exchange';
import { Script } from './replay/script';

beforeAll(buildReplay, BUILD_TIMEOUT);

const WEB = { protocol: 'tcp', address: '10.0.0.1', port: 80 } as const;
const WEB6 = { protocol: 'tcp', address: 'fd00::1', port: 80 } as const;
const MARK = { fwmark: 7 } as const;
const REAL = { address: '10.0.0.2', port: 80 } as const;
const REAL6 = { address: 'fd00::2', port: 80 } as const;
const GUE = { ...REAL, forward: 'tunnel', tunnel: { type: 'gue', port: 6080 } } as const;

/** A table that shows what the kernel reports of destinations, and of daemons. */
const EMPTY = 'no services';
const SHOWS_DESTINATION = OLDEST.script(EMPTY, 'zero', 'destinations udp');
const SHOWS_DAEMON = OLDEST.script('no daemons', 'zero', 'daemons');

interface Case {
  questions: Verb<unknown>[];
  /** Where the library has more to ask once it is answered. */
  script?: Script;
}

const CASES: Record<string, Case> = {
  'add tcp': asks(verbs.addService(WEB)),
  'add sctp': asks(verbs.addService({ protocol: 'sctp', address: '10.0.0.1', port: 9, scheduler: 'wrr' })),
  'add ipv6': asks(verbs.addService({ ...WEB6, scheduler: 'rr' })),
  'add mark': asks(verbs.addService({ ...MARK, scheduler: 'rr' })),
  'add ipv6 mark': asks(verbs.addService({ ...MARK, family: 'ipv6', scheduler: 'rr' })),
  'add one-packet': asks(
    verbs.addService({ protocol: 'udp', address: '10.0.0.1', port: 53, scheduler: 'rr', flags: ['ops'] }),
  ),
  'add persistent': asks(verbs.addService({ ...WEB, scheduler: 'rr', persistence: true })),
  'add every port': asks(
    verbs.addService({ ...WEB, port: 0, scheduler: 'rr', persistence: { timeout: 60 } }),
  ),
  'add persistent by netmask': asks(
    verbs.addService({ ...WEB, scheduler: 'rr', persistence: { timeout: 300, netmask: '255.255.240.0' } }),
  ),
  'add ipv6 persistent by prefix': asks(
    verbs.addService({ ...WEB6, scheduler: 'rr', persistence: { timeout: 300, netmask: 64 } }),
  ),
  'add persistent by engine': asks(
    verbs.addService({
      ...{ protocol: 'udp', address: '10.0.0.1', port: 5060, scheduler: 'rr' },
      persistence: { timeout: 60, engine: 'sip' },
    }),
  ),
  'add sh flags': asks(verbs.addService({ ...WEB, scheduler: 'sh', flags: ['sh-fallback', 'sh-port'] })),
  'add mh flags': asks(verbs.addService({ ...WEB, scheduler: 'mh', flags: ['mh-fallback', 'mh-port'] })),
  'add generic flags': asks(
    verbs.addService({ ...WEB, scheduler: 'rr', flags: ['flag-1', 'flag-2', 'flag-3'] }),
  ),
  set: asks(verbs.setService({ ...WEB, scheduler: 'rr', persistence: { timeout: 60 } })),
  'set ipv6': asks(verbs.setService({ ...WEB6, scheduler: 'rr', persistence: { timeout: 60, netmask: 64 } })),
  delete: asks(verbs.deleteService(WEB)),
  'delete ipv6': asks(verbs.deleteService(WEB6)),
  'delete mark': asks(verbs.deleteService(MARK)),
  'add masq': asks(
    verbs.addDestination(WEB, {
      ...{ address: '10.0.0.2', port: 8080, forward: 'masq' },
      ...{ weight: 5, upperThreshold: 100, lowerThreshold: 50 },
    }),
  ),
  'add droute': asks(verbs.addDestination(WEB, REAL)),
  'add ipip': asks(verbs.addDestination(WEB, { ...REAL, forward: 'tunnel' })),
  'add gue': { ...asks(verbs.addDestination(WEB, GUE)), script: SHOWS_DESTINATION },
  'add gue checksum': {
    ...asks(verbs.addDestination(WEB, { ...GUE, tunnel: { ...GUE.tunnel, checksum: 'checksum' } })),
    script: SHOWS_DESTINATION,
  },
  'add gue remote checksum': {
    ...asks(verbs.addDestination(WEB, { ...GUE, tunnel: { ...GUE.tunnel, checksum: 'remote-checksum' } })),
    script: SHOWS_DESTINATION,
  },
  'add gre checksum': {
    ...asks(
      verbs.addDestination(WEB, {
        ...REAL,
        forward: 'tunnel',
        tunnel: { type: 'gre', checksum: 'checksum' },
      }),
    ),
    script: SHOWS_DESTINATION,
  },
  'add ipv6 destination': asks(verbs.addDestination(WEB6, { ...REAL6, port: 8080, forward: 'masq' })),
  'add other family': {
    ...asks(verbs.addDestination(WEB, { ...REAL6, forward: 'tunnel' })),
    script: SHOWS_DESTINATION,
  },
  'add to mark': asks(verbs.addDestination(MARK, { ...REAL, forward: 'masq' })),
  'set destination': asks(verbs.setDestination(WEB, { ...REAL, forward: 'masq', weight: 0 })),
  'delete destination': asks(verbs.deleteDestination(WEB, REAL)),
  'delete ipv6 destination': asks(verbs.deleteDestination(WEB6, REAL6)),
  flush: asks(verbs.flush()),
  zero: asks(verbs.zero()),
  'zero one': asks(verbs.zero(WEB)),
  'set timeouts': asks(verbs.setTimeouts({ tcp: 900, tcpFin: 120, udp: 300 })),
  'set one timeout': asks(verbs.setTimeouts({ udp: 300 })),
  timeouts: asks(verbs.timeouts()),
  'list one': {
    ...asks(verbs.service(WEB), verbs.destinations(WEB)),
    script: OLDEST.script('service tcp', 'destinations tcp'),
  },
  list: {
    ...asks(verbs.table(true)),
    script: new Script(OLDEST.family)
      .answer(OLDEST.first('service tcp'), ...OLDEST.reply(EMPTY))
      .answer(...OLDEST.reply('destinations tcp')),
  },
  daemons: asks(verbs.daemons()),
  start: asks(verbs.startDaemon({ role: 'master', interface: 'lo' })),
  'start with options': {
    ...asks(
      verbs.startDaemon({
        ...{ role: 'backup', interface: 'lo', syncId: 7, maxLength: 1400 },
        multicast: { group: '224.0.0.99', port: 8850, ttl: 2 },
      }),
    ),
    script: SHOWS_DAEMON,
  },
  'start by ipv6': {
    ...asks(verbs.startDaemon({ role: 'backup', interface: 'lo', multicast: { group: 'ff05::99' } })),
    script: SHOWS_DAEMON,
  },
  stop: { ...asks(verbs.stopDaemon('master')), script: OLDEST.script('daemon stopped') },
  batch: asks(
    verbs.addService({ ...WEB, scheduler: 'rr' }),
    verbs.addDestination(WEB, { ...REAL, forward: 'masq' }),
    verbs.addDestination(WEB, { address: '10.0.0.3', port: 80, forward: 'masq' }),
  ),
};

function asks(...questions: Verb<unknown>[]): Case {
  return { questions };
}

/** Sequence numbers are each socket's own. */
function unnumbered(messages: Message[]): Message[] {
  return messages.map((message) => ({ ...message, sequence: 0 }));
}

function expected(name: string): Message[] {
  const theirs = unnumbered(messagesOf(sentByIpvsadm(name)));
  return DIFFERENCES.reduce((messages, { apply }) => apply(messages), theirs);
}

function expectSame(ours: Message[], theirs: Message[]): void {
  expect(ours.map(show)).toEqual(theirs.map(show));
  expect(ours.map(encode)).toEqual(theirs.map(encode));
}

describe(`what ${ipvsadm.ipvsadm} sends, but for the differences that have a name`, () => {
  test.each(Object.keys(ipvsadm.cases))('%s', (name) => {
    const { questions, script } = CASES[name] as Case;
    const { sent } = exchange(questions, script ?? new Script(ipvsadm.family));
    expectSame(unnumbered(messagesOf(sent)), expected(name));
    // The padding is a part of it, too.
    expect(Buffer.concat(messagesOf(sent).map(encode))).toEqual(Buffer.concat(sent));
  });

  test('every case was recorded, and every recording has its case', () => {
    expect(Object.keys(ipvsadm.cases).sort()).toEqual(Object.keys(CASES).sort());
  });

  test.each(DIFFERENCES.map(({ reason, apply }) => [reason, apply] as const))('%s', (_, apply) => {
    const changed = Object.keys(ipvsadm.cases).filter((name) => {
      const theirs = messagesOf(sentByIpvsadm(name));
      return JSON.stringify(apply(theirs).map(show)) !== JSON.stringify(theirs.map(show));
    });
    expect(changed).not.toEqual([]);
  });
});

test('info asks what ipvsadm asks first', () => {
  const { sent } = exchange([verbs.info()], new Script(ipvsadm.family));
  const [version] = unnumbered(messagesOf(sentByIpvsadm('flush')));
  expectSame(unnumbered(messagesOf(sent)), [{ ...(version as Message), port: 0 }]);
});

test.each([
  ['local', 1],
  ['bypass', 4],
] as const)(
  '%s, for which ipvsadm has no option, differs from direct routing in its number alone',
  (forward, method) => {
    const { sent } = exchange([verbs.addDestination(WEB, { ...REAL, forward })], new Script(ipvsadm.family));
    const change = (attribute: Attribute) =>
      attribute.name === 'FWD_METHOD' ? { ...attribute, value: int(method) } : attribute;
    expectSame(
      unnumbered(messagesOf(sent)),
      expected('add droute').map((message) => edit(message, 'DEST', (all) => all.map(change))),
    );
  },
);

test('a patch sends what ipvsadm sends when it is told the whole', () => {
  const question = patchService(WEB, { scheduler: 'rr', persistence: { timeout: 60 } });
  const { sent } = exchange([question], OLDEST.script('service tcp'));
  expectSame(unnumbered(messagesOf(sent.slice(1))), expected('set'));
});

test('a patch without persistence sends what ipvsadm sends of a service that has none', () => {
  const script = OLDEST.script('service engine');
  const service = { protocol: 'udp', address: '10.0.0.1', port: 5060 } as const;
  const { sent } = exchange([patchService(service, { persistence: false })], script);
  const whole = exchange([verbs.setService({ ...service, scheduler: 'rr' })], new Script(OLDEST.family)).sent;
  expectSame(unnumbered(messagesOf(sent.slice(1))), unnumbered(messagesOf(whole)));
});

test('a patched destination is the one that is there, but for the change', () => {
  const script = OLDEST.script('destinations udp');
  const { sent } = exchange(
    [
      patchDestination(
        { ...WEB, protocol: 'udp', port: 53 },
        { address: '10.0.0.2', port: 53 },
        { weight: 0 },
      ),
    ],
    script,
  );
  const whole = verbs.setDestination(
    { ...WEB, protocol: 'udp', port: 53 },
    { address: '10.0.0.2', port: 53, forward: 'masq', weight: 0 },
  );
  const set = exchange([whole], new Script(OLDEST.family)).sent;
  expectSame(unnumbered(messagesOf(sent.slice(1))), unnumbered(messagesOf(set)));
});

describe('batches', () => {
  test('leave in one send', () => {
    expect(exchange(CASES.batch?.questions ?? [], new Script(ipvsadm.family)).sent).toHaveLength(1);
  });

  test('of more than 128 commands leave 128 at a time, each send with one acknowledgement', () => {
    const many = Array.from({ length: 300 }, (_, n) =>
      verbs.addService({ protocol: 'tcp', address: '10.0.0.1', port: n + 1 }),
    );
    const script = new Script(ipvsadm.family);
    for (const last of [127, 127, 43]) script.answer(answering(last, acknowledgement()));
    const { sent, outcomes } = exchange(many, script);
    const sends = sent.map(decodeAll);
    expect(sends.map(({ length }) => length)).toEqual([128, 128, 44]);
    for (const messages of sends) {
      const acknowledged = messages.filter(({ flags }) => flags & ACK);
      expect(acknowledged).toEqual([messages.at(-1)]);
    }
    expect(outcomes).toEqual(many.map(() => undefined));
  });

  test('count their sequence numbers one by one', () => {
    const { sent } = exchange(CASES.batch?.questions ?? [], new Script(ipvsadm.family));
    const [first, ...others] = messagesOf(sent).map(({ sequence }) => sequence);
    expect(others).toEqual([(first as number) + 1, (first as number) + 2]);
  });

  test('acknowledge every daemon that is stopped, since only its answer may be missing', () => {
    const { sent } = exchange(
      [verbs.stopDaemon('master'), verbs.stopDaemon('backup'), verbs.flush()],
      new Script(ipvsadm.family).answer(),
    );
    const flags = decodeAll(sent[0] as Buffer).map((message) => message.flags & ACK);
    expect(flags).toEqual([ACK, ACK, ACK]);
  });
});
