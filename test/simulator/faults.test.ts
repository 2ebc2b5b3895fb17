/** What goes wrong on purpose, and what a program that uses the library sees of it. */

import { afterEach, describe, expect, jest, test } from '@jest/globals';
import { type Command, Ipvs } from '../../lib/index';
import { Simulator } from '../../lib/simulator';

const WEB = { protocol: 'tcp', address: '192.0.2.1', port: 80 } as const;
const ONE = { address: '10.0.0.1', port: 8080 } as const;

afterEach(() => {
  jest.useRealTimers();
});

test('so many requests of a verb are refused, and not carried out', async () => {
  const simulator = new Simulator();
  await using ipvs = await simulator.open();
  simulator.fail({ syscall: 'addService', times: 2, errno: 'ENOMEM' });
  for (let n = 0; n < 2; n++) {
    await expect(ipvs.addService(WEB)).rejects.toMatchObject({
      name: 'IpvsError',
      code: 'ENOMEM',
      errno: -12,
      syscall: 'addService',
      message: expect.stringMatching(/^addService tcp 192.0.2.1:80: memory ran out: .* \(ENOMEM\)\.$/),
    });
  }
  expect(await ipvs.services()).toEqual([]);
  await ipvs.addService(WEB);
  expect(await ipvs.services()).toHaveLength(1);
});

test('any request is refused until the fault is taken back', async () => {
  const simulator = new Simulator();
  await using ipvs = await simulator.open();
  const fault = simulator.fail({ errno: 'EPERM' });
  await expect(ipvs.table()).rejects.toMatchObject({ code: 'EPERM' });
  await expect(ipvs.flush()).rejects.toMatchObject({ code: 'EPERM' });
  await expect(simulator.open()).rejects.toMatchObject({ code: 'EPERM', syscall: 'open' });
  fault.restore();
  expect(await ipvs.table()).toEqual([]);
  fault.restore();
});

test('commands of a batch go by their own names', async () => {
  const simulator = new Simulator();
  await using ipvs = await simulator.open();
  simulator.fail({ syscall: 'addDestination', times: 1, errno: 'ENOMEM' });
  const { applied, failures } = await ipvs.batch(
    [
      { op: 'addService', service: WEB },
      { op: 'addDestination', service: WEB, destination: ONE },
      { op: 'addDestination', service: WEB, destination: ONE },
    ],
    { throwOnFailure: false },
  );
  expect(applied).toBe(2);
  expect(failures).toMatchObject([{ index: 1, error: { code: 'ENOMEM' } }]);
});

test('a lost answer: the command was carried out, and nobody knows', async () => {
  const simulator = new Simulator();
  await using ipvs = await simulator.open();
  simulator.fail({ syscall: 'addService', times: 1, errno: 'ENOBUFS' });
  await expect(ipvs.addService(WEB)).rejects.toMatchObject({
    code: 'ENOBUFS',
    message: expect.stringContaining('whether this was carried out is not known'),
  });
  expect(await ipvs.services()).toMatchObject([WEB]);
});

test('a module that is gone and comes back', async () => {
  const simulator = new Simulator();
  await using ipvs = await simulator.open();
  const gone = simulator.fail({ errno: 'ERR_IPVS_MODULE_MISSING' });
  await expect(ipvs.table()).rejects.toMatchObject({ code: 'ERR_IPVS_MODULE_MISSING', syscall: 'table' });
  await expect(simulator.open()).rejects.toMatchObject({ code: 'ERR_IPVS_MODULE_MISSING', syscall: 'open' });
  await expect(ipvs.connections()[Symbol.asyncIterator]().next()).rejects.toMatchObject({
    code: 'ERR_IPVS_MODULE_MISSING',
  });
  await expect(ipvs.countConnections([])).rejects.toMatchObject({ code: 'ERR_IPVS_MODULE_MISSING' });
  gone.restore();
  expect(await ipvs.table()).toEqual([]);
  expect(await ipvs.countConnections([])).toEqual([{ count: 0 }]);
});

