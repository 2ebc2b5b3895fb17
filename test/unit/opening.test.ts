import { describe, expect, test } from '@jest/globals';
import type { Backend, BackendHandle } from '../../lib/backend/backend';
import { openFailed } from '../../lib/session/open-failure';
import { checkOptions } from '../../lib/session/open-options';
import { openHandle } from '../../lib/session/opening';

describe('options', () => {
  test.each([
    [{}, { netns: undefined, where: 'this network namespace', timeout: 10_000 }],
    [
      { netns: '/run/netns/blue' },
      { netns: '/run/netns/blue', where: 'network namespace /run/netns/blue', timeout: 10_000 },
    ],
    [
      { netns: { pid: 7 } },
      { netns: '/proc/7/ns/net', where: 'the network namespace of process 7', timeout: 10_000 },
    ],
    [
      { netns: { fd: 7 }, timeout: 0 },
      { netns: 7, where: 'the network namespace of descriptor 7', timeout: 0 },
    ],
  ])('%j', (options, opening) => {
    expect(checkOptions(options)).toMatchObject(opening);
  });

  test.each([
    [null, 'options must be an object, got null'],
    [{ netns: null }, 'options.netns must be a path, { pid } or { fd }, got null'],
    [{ netns: 7 }, 'options.netns must be a path, { pid } or { fd }, got 7'],
    [{ backend: {} }, 'options.backend must be a Backend, such as that of a Simulator, got {}'],
    [{ backend: null }, 'options.backend must be a Backend, such as that of a Simulator, got null'],
    [{ netns: '' }, "options.netns must be a path, { pid } or { fd }, got ''"],
    [{ netns: { pid: 1, fd: 1 } }, 'options.netns must be a path, { pid } or { fd }, got { pid: 1, fd: 1 }'],
    [{ netns: { pid: 0 } }, 'options.netns.pid must be an integer from 1 to 2147483647, got 0'],
    [{ timeout: '5s' }, "options.timeout must be an integer from 0 to 2147483647, got '5s'"],
  ])('%j', (options, message) => {
    expect(() => checkOptions(options as never)).toThrow(expect.objectContaining({ message }));
  });
});

test('a process that is gone is called so, and one that may not be looked at is not', () => {
  const forbidden = openFailed([1, 13], checkOptions({ netns: { pid: 7 } }));
  expect(forbidden.message).toBe('open the network namespace of process 7: it may not be read (EACCES)');
  const error = openFailed([1, 2], checkOptions({ netns: { pid: 7 } }));
  expect(error.message).toBe('open the network namespace of process 7: there is no such process (ENOENT)');
});

test.each([
  [
    [1, 2],
    'ENOENT',
    'open network namespace /x: there is none (ip netns list shows those with a name) (ENOENT)',
  ],
  [[1, 1], 'EPERM', 'open network namespace /x: entering another namespace needs CAP_SYS_ADMIN (EPERM)'],
  [[2, 2], 'ERR_IPVS_MODULE_MISSING', expect.stringContaining('modprobe ip_vs')],
  [
    [2, 24],
    'EMFILE',
    expect.stringMatching(/^open: no socket in network namespace \/x: this process has as many files/),
  ],
  [[2, 97], 'EAFNOSUPPORT', expect.stringContaining('RestrictAddressFamilies=')],
  [[1, 11], 'EAGAIN', expect.stringContaining('may start no more threads')],
  [[2, 5], 'EIO', 'open: no socket in network namespace /x (EIO)'],
])('a failure %j is %s', (failure, code, message) => {
  const opening = checkOptions({ netns: '/x' });
  expect(openFailed(failure as [number, number], opening)).toMatchObject({
    name: 'IpvsError',
    code,
    ...(code.startsWith('ERR_') ? {} : { errno: -(failure[1] as number) }),
    message,
  });
});

describe('opening has a deadline', () => {
  function backendThatOpens(opened: Promise<0>): { backend: Backend; handle: { closed: number } } {
    const handle = { closed: 0, open: () => opened, close: () => handle.closed++ };
    return { backend: { createHandle: () => handle as unknown as BackendHandle }, handle };
  }

  test('a handle that opens too late is closed', async () => {
    let open!: (result: 0) => void;
    const { backend, handle } = backendThatOpens(
      new Promise((resolve) => {
        open = resolve;
      }),
    );
    await expect(openHandle(checkOptions({ backend, timeout: 10 }))).rejects.toMatchObject({
      code: 'ERR_IPVS_TIMEOUT',
      syscall: 'open',
      message: expect.not.stringContaining('carried out'),
    });
    expect(handle.closed).toBe(0);
    open(0);
    await new Promise((resolve) => setImmediate(resolve));
    expect(handle.closed).toBe(1);
  });

  test.each([10, 0])('one that opens in time stays open, with a timeout of %d', async (timeout) => {
    const { backend, handle } = backendThatOpens(Promise.resolve(0));
    const before = timers();
    await expect(openHandle(checkOptions({ backend, timeout }))).resolves.toBe(handle);
    expect(handle.closed).toBe(0);
    expect(timers()).toBe(before);
  });

  test('without one it takes its time', async () => {
    const { backend, handle } = backendThatOpens(new Promise((resolve) => setTimeout(resolve, 20, 0)));
    await expect(openHandle(checkOptions({ backend, timeout: 0 }))).resolves.toBe(handle);
  });

  function timers(): number {
    return process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  }
});
