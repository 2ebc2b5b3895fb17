import { describe, expect, test } from '@jest/globals';
import { checkOptions, inTime, openFailed } from '../../lib/session/open';

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
    expect(checkOptions(options)).toEqual(opening);
  });

  test.each([
    [null, 'options must be an object, got null'],
    [{ netns: '' }, "options.netns must be a path, { pid } or { fd }, got ''"],
    [{ netns: { pid: 1, fd: 1 } }, 'options.netns must be a path, { pid } or { fd }, got { pid: 1, fd: 1 }'],
    [{ netns: { pid: 0 } }, 'options.netns.pid must be an integer from 1 to 2147483647, got 0'],
    [{ timeout: '5s' }, "options.timeout must be an integer from 0 to 2147483647, got '5s'"],
  ])('%j', (options, message) => {
    expect(() => checkOptions(options as never)).toThrow(expect.objectContaining({ message }));
  });
});

test.each([
  [
    [1, 2],
    'ENOENT',
    'open network namespace /x: there is none (ip netns list shows those with a name) (ENOENT)',
  ],
  [[1, 1], 'EPERM', 'open network namespace /x: entering another namespace needs CAP_SYS_ADMIN (EPERM)'],
  [[2, 2], 'ERR_IPVS_MODULE_MISSING', expect.stringContaining('modprobe ip_vs')],
  [[2, 24], 'EMFILE', 'open: no netlink socket in network namespace /x (EMFILE)'],
])('a failure %j is %s', (failure, code, message) => {
  const opening = checkOptions({ netns: '/x' });
  expect(openFailed(failure as [number, number], opening)).toMatchObject({
    name: 'IpvsError',
    code,
    message,
  });
});

test('opening has a deadline', async () => {
  await expect(inTime(new Promise(() => {}), 10)).rejects.toMatchObject({ code: 'ERR_IPVS_TIMEOUT' });
  await expect(inTime(Promise.resolve('open'), 10)).resolves.toBe('open');
  await expect(inTime(Promise.resolve('open'), 0)).resolves.toBe('open');
});