describe('a delay', () => {
  test('that is within the deadline is only one', async () => {
    jest.useFakeTimers();
    const simulator = new Simulator();
    await using ipvs = await simulator.open({ timeout: 1000 });
    simulator.fail({ syscall: 'addService', times: 1, delay: 999 });
    const added = ipvs.addService(WEB);
    await jest.advanceTimersByTimeAsync(999);
    await added;
    expect(await ipvs.services()).toHaveLength(1);
  });

  test('beyond it rejects, also what waits behind; the command is carried out late', async () => {
    jest.useFakeTimers();
    const simulator = new Simulator();
    const ipvs = await simulator.open({ timeout: 1000 });
    simulator.fail({ syscall: 'addService', times: 1, delay: 5000 });
    const outcomes = Promise.allSettled([ipvs.addService(WEB), ipvs.flush()]);
    await jest.advanceTimersByTimeAsync(1000);
    const late = { status: 'rejected', reason: { code: 'ERR_IPVS_TIMEOUT' } };
    expect(await outcomes).toMatchObject([late, late]);
    using other = simulator.openSync();
    expect(other.services()).toEqual([]);
    await jest.advanceTimersByTimeAsync(4000);
    // The flush left together with it.
    expect(other.services()).toEqual([]);
    await ipvs.addService(WEB);
    expect(other.services()).toHaveLength(1);
    await ipvs.close();
  });

  test('beyond it ends a batch: what is under way is carried out late, its next slices are not sent', async () => {
    jest.useFakeTimers();
    const simulator = new Simulator();
    await using ipvs = await simulator.open({ timeout: 1000 });
    simulator.fail({ syscall: 'addService', times: 1, delay: 5000 });
    const commands = Array.from(
      { length: 5000 },
      (_, n): Command => ({
        op: 'addService',
        service: { ...WEB, port: n + 1 },
      }),
    );
    const outcome = expect(ipvs.batch(commands)).rejects.toMatchObject({
      code: 'ERR_IPVS_TIMEOUT',
      syscall: 'batch',
    });
    await jest.advanceTimersByTimeAsync(1000);
    await outcome;
    await jest.advanceTimersByTimeAsync(10_000);
    jest.useRealTimers();
    expect(await ipvs.services()).toHaveLength(4096);
  });

  test("on the caller's thread ends at the deadline", () => {
    const simulator = new Simulator();
    using ipvs = simulator.openSync({ timeout: 20 });
    simulator.fail({ syscall: 'addService', times: 1, delay: 60_000 });
    const began = performance.now();
    expect(() => ipvs.addService(WEB)).toThrow(expect.objectContaining({ code: 'ERR_IPVS_TIMEOUT' }));
    const took = performance.now() - began;
    expect(took).toBeGreaterThan(15);
    expect(took).toBeLessThan(10_000);
    simulator.fail({ syscall: 'deleteService', times: 1, delay: 5 });
    ipvs.deleteService(WEB);
  });

  test('of opening', async () => {
    const simulator = new Simulator();
    simulator.fail({ syscall: 'open', times: 1, delay: 60_000 });
    jest.useFakeTimers();
    const opening = expect(Ipvs.open({ backend: simulator.backend, timeout: 100 })).rejects.toMatchObject({
      code: 'ERR_IPVS_TIMEOUT',
    });
    await jest.advanceTimersByTimeAsync(60_000);
    await opening;
  });
});

test('a table that changes while it is read: what is gone is left out, what is new is not there yet', async () => {
  const simulator = new Simulator();
  await using ipvs = await simulator.open();
  using other = simulator.openSync();
  const GONE = { ...WEB, port: 81 };
  for (const service of [WEB, GONE]) await ipvs.addService(service);
  simulator.fail({
    syscall: 'table',
    times: 1,
    meanwhile() {
      other.deleteService(GONE);
      other.addService({ ...WEB, port: 82 });
      other.addDestination(WEB, ONE);
    },
  });
  expect(await ipvs.table()).toMatchObject([{ ...WEB, destinations: [ONE] }]);
  expect(await ipvs.services()).toHaveLength(2);
});

test('before another request is carried out, somebody else may come', async () => {
  const simulator = new Simulator();
  await using ipvs = await simulator.open();
  using other = simulator.openSync();
  simulator.fail({ syscall: 'addService', times: 1, meanwhile: () => other.addService(WEB) });
  await expect(ipvs.addService(WEB)).rejects.toMatchObject({ code: 'EEXIST' });
});

test('the fault that was planned first is met first', () => {
  const simulator = new Simulator();
  using ipvs = simulator.openSync();
  for (const errno of ['ENOMEM', 'EPERM']) simulator.fail({ times: 1, errno });
  for (const code of ['ENOMEM', 'EPERM']) {
    expect(() => ipvs.flush()).toThrow(expect.objectContaining({ code }));
  }
  ipvs.flush();
});

test.each<[object, string]>([
  [
    { errno: 'ENONSENSE' },
    "what.errno must be the name of a Linux errno, such as 'ENOMEM', or ERR_IPVS_MODULE_MISSING, got 'ENONSENSE'",
  ],
  [{ syscall: 'addServices' }, 'what.syscall must be one of addService, '],
  [{ times: 0 }, 'what.times must be an integer from 1 to 2147483647, got 0'],
  [{ delay: -1 }, 'what.delay must be an integer from 0 to 2147483647, got -1'],
  [{ meanwhile: 1 }, 'what.meanwhile must be a function, got 1'],
  [{ erno: 'EPERM' }, "what.erno is not a known field (got 'EPERM'): did you mean errno?"],
])('%j is no fault', (what, message) => {
  expect(() => new Simulator().fail(what)).toThrow(message);
});
