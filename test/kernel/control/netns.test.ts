import { closeSync, openSync, readdirSync, readlinkSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RemoteHost } from '../../../lab/host';
import { type Connection, Ipvs, IpvsSync, type OpenOptions } from '../../../lib/index';
import type { Handle } from '../verbs/handles';
import { Namespace } from './namespace';
import { Shell } from './shell';

const NAME = 'lvs-blue';
/** A virtual service on the loopback interface, and its real server. */
const VIRTUAL = { protocol: 'udp', address: '127.0.0.1', port: 5491 } as const;
const REAL = { address: '127.0.0.1', port: 5490, forward: 'masq' } as const;

let blue: Namespace;
let shell: Shell;
let host: RemoteHost;
let descriptor: number;
beforeAll(async () => {
  blue = await Namespace.make(NAME, ['link set lo up']);
  shell = new Shell(NAME);
  host = new RemoteHost(NAME, NAME);
  host.start();
  descriptor = openSync(blue.path, 'r');
  await host.do('serveUdp', { name: 'blue', port: REAL.port, family: 'ipv4' });
  await using ipvs = await Ipvs.open({ netns: blue.path });
  await ipvs.addService(VIRTUAL);
  await ipvs.addDestination(VIRTUAL, REAL);
  expect(await host.do('ask', VIRTUAL)).toMatchObject({ server: 'blue' });
  // The kernel brings its counters up to date every 2 s.
  while ((await ipvs.stats()).packetsOut === 0n) await setTimeout(100);
});
afterAll(async () => {
  closeSync(descriptor);
  await host[Symbol.asyncDispose]();
  await shell[Symbol.asyncDispose]();
  await blue[Symbol.asyncDispose]();
});

const WAYS: [string, () => OpenOptions['netns']][] = [
  ['path', () => blue.path],
  ['process', () => ({ pid: shell.pid })],
  ['descriptor', () => ({ fd: descriptor })],
];
const OPEN: [string, (options?: OpenOptions) => Handle | Promise<Handle>][] = [
  ['Ipvs', (options) => Ipvs.open(options)],
  ['IpvsSync', (options) => IpvsSync.open(options)],
];

async function listed(ipvs: Handle): Promise<Connection[]> {
  const connections = [];
  for await (const connection of ipvs.connections({ virtual: { port: VIRTUAL.port } })) {
    connections.push(connection);
  }
  return connections;
}

/** The namespace of each thread of this process, except those that end just now. */
function threads(): Map<string, string> {
  const folder = '/proc/self/task';
  const found = new Map<string, string>();
  for (const id of readdirSync(folder)) {
    try {
      found.set(id, readlinkSync(`${folder}/${id}/ns/net`));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
  return found;
}

/** Waits until no thread is elsewhere: the kernel lists one for a moment after it has ended. */
async function expectThreadsHere(): Promise<void> {
  const here = readlinkSync('/proc/self/ns/net');
  while ([...threads().values()].some((place) => place !== here)) await setTimeout(5);
}

describe.each(OPEN)('%s', (_, open) => {
  test.each(WAYS)('a namespace by %s', async (_, netns) => {
    await expectThreadsHere();
    const before = threads();
    const here = await open();
    const there = await open({ netns: netns() } as OpenOptions);
    await here.zero();
    await there.flush();
    await there.addService({ ...VIRTUAL, scheduler: 'rr' });
    await there.addDestination(VIRTUAL, REAL);
    expect(await shell.run('ipvsadm -S -n')).toBe(
      '-A -u 127.0.0.1:5491 -s rr\n-a -u 127.0.0.1:5491 -r 127.0.0.1:5490 -m -w 1\n',
    );
    expect(await here.service(VIRTUAL)).toBeUndefined();

    // What /proc says is of that namespace too.
    expect(await listed(there)).toMatchObject([{ destination: { port: REAL.port } }]);
    expect(await listed(here)).toEqual([]);
    expect(await there.countConnections(['destination'])).toMatchObject([{ count: 1 }]);
    await there.setSysctls({ am_droprate: 11 });
    expect(await shell.run('cat /proc/sys/net/ipv4/vs/am_droprate')).toBe('11\n');
    expect(await there.sysctls()).toMatchObject({ am_droprate: 11 });
    expect(await here.sysctls()).toMatchObject({ am_droprate: 10 });
    await there.setSysctls({ am_droprate: 10 });
    expect(await there.stats()).toMatchObject({ connections: 1n, packetsIn: 1n, packetsOut: 1n });
    expect(await here.stats()).toMatchObject({ connections: 0n, packetsIn: 0n });

    // A list of several parts is read over further sockets.
    await there.batch(
      Array.from({ length: 200 }, (_, i) => ({
        op: 'addDestination',
        service: VIRTUAL,
        destination: { ...REAL, port: i + 1 },
      })),
    );
    expect(await there.destinations(VIRTUAL)).toHaveLength(201);

    await expectThreadsHere();
    const after = threads();
    for (const [id, link] of before) expect(after.get(id)).toBe(link);
    await here.close();
    await there.close();
  });

  test('the descriptor may be closed once open has returned', async () => {
    const fd = openSync(blue.path, 'r');
    const opening = open({ netns: { fd } });
    closeSync(fd);
    const there = await opening;
    await there.flush();
    expect(await there.services()).toEqual([]);
    await there.close();
  });

  test.each<[string, OpenOptions['netns'], object]>([
    [
      'a path where nothing is',
      '/run/netns/nosuch',
      {
        code: 'ENOENT',
        message: expect.stringMatching(/^open network namespace \/run\/netns\/nosuch: there is none/),
      },
    ],
    [
      'a file that is no namespace',
      '/etc/passwd',
      {
        code: 'EINVAL',
        message: expect.stringContaining('/etc/passwd: that is not a network namespace (EINVAL)'),
      },
    ],
    [
      'a namespace of another kind',
      '/proc/self/ns/mnt',
      { code: 'EINVAL', message: expect.stringContaining('that is not a network namespace') },
    ],
    [
      'a process that is not there',
      { pid: 2147483647 },
      {
        code: 'ENOENT',
        message: expect.stringContaining(
          'the network namespace of process 2147483647: there is no such process',
        ),
      },
    ],
    [
      'a descriptor that is closed',
      { fd: 2147483647 },
      {
        code: 'EBADF',
        errno: -9,
        syscall: 'open',
        message: expect.stringContaining('that descriptor is not open'),
      },
    ],
    [
      'a descriptor of something else',
      { fd: 0 },
      {
        code: 'EINVAL',
        message: expect.stringContaining('of descriptor 0: that is not a network namespace'),
      },
    ],
  ])('%s is refused', async (_, netns, fields) => {
    const fds = readdirSync('/proc/self/fd').length;
    const error = { name: 'IpvsError', syscall: 'open', ...fields };
    await expect((async () => open({ netns } as OpenOptions))()).rejects.toMatchObject(error);
    expect(readdirSync('/proc/self/fd').length).toBe(fds);
  });

  test.each([[''], [{}], [{ pid: 1, fd: 1 }], [{ pid: 0 }], [{ fd: -1 }], [null]])(
    '%p is no namespace',
    async (netns) => {
      await expect((async () => open({ netns } as unknown as OpenOptions))()).rejects.toMatchObject({
        code: expect.stringMatching(/^ERR_(INVALID_ARG_TYPE|OUT_OF_RANGE)$/),
        message: expect.stringContaining('options.netns'),
      });
    },
  );
});
