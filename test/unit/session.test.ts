/** The session against a fake of a backend's handle, which records what reaches it and answers when told to. */

import { getEventListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { BackendHandle } from '../../lib/backend/backend';
import { findClock } from '../../lib/session/clock';
import { Session } from '../../lib/session/session';
import type { Verb } from '../../lib/session/verb';
import { Operation, REQUEST, STATUS } from '../../lib/wire/records';
import { Requests } from '../../lib/wire/requests';
import * as verbs from '../verbs';

const WEB = { protocol: 'tcp', address: '10.0.0.1', port: 80 } as const;

class FakeHandle {
  /** The operations of each exchange. */
  readonly exchanges: number[][] = [];
  closed = 0;
  /** What `silence` says; by default, that nothing was heard since the exchange began. */
  heard: (() => number) | undefined;
  #began = 0;
  #answer: ((buffer: ArrayBuffer) => void) | undefined;

  exchange(requests: ArrayBuffer, count: number): Promise<ArrayBuffer> {
    expect(this.#answer).toBeUndefined();
    const operations: number[] = [];
    const bytes = new Uint8Array(requests);
    for (let n = 0; n < count; n++) operations.push(bytes[n * REQUEST.size] as number);
    this.exchanges.push(operations);
    this.#began = performance.now();
    return new Promise((resolve) => {
      this.#answer = resolve;
    });
  }

  /** Answers the exchange under way; each status is 0 or an errno. */
  async answer(...statuses: number[]): Promise<void> {
    const buffer = new ArrayBuffer(statuses.length * STATUS.size);
    const view = new DataView(buffer);
    for (const [index, status] of statuses.entries()) view.setInt32(index * STATUS.size, status, true);
    const resolve = this.#answer;
    this.#answer = undefined;
    resolve?.(buffer);
    await turn();
  }

  silence(): number {
    return this.heard?.() ?? performance.now() - this.#began;
  }

  close(): void {
    this.closed++;
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function setUp(timeout = 0): { fake: FakeHandle; session: Session } {
  const fake = new FakeHandle();
  return { fake, session: new Session(fake as unknown as BackendHandle, timeout) };
}

test('what is asked in one turn leaves together, in order', async () => {
  const { fake, session } = setUp();
  const added = session.ask(verbs.addService(WEB));
  const flushed = session.ask(verbs.flush());
  await turn();
  expect(fake.exchanges).toEqual([[Operation.addService, Operation.flush]]);
  await fake.answer(0, 0);
  await expect(added).resolves.toBeUndefined();
  await expect(flushed).resolves.toBeUndefined();
});

test('what is asked while an exchange is under way waits for it, and leaves together', async () => {
  const { fake, session } = setUp();
  const first = session.ask(verbs.flush());
  await turn();
  const second = session.ask(verbs.addService(WEB));
  await turn();
  const third = session.ask(verbs.deleteService(WEB));
  await turn();
  expect(fake.exchanges).toEqual([[Operation.flush]]);
  await fake.answer(0);
  await first;
  expect(fake.exchanges).toEqual([[Operation.flush], [Operation.addService, Operation.deleteService]]);
  await fake.answer(0, 0);
  await Promise.all([second, third]);
});

test('a refusal rejects its own request alone', async () => {
  const { fake, session } = setUp();
  const refused = session.ask(verbs.addService(WEB));
  const accepted = session.ask(verbs.flush());
  expect(() => session.ask(verbs.addService({ ...WEB, port: -1 }))).toThrow(RangeError);
  const outcomes = Promise.allSettled([refused, accepted]);
  await turn();
  await fake.answer(17, 0);
  expect(await outcomes).toMatchObject([
    { status: 'rejected', reason: { code: 'EEXIST', errno: -17, syscall: 'addService', target: WEB } },
    { status: 'fulfilled', value: undefined },
  ]);
  expect(fake.exchanges).toEqual([[Operation.addService, Operation.flush]]);
});

test('a long answer is read in steps, between which the event loop turns', async () => {
  const { fake, session } = setUp();
  let turns = 0;
  function* steps(): Generator<void, number> {
    for (let n = 0; n < 10; n++) {
      setImmediate(() => turns++);
      const end = performance.now() + 3;
      while (performance.now() < end);
      yield;
    }
    return turns;
  }
  const listed = session.ask({ ...verbs.services(), steps } as unknown as Verb<number>);
  await turn();
  await fake.answer(0);
  expect(await listed).toBeGreaterThanOrEqual(8);
});

test('close rejects what waits, lets what is under way end, and is idempotent', async () => {
  const { fake, session } = setUp();
  const underWay = session.ask(verbs.flush());
  await turn();
  const waiting = session.ask(verbs.addService(WEB));
  const closing = Promise.all([session.close(), session.close()]);
  await expect(waiting).rejects.toMatchObject({ code: 'ERR_IPVS_CLOSED', syscall: 'addService' });
  await turn();
  expect(fake.closed).toBe(0);
  await fake.answer(0);
  await expect(underWay).resolves.toBeUndefined();
  await closing;
  expect(fake.closed).toBeGreaterThan(0);
  await expect(session.ask(verbs.flush())).rejects.toMatchObject({
    code: 'ERR_IPVS_CLOSED',
    syscall: 'flush',
  });
});

test('a series of exchanges has the kernel to itself, between what was asked before it and what is asked after it', async () => {
  const { fake, session } = setUp();
  const before = session.ask(verbs.flush());
  const series = session.perform({ syscall: 'batch' }, async (send) => {
    for (const port of [1, 2]) {
      const requests = new Requests();
      verbs.deleteService({ ...WEB, port }).write(requests);
      await send(requests);
    }
    return 'done';
  });
  const after = session.ask(verbs.addService(WEB));
  for (let i = 0; i < 4; i++) {
    await turn();
    await fake.answer(0);
  }
  await expect(Promise.all([before, series, after])).resolves.toEqual([undefined, 'done', undefined]);
  expect(fake.exchanges).toEqual([
    [Operation.flush],
    [Operation.deleteService],
    [Operation.deleteService],
    [Operation.addService],
  ]);
});

describe('deadlines', () => {
  // Time passes when the test says so: a busy machine would let deadlines pass that should not.
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'queueMicrotask'] });
    findClock();
  });
  afterEach(() => {
    jest.useRealTimers();
    findClock();
  });

  test('a request whose deadline passes while it waits is not sent', async () => {
    const { fake, session } = setUp(20);
    const underWay = expectTimeout(session.ask(verbs.flush()));
    await turn();
    const waiting = expectTimeout(session.ask(verbs.addService(WEB)));
    await pass(20);
    await Promise.all([underWay, waiting]);
    const later = session.ask(verbs.flush());
    await fake.answer(0);
    expect(fake.exchanges).toEqual([[Operation.flush], [Operation.nothing, Operation.flush]]);
    await fake.answer(0, 0);
    await expect(later).resolves.toBeUndefined();
  });

  test('what is answered in time is not disturbed', async () => {
    const { fake, session } = setUp(20);
    const answered = session.ask(verbs.flush());
    await turn();
    await fake.answer(0);
    await expect(answered).resolves.toBeUndefined();
    await pass(40);
  });

  test('records that have left are not touched, since they may be read on another thread', async () => {
    const { fake, session } = setUp(20);
    let sent: Uint8Array | undefined;
    const exchange = fake.exchange.bind(fake);
    fake.exchange = (requests, count) => {
      sent ??= new Uint8Array(requests);
      return exchange(requests, count);
    };
    const late = expectTimeout(session.ask(verbs.flush()));
    await pass(20);
    await late;
    expect(sent?.[0]).toBe(Operation.flush);
    await fake.answer(0);
  });

  test('a list that progresses goes on, and is late when it does not any more', async () => {
    const { fake, session } = setUp(40);
    let progresses = true;
    let last = performance.now();
    fake.heard = () => {
      if (progresses) last = performance.now() - 1;
      return performance.now() - last;
    };
    const listing = session.ask(verbs.services());
    const outcome = expectTimeout(listing);
    let settled = false;
    listing.catch(() => {
      settled = true;
    });
    await pass(160);
    expect(settled).toBe(false);
    progresses = false;
    await pass(80);
    await outcome;
    await fake.answer(0);
  });

  test('the answers of a series count for what waits behind it', async () => {
    const { fake, session } = setUp(60);
    const series = session.perform({ syscall: 'batch' }, async (send) => {
      for (let n = 0; n < 6; n++) await send(oneRequest());
      return 'done';
    });
    await turn();
    const behind = session.ask(verbs.flush());
    for (let n = 0; n < 6; n++) {
      await pass(25);
      await fake.answer(0);
    }
    await expect(series).resolves.toBe('done');
    await fake.answer(0);
    await expect(behind).resolves.toBeUndefined();
  });

  test('each is late by its own deadline: those that wait to be sent together, and series', async () => {
    const { fake, session } = setUp(40);
    const late: string[] = [];
    const expectLate = (name: string, request: Promise<unknown>) =>
      expectTimeout(request).then(() => late.push(name));
    const silent = () => session.perform({ syscall: 'batch' }, (send) => send(oneRequest()));
    const all = [expectLate('under way', session.ask(verbs.flush()))];
    await turn();
    all.push(expectLate('waits', session.ask(verbs.flush())));
    await pass(10);
    all.push(expectLate('waits with it', session.ask(verbs.flush())));
    await pass(10);
    all.push(expectLate('series', silent()));
    await pass(10);
    all.push(expectLate('next series', silent()));
    expect(jest.getTimerCount()).toBe(1);
    for (const expected of [['under way', 'waits'], ['waits with it'], ['series'], ['next series']]) {
      await pass(9);
      expect(late.splice(0)).toEqual([]);
      await pass(1);
      expect(late.splice(0)).toEqual(expected);
    }
    await Promise.all(all);
    expect(jest.getTimerCount()).toBe(0);
    await fake.answer(0);
  });

  test('a series whose deadline has passed sends nothing more', async () => {
    const { fake, session } = setUp(20);
    const series = session.perform({ syscall: 'batch' }, async (send) => {
      for (let n = 0; n < 3; n++) await send(oneRequest());
    });
    const late = expectTimeout(series);
    await pass(20);
    await late;
    await fake.answer(0);
    await turn();
    expect(fake.exchanges).toHaveLength(1);
  });

  test('a reading that is late changed nothing, and says so; a change may have been carried out', async () => {
    const { fake, session } = setUp(10);
    const reading = session.ask(verbs.services()).catch((error: Error) => error.message);
    const change = session.ask(verbs.flush()).catch((error: Error) => error.message);
    await pass(10);
    expect(await reading).toContain('nothing was changed');
    expect(await change).toContain('whether it was carried out is not known');
    await fake.answer(0, 0);
  });

  async function pass(milliseconds: number): Promise<void> {
    await turn();
    await jest.advanceTimersByTimeAsync(milliseconds);
  }

  async function expectTimeout(request: Promise<unknown>): Promise<void> {
    await expect(request).rejects.toMatchObject({ code: 'ERR_IPVS_TIMEOUT' });
  }
});

