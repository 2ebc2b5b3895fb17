import { expect, test } from '@jest/globals';
import type { Destination, DestinationSpec, ServiceSpec } from '../../../lib/index';
import { Witness } from '../control/witness';
import { onBothHandles } from './handles';

const witness = new Witness();

const WEB = { protocol: 'tcp', address: '10.0.0.1', port: 80 } as const;
const WEB6 = { protocol: 'tcp', address: '2001:db8::1', port: 80 } as const;
const REAL = { address: '10.1.0.1', port: 80 } as const;

/** A service, a destination, and what `ipvsadm -S -n` says of the destination. */
const SPECS: [ServiceSpec, DestinationSpec, string][] = [
  [WEB, REAL, '-a -t 10.0.0.1:80 -r 10.1.0.1:80 -g -w 1'],
  [WEB, { ...REAL, port: 8080, forward: 'masq', weight: 0 }, '-a -t 10.0.0.1:80 -r 10.1.0.1:8080 -m -w 0'],
  [
    WEB,
    { ...REAL, forward: 'masq', weight: 2147483647 },
    '-a -t 10.0.0.1:80 -r 10.1.0.1:80 -m -w 2147483647',
  ],
  [WEB, { ...REAL, forward: 'tunnel' }, '-a -t 10.0.0.1:80 -r 10.1.0.1:80 -i -w 1 --tun-type ipip'],
  [
    WEB,
    { ...REAL, forward: 'tunnel', tunnel: { type: 'gue', port: 6080, checksum: 'checksum' } },
    '-a -t 10.0.0.1:80 -r 10.1.0.1:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-csum',
  ],
  [
    WEB,
    { ...REAL, forward: 'tunnel', tunnel: { type: 'gue', port: 6080, checksum: 'remote-checksum' } },
    '-a -t 10.0.0.1:80 -r 10.1.0.1:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-remcsum',
  ],
  [
    WEB,
    { ...REAL, forward: 'tunnel', tunnel: { type: 'gre' } },
    '-a -t 10.0.0.1:80 -r 10.1.0.1:80 -i -w 1 --tun-type gre --tun-nocsum',
  ],
  [WEB6, { address: 'fd00::1', port: 80, forward: 'masq' }, '-a -t [2001:db8::1]:80 -r [fd00::1]:80 -m -w 1'],
  [WEB6, { ...REAL, forward: 'tunnel' }, '-a -t [2001:db8::1]:80 -r 10.1.0.1:80 -i -w 1 --tun-type ipip'],
  [
    WEB,
    { address: 'fd00::1', port: 80, forward: 'tunnel' },
    '-a -t 10.0.0.1:80 -r [fd00::1]:80 -i -w 1 --tun-type ipip',
  ],
  [{ fwmark: 7 }, { ...REAL, port: 0 }, '-a -f 7 -r 10.1.0.1:0 -g -w 1'],
  [{ fwmark: 7, family: 'ipv6' }, { address: 'fd00::1', port: 0 }, '-a -f 7 -6 -r [fd00::1]:0 -g -w 1'],
];

onBothHandles((use) => {
  test.each(SPECS)('%j %j', async (service, spec, line) => {
    const ipvs = use();
    await ipvs.addService(service);
    await ipvs.addDestination(service, spec);
    expect((await witness.saved())[1]).toBe(line);

    const [destination] = (await ipvs.destinations(service)) as [Destination];
    expect(destination).toMatchObject(spec);
    expect((await ipvs.table())[0]?.destinations).toEqual([destination]);

    // What is reported is a specification of the same.
    await ipvs.setDestination(service, destination);
    expect((await witness.saved())[1]).toBe(line);
    expect(await ipvs.destinations(service)).toEqual([destination]);

    await ipvs.deleteDestination(service, destination);
    expect(await ipvs.destinations(service)).toEqual([]);
  });

  test('local and bypass are told apart, which ipvsadm does not save', async () => {
    await use().addService(WEB);
    await use().addDestination(WEB, { address: '127.0.0.1', port: 80, forward: 'local' });
    await use().addDestination(WEB, { ...REAL, forward: 'bypass' });
    expect((await use().destinations(WEB)).map(({ forward }) => forward)).toEqual(['bypass', 'local']);
  });

  test('thresholds', async () => {
    await use().addService(WEB);
    await use().addDestination(WEB, { ...REAL, upperThreshold: 2147483647, lowerThreshold: 7 });
    expect(await use().destinations(WEB)).toMatchObject([{ upperThreshold: 2147483647, lowerThreshold: 7 }]);
  });

  test('setDestination replaces the whole configuration', async () => {
    await use().addService(WEB);
    await use().addDestination(WEB, { ...REAL, forward: 'masq', weight: 9, upperThreshold: 5 });
    await use().setDestination(WEB, REAL);
    expect(await use().destinations(WEB)).toMatchObject([
      { forward: 'droute', weight: 1, upperThreshold: 0 },
    ]);
  });

  test('a list longer than one datagram is whole', async () => {
    const ports = Array.from({ length: 500 }, (_, i) => i + 1);
    await use().addService(WEB);
    for (const port of ports) await use().addDestination(WEB, { ...REAL, port });
    expect((await use().destinations(WEB)).map(({ port }) => port)).toEqual(ports.toReversed());
    const [row] = await use().table();
    expect(row?.destinations).toHaveLength(500);
    const [state] = await use().table({ stats: false });
    expect(state?.destinations.map(({ port }) => port)).toEqual(ports.toReversed());
  }, 60_000);

  test('refusals', async () => {
    await use().addService(WEB);
    await use().addDestination(WEB, REAL);
    await witness.expectRefusal(() => use().addDestination(WEB, { ...REAL, weight: 5 }), {
      code: 'EEXIST',
      target: { service: WEB, destination: { ...REAL, weight: 5 } },
      message: expect.stringContaining(
        '10.1.0.1:80 of tcp 10.0.0.1:80: the service has this destination already',
      ),
    });
    const missing = { ...REAL, port: 81 };
    await witness.expectRefusal(() => use().setDestination(WEB, missing), { code: 'ENOENT' });
    await witness.expectRefusal(() => use().deleteDestination(WEB, missing), { code: 'ENOENT' });
    for (const [address, why] of [
      ['224.0.0.1', 'the kernel takes no multicast address'],
      ['255.255.255.255', 'that is no address of a host'],
      ['0.0.0.0', 'that is no address of a host'],
      ['127.255.255.255', 'that is a broadcast address'],
    ] as const) {
      await witness.expectRefusal(() => use().addDestination(WEB, { address, port: 80 }), {
        code: 'EINVAL',
        message: expect.stringContaining(`${address}:80 of tcp 10.0.0.1:80: ${why}`),
      });
    }
    await witness.expectRefusal(
      () => use().addDestination(WEB, { address: 'fd00::1', port: 80, forward: 'masq' }),
      {
        name: 'TypeError',
        message: expect.stringContaining('destination.address fd00::1 is ipv6 and its service ipv4'),
      },
    );
    await witness.expectRefusal(() => use().addDestination(WEB, { ...REAL, port: 81, weight: -1 }), {
      message: 'destination.weight must be an integer from 0 to 2147483647, got -1',
    });
  });
});
