import { existsSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { ip } from '../../../lab/shell';
import { Ipvs, IpvsSync, type OpenOptions } from '../../../lib/index';
import { Namespace } from '../control/namespace';
import type { Handle } from '../verbs/handles';
import { descriptors, descriptorsFall } from './descriptors';

const WEB = { protocol: 'tcp', address: '10.0.0.1', port: 80, scheduler: 'rr' } as const;
const REAL = { address: '10.1.0.1', port: 80, forward: 'masq' } as const;

describe.each<[string, (options: OpenOptions) => Handle | Promise<Handle>]>([
  ['Ipvs', (options) => Ipvs.open(options)],
  ['IpvsSync', (options) => IpvsSync.open(options)],
])('%s', (_, open) => {
  // The kernel keeps a namespace for as long as a socket in it is open; only its name is gone.
  test('a namespace that is deleted lives on under an open handle, and ends with it', async () => {
    const before = descriptors();
    const namespace = await Namespace.make('lvs-doomed', ['link set lo up']);
    // One end of a cable is here: it goes when the namespace goes.
    await ip([`link add lvs-cable type veth peer name lvs-end netns ${namespace.name}`]);
    const ipvs = await open({ netns: namespace.path });
    await ipvs.addService(WEB);
    await namespace[Symbol.asyncDispose]();

    await ipvs.addDestination(WEB, REAL);
    await ipvs.batch(
      Array.from({ length: 200 }, (_, i) => ({
        op: 'addDestination',
        service: WEB,
        destination: { ...REAL, port: 1000 + i },
      })),
    );
    expect(await ipvs.destinations(WEB)).toHaveLength(201);
    expect(await ipvs.stats()).toMatchObject({ connections: 0n });
    expect(await ipvs.countConnections([])).toEqual([{ count: 0 }]);
    await expect((async () => open({ netns: namespace.path }))()).rejects.toMatchObject({
      code: 'ENOENT',
      message: expect.stringContaining('open network namespace /run/netns/lvs-doomed: there is none'),
    });
    expect(existsSync('/sys/class/net/lvs-cable')).toBe(true);

    await ipvs.close();
    while (existsSync('/sys/class/net/lvs-cable')) await setTimeout(20);
    await descriptorsFall(before);
  });

  test('where no interface was ever up, a refusal says so', async () => {
    await using namespace = await Namespace.make('lvs-bare');
    const ipvs = await open({ netns: namespace.path });
    await ipvs.addService(WEB);
    await expect((async () => ipvs.addDestination(WEB, REAL))()).rejects.toMatchObject({
      code: 'EINVAL',
      message: expect.stringContaining(
        "or no interface of it was ever up, and then the kernel takes no IPv4 address ('ip link set lo up' helps)",
      ),
    });
    await ip(['link set lo up'], namespace.name);
    await ipvs.addDestination(WEB, REAL);
    expect(await ipvs.destinations(WEB)).toHaveLength(1);
    await ipvs.close();
  });
});
