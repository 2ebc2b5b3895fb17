import { availableParallelism } from 'node:os';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { BackendHandle } from '../../lib/backend/backend';
import { ConnectionReadings } from '../../lib/connections/readings';
import type { Connection, ConnectionOptions } from '../../lib/model/connection';
import { FakeReader } from './connection-reader';

function readingsOf(reader: FakeReader): ConnectionReadings {
  return new ConnectionReadings({ connections: () => reader } as unknown as BackendHandle);
}

function streamOf(reader: FakeReader, options: ConnectionOptions = {}) {
  return readingsOf(reader).stream({}, options);
}

async function ports(connections: AsyncIterable<Connection>): Promise<number[]> {
  const all: number[] = [];
  for await (const { client } of connections) all.push(client.port);
  return all;
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

describe('a stream', () => {
  test('hands out every part, and then ends', async () => {
    const reader = new FakeReader([3, 0, 1, 2]);
    const stream = streamOf(reader);
    expect(await ports(stream)).toEqual(upTo(6));
    expect(await stream.next()).toEqual({ value: undefined, done: true });
    expect(reader).toMatchObject({ asked: 4, closed: true });
  });

  test('of an empty table', async () => {
    expect(await ports(streamOf(new FakeReader([])))).toEqual([]);
  });

  test('reads nothing before the first connection is asked for', async () => {
    const reader = new FakeReader([1]);
    const stream = streamOf(reader);
    await setTimeout(5);
    expect(reader.asked).toBe(0);
    await stream.next();
    expect(reader.asked).toBe(1);
  });

  test('reads one part ahead where there is a processor for it, and no more, whoever is slow', async () => {
    const reader = new FakeReader([2, 2, 2, 2]);
    const stream = streamOf(reader);
    const seen: number[] = [];
    for (let i = 0; i < 6; i++) {
      await stream.next();
      await setTimeout(5);
      seen.push(reader.asked);
    }
    const ahead = availableParallelism() > 1 ? 1 : 0;
    expect(seen).toEqual([1, 1, 2, 2, 3, 3].map((parts) => parts + ahead));
    expect(reader.taken).toBe(6);
  });

  test('answers calls that do not wait for one another in order', async () => {
    const reader = new FakeReader([2, 0, 3]);
    const stream = streamOf(reader);
    const steps = await Promise.all(Array.from({ length: 7 }, () => stream.next()));
    expect(steps.map(({ value }) => value?.client.port)).toEqual([1, 2, 3, 4, 5, undefined, undefined]);
    expect(steps.map(({ done }) => done)).toEqual([false, false, false, false, false, true, true]);
  });

  test('fails with what the kernel refused, and is over', async () => {
    const reader = new FakeReader([2, 0], { errno: 13 });
    const stream = streamOf(reader);
    await stream.next();
    await stream.next();
    await expect(stream.next()).rejects.toMatchObject({ code: 'EACCES', syscall: 'connections' });
    expect(await stream.next()).toEqual({ value: undefined, done: true });
    expect(reader.closed).toBe(true);
  });
});

describe('the file is closed at once', () => {
  test('by break', async () => {
    const reader = new FakeReader([5, 5]);
    for await (const { client } of streamOf(reader)) if (client.port === 2) break;
    expect(reader).toMatchObject({ taken: 5, closed: true });
  });

  test('by an error in the loop', async () => {
    const reader = new FakeReader([5, 5]);
    const loop = async () => {
      for await (const _ of streamOf(reader)) throw new Error('enough');
    };
    await expect(loop()).rejects.toThrow('enough');
    expect(reader.closed).toBe(true);
  });

  test('by return, while a part is read', async () => {
    const reader = new FakeReader([5, 5], { hold: true });
    const stream = streamOf(reader);
    const waiting = stream.next();
    expect(await stream.return()).toEqual({ value: undefined, done: true });
    expect(reader.closed).toBe(true);
    expect(await waiting).toEqual({ value: undefined, done: true });
    reader.release();
    expect(await stream.next()).toEqual({ value: undefined, done: true });
  });

  test('by the handle, in a part and while one is read', async () => {
    const reader = new FakeReader([2, 2], { hold: true });
    const readings = readingsOf(reader);
    const [first, second] = [readings.stream({}, {}), readings.stream({}, {})];
    const waiting = first.next();
    reader.release();
    await waiting;
    const other = second.next();
    readings.close();
    expect(reader.closed).toBe(true);
    const closed = { code: 'ERR_IPVS_CLOSED', syscall: 'connections' };
    await expect(other).rejects.toMatchObject(closed);
    await expect(first.next()).rejects.toMatchObject(closed);
    expect(await first.next()).toEqual({ value: undefined, done: true });
    await expect(readings.stream({}, {}).next()).rejects.toMatchObject(closed);
  });

  test('by the handle, in the middle of a synchronous loop', () => {
    const reader = new FakeReader([5]);
    const readings = readingsOf(reader);
    const loop = () => {
      for (const { client } of readings.iterate({})) if (client.port === 2) readings.close();
    };
    expect(loop).toThrow(expect.objectContaining({ code: 'ERR_IPVS_CLOSED' }));
  });

  test('by break from a synchronous loop', () => {
    const reader = new FakeReader([5]);
    for (const _ of readingsOf(reader).iterate({})) break;
    expect(reader.closed).toBe(true);
  });
});

describe('a signal', () => {
  const reason = new Error('not needed any more');
  const aborted = { name: 'AbortError', code: 'ABORT_ERR', cause: reason };

  test('that was aborted before begins nothing', async () => {
    const reader = new FakeReader([1]);
    const stream = streamOf(reader, { signal: AbortSignal.abort(reason) });
    await expect(stream.next()).rejects.toMatchObject(aborted);
    expect(reader.asked).toBe(0);
  });

  test('ends a stream in a part', async () => {
    const reader = new FakeReader([5, 5]);
    const controller = new AbortController();
    const seen: number[] = [];
    const loop = async () => {
      for await (const { client } of streamOf(reader, { signal: controller.signal })) {
        seen.push(client.port);
        if (client.port === 2) controller.abort(reason);
      }
    };
    await expect(loop()).rejects.toMatchObject(aborted);
    expect(seen).toEqual([1, 2]);
    expect(reader.closed).toBe(true);
  });

  test('ends a stream and a count while the pool is at work', async () => {
    const reader = new FakeReader([5], { hold: true });
    const controller = new AbortController();
    const readings = readingsOf(reader);
    const outcomes = Promise.allSettled([
      readings.stream({}, { signal: controller.signal }).next(),
      readings.count(['state'], {}, { signal: controller.signal }),
    ]);
    await setImmediate();
    controller.abort(reason);
    expect(await outcomes).toMatchObject([
      { status: 'rejected', reason: aborted },
      { status: 'rejected', reason: aborted },
    ]);
    expect(reader.closed).toBe(true);
  });

  test('that is aborted later does nothing', async () => {
    const controller = new AbortController();
    const reader = new FakeReader([2]);
    expect(await ports(streamOf(reader, { signal: controller.signal }))).toEqual([1, 2]);
    controller.abort(reason);
    await setImmediate();
  });

  test('must be one', () => {
    const readings = readingsOf(new FakeReader([1]));
    const signal = 'now' as unknown as AbortSignal;
    const refusal = expect.objectContaining({ code: 'ERR_INVALID_ARG_TYPE' });
    expect(() => readings.stream({}, { signal })).toThrow(refusal);
    expect(() => readings.stream({}, null as unknown as ConnectionOptions)).toThrow(refusal);
    expect(() => readings.count([], {}, { signal })).toThrow(refusal);
  });
});

describe('the event loop turns', () => {
  /** How often it did while `work` went on, and the longest time that it did not, in milliseconds. */
  async function turnsDuring(work: () => Promise<unknown>): Promise<{ turns: number; longest: number }> {
    let over = false;
    let turns = 0;
    let longest = 0;
    const watch = async () => {
      for (let before = performance.now(); !over; before = performance.now()) {
        await setImmediate();
        turns++;
        longest = Math.max(longest, performance.now() - before);
      }
    };
    const watching = watch();
    await work();
    over = true;
    await watching;
    return { turns, longest };
  }

  function spin(milliseconds: number): void {
    const end = performance.now() + milliseconds;
    while (performance.now() < end);
  }

  test('though all that the loop awaits is there already', async () => {
    const { turns } = await turnsDuring(async () => {
      for await (const _ of streamOf(new FakeReader([1000]))) spin(0.05);
    });
    // 50 ms in slices of about 1 ms.
    expect(turns).toBeGreaterThan(20);
  });

  test('however long each connection takes', async () => {
    const { turns } = await turnsDuring(async () => {
      for await (const _ of streamOf(new FakeReader([60]))) spin(2);
    });
    // The first few are handed out before the slice knows how long they take.
    expect(turns).toBeGreaterThan(60 - 20);
  });
});
