import { readdirSync, readlinkSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type ConnectionOptions, Ipvs, IpvsSync } from '../../../lib/index';
import { crowd } from './crowd';
import { NETNS, setTable } from './table';

/** Many parts. */
const SIZE = 5000;

const table = setTable();

beforeAll(() => table.feed(crowd(SIZE)));
// One that ended while the file was being opened closes it a moment later.
beforeEach(() => expectClosed());

/** How many descriptors of the connection table this process has. */
function openTables(): number {
  const links = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return ''; // the folder's own, which is closed by now
    }
  });
  return links.filter((link) => link.endsWith('/net/ip_vs_conn')).length;
}

/** A page of the file may still be under way. */
async function expectClosed(): Promise<void> {
  while (openTables() > 0) await setImmediate();
}

// The synchronous ones first: work that the pool has not begun when it is cancelled opens the file later, for a moment.
test('break from a synchronous loop closes it at once', () => {
  using sync = IpvsSync.open({ netns: NETNS });
  for (const _ of sync.connections()) break;
  expect(openTables()).toBe(0);
});

test('closing a synchronous handle in its own loop', () => {
  const sync = IpvsSync.open({ netns: NETNS });
  const loop = () => {
    for (const _ of sync.connections()) sync.close();
  };
  expect(loop).toThrow(expect.objectContaining({ code: 'ERR_IPVS_CLOSED' }));
  expect(openTables()).toBe(0);
});

test('a reading that was never begun opens nothing', () => {
  table.ipvs.connections();
  expect(openTables()).toBe(0);
});

test('the file is open while it is read, and closed at its end', async () => {
  let count = 0;
  for await (const _ of table.ipvs.connections()) if (++count === 10) expect(openTables()).toBe(1);
  expect(count).toBe(SIZE);
  expect(openTables()).toBe(0);
});

test('break, return and throw close it', async () => {
  for await (const _ of table.ipvs.connections()) break;
  await expectClosed();

  const first = async () => {
    for await (const { client } of table.ipvs.connections()) return client;
    return undefined;
  };
  expect(await first()).toBeDefined();
  await expectClosed();

  const failing = async () => {
    for await (const _ of table.ipvs.connections()) throw new Error('enough');
  };
  await expect(failing()).rejects.toThrow('enough');
  await expectClosed();
});

test('an aborted signal ends a stream', async () => {
  const controller = new AbortController();
  const reason = new Error('not needed any more');
  let count = 0;
  const loop = async () => {
    for await (const _ of table.ipvs.connections({}, { signal: controller.signal })) {
      if (++count === 10) controller.abort(reason);
    }
  };
  await expect(loop()).rejects.toMatchObject({ name: 'AbortError', code: 'ABORT_ERR', cause: reason });
  expect(count).toBe(10);
  await expectClosed();
});

/** So many that the last is not done when the first is under way. Resolves with what came of the last. */
async function outcomeOfCounts(ipvs: Ipvs, options: ConnectionOptions, interrupt: () => unknown) {
  const counts = Array.from({ length: 10 }, () => ipvs.countConnections(['state'], {}, options));
  const outcomes = Promise.allSettled(counts);
  while (openTables() === 0) await setImmediate();
  await interrupt();
  return (await outcomes).at(-1);
}

test('an aborted signal ends counts that are under way', async () => {
  const controller = new AbortController();
  const { signal } = controller;
  expect(await outcomeOfCounts(table.ipvs, { signal }, () => controller.abort())).toMatchObject({
    status: 'rejected',
    reason: { name: 'AbortError', cause: signal.reason },
  });
  await expectClosed();
});

test('a timeout is a signal, too', async () => {
  const stream = table.ipvs.connections({}, { signal: AbortSignal.timeout(1) });
  const loop = async () => {
    for await (const _ of stream) await setImmediate();
  };
  await expect(loop()).rejects.toMatchObject({
    code: 'ABORT_ERR',
    cause: expect.objectContaining({ name: 'TimeoutError' }),
  });
  await expectClosed();
});

test('closing the handle ends what is under way', async () => {
  const ipvs = await Ipvs.open({ netns: NETNS });
  const loop = (async () => {
    for await (const _ of ipvs.connections()) await setImmediate();
  })();
  const closed = { code: 'ERR_IPVS_CLOSED' };
  const loopEnds = expect(loop).rejects.toMatchObject({ ...closed, syscall: 'connections' });
  expect(await outcomeOfCounts(ipvs, {}, () => ipvs.close())).toMatchObject({
    status: 'rejected',
    reason: { ...closed, syscall: 'countConnections' },
  });
  await loopEnds;
  await expectClosed();
  await expect(ipvs.countConnections([])).rejects.toMatchObject(closed);
});