describe('signals', () => {
  test('what has not left yet is not sent', async () => {
    const { fake, session } = setUp();
    const underWay = session.ask(verbs.flush());
    await turn();
    const abort = new AbortController();
    const table = session.askAlone(verbs.table(true), abort.signal);
    abort.abort('enough');
    await expect(table).rejects.toMatchObject({ name: 'AbortError', code: 'ABORT_ERR', cause: 'enough' });
    await fake.answer(0);
    await underWay;
    expect(fake.exchanges).toEqual([[Operation.flush], [Operation.nothing]]);
    await fake.answer(0);
  });

  test('a series sends nothing more', async () => {
    const { fake, session } = setUp();
    const abort = new AbortController();
    const series = session.perform(
      { syscall: 'batch' },
      async (send) => {
        for (let n = 0; n < 3; n++) await send(oneRequest());
      },
      abort.signal,
    );
    await turn();
    abort.abort();
    await expect(series).rejects.toMatchObject({ name: 'AbortError' });
    await fake.answer(0);
    await turn();
    expect(fake.exchanges).toHaveLength(1);
  });

  test('a signal that lives on is forgotten with the answer', async () => {
    const { fake, session } = setUp();
    const { signal } = new AbortController();
    const listed = session.askAlone(verbs.flush(), signal);
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await turn();
    await fake.answer(0);
    await listed;
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });

  test('a closed session answers nothing', async () => {
    const { fake, session } = setUp();
    await session.close();
    const { signal } = new AbortController();
    await expect(session.askAlone(verbs.flush(), signal)).rejects.toMatchObject({ code: 'ERR_IPVS_CLOSED' });
    expect(fake.exchanges).toEqual([]);
  });

  test('a signal that is aborted already ends it before it is sent', async () => {
    const { session } = setUp();
    const series = session.perform({ syscall: 'batch' }, async () => 'done', AbortSignal.abort());
    await expect(series).rejects.toMatchObject({ name: 'AbortError' });
  });
});

test('a backend that fails rejects what was asked of it, and what is asked next is tried anew', async () => {
  const { fake, session } = setUp();
  const works = fake.exchange.bind(fake);
  fake.exchange = () => Promise.reject(new Error('broken'));
  await expect(session.ask(verbs.flush())).rejects.toThrow('broken');
  fake.exchange = works;
  const next = session.ask(verbs.flush());
  await turn();
  await fake.answer(0);
  await expect(next).resolves.toBeUndefined();
});

function oneRequest(): Requests {
  const requests = new Requests();
  verbs.flush().write(requests);
  return requests;
}
