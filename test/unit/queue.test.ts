/** The queue against a fake of the addon's handle, which records what reaches it and answers when told to. */

import { describe, expect, test } from '@jest/globals';
import type { NativeHandle } from '../../lib/backend/addon';
import { Queue } from '../../lib/session/session';
import * as commands from '../../lib/verbs/commands';
import { Operation, REQUEST, STATUS } from '../../lib/wire/records';
import { Requests } from '../../lib/wire/requests';

const WEB = { protocol: 'tcp', address: '10.0.0.1', port: 80 } as const;

class FakeHandle {
  /** The operations of each exchange. */
  readonly exchanges: number[][] = [];
  closed = 0;
  #answer: ((buffer: ArrayBuffer) => void) | undefined;

  exchange(requests: ArrayBuffer, count: number): Promise<ArrayBuffer> {
    expect(this.#answer).toBeUndefined();
    const operations: number[] = [];
    const bytes = new Uint8Array(requests);
    for (let n = 0; n < count; n++) operations.push(bytes[n * REQUEST.size] as number);
    this.exchanges.push(operations);
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

  close(): void {
    this.closed++;
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function setUp(timeout = 0): { fake: FakeHandle; queue: Queue } {
  const fake = new FakeHandle();
  return { fake, queue: new Queue(fake as unknown as NativeHandle, timeout) };
}

test('what is asked in one turn leaves together, in order', async () => {
  const { fake, queue } = setUp();
  const added = queue.ask(commands.addService(WEB));
  const flushed = queue.ask(commands.flush());
  await turn();
  expect(fake.exchanges).toEqual([[Operation.addService, Operation.flush]]);
  await fake.answer(0, 0);
  await expect(added).resolves.toBeUndefined();
  await expect(flushed).resolves.toBeUndefined();
});

test('what is asked while an exchange is under way waits for it, and leaves together', async () => {
  const { fake, queue } = setUp();
  const first = queue.ask(commands.flush());
  await turn();
  const second = queue.ask(commands.addService(WEB));
  await turn();
  const third = queue.ask(commands.deleteService(WEB));
  await turn();
  expect(fake.exchanges).toEqual([[Operation.flush]]);
  await fake.answer(0);
  await first;
  expect(fake.exchanges).toEqual([[Operation.flush], [Operation.addService, Operation.deleteService]]);
  await fake.answer(0, 0);
  await Promise.all([second, third]);
});

test('a refusal rejects its own request alone', async () => {
  const { fake, queue } = setUp();
  const refused = queue.ask(commands.addService(WEB));
  const accepted = queue.ask(commands.flush());
  const bad = queue.ask(commands.addService({ ...WEB, port: -1 }));
  const outcomes = Promise.allSettled([refused, accepted, bad]);
  await turn();
  await fake.answer(17, 0);
  expect(await outcomes).toMatchObject([
    { status: 'rejected', reason: { code: 'EEXIST', errno: -17, syscall: 'addService', target: WEB } },
    { status: 'fulfilled', value: undefined },
    { status: 'rejected', reason: { code: 'ERR_OUT_OF_RANGE' } },
  ]);
  expect(fake.exchanges).toEqual([[Operation.addService, Operation.flush]]);
});

test('close rejects what waits, lets what is under way end, and is idempotent', async () => {
  const { fake, queue } = setUp();
  const underWay = queue.ask(commands.flush());
  await turn();
  const waiting = queue.ask(commands.addService(WEB));
  const closing = Promise.all([queue.close(), queue.close()]);
  await expect(waiting).rejects.toMatchObject({ code: 'ERR_IPVS_CLOSED', syscall: 'addService' });
  await turn();
  expect(fake.closed).toBe(0);
  await fake.answer(0);
  await expect(underWay).resolves.toBeUndefined();
  await closing;
  expect(fake.closed).toBeGreaterThan(0);
  await expect(queue.ask(commands.flush())).rejects.toMatchObject({
    code: 'ERR_IPVS_CLOSED',
    syscall: 'flush',
  });
});

test('an errand has the kernel to itself, between what was asked before it and what is asked after it', async () => {
  const { fake, queue } = setUp();
  const before = queue.ask(commands.flush());
  const errand = queue.perform({ syscall: 'batch' }, async (exchange) => {
    for (const port of [1, 2]) {
      const requests = new Requests();
      commands.deleteService({ ...WEB, port }).ask(requests);
      await exchange(requests);
    }
    return 'done';
  });
  const after = queue.ask(commands.addService(WEB));
  for (let i = 0; i < 4; i++) {
    await turn();
    await fake.answer(0);
  }
  await expect(Promise.all([before, errand, after])).resolves.toEqual([undefined, 'done', undefined]);
  expect(fake.exchanges).toEqual([
    [Operation.flush],
    [Operation.deleteService],
    [Operation.deleteService],
    [Operation.addService],
  ]);
});

describe('deadlines', () => {
  test('a request whose deadline passes while it waits is not sent', async () => {
    const { fake, queue } = setUp(20);
    const underWay = expectTimeout(queue.ask(commands.flush()));
    await turn();
    const waiting = expectTimeout(queue.ask(commands.addService(WEB)));
    await Promise.all([underWay, waiting]);
    const later = queue.ask(commands.flush());
    await fake.answer(0);
    expect(fake.exchanges).toEqual([[Operation.flush], [Operation.nothing, Operation.flush]]);
    await fake.answer(0, 0);
    await expect(later).resolves.toBeUndefined();
  });

  test('what is answered in time is not disturbed', async () => {
    const { fake, queue } = setUp(20);
    const answered = queue.ask(commands.flush());
    await turn();
    await fake.answer(0);
    await expect(answered).resolves.toBeUndefined();
    await new Promise((resolve) => setTimeout(resolve, 40));
  });

  async function expectTimeout(request: Promise<unknown>): Promise<void> {
    await expect(request).rejects.toMatchObject({ code: 'ERR_IPVS_TIMEOUT' });
  }
});
