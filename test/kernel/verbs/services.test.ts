import { expect, test } from '@jest/globals';
import type { Service, ServiceKey, ServiceSpec } from '../../../lib/index';
import { Witness } from '../control/witness';
import { onBothHandles } from './handles';

const witness = new Witness();

const WEB = { protocol: 'tcp', address: '10.0.0.1', port: 80 } as const;

/** A specification, and what `ipvsadm -S -n` says of it. */
const SPECS: [ServiceSpec, string][] = [
  [WEB, '-A -t 10.0.0.1:80 -s wlc'],
  [{ ...WEB, scheduler: 'wrr', persistence: { timeout: 30 } }, '-A -t 10.0.0.1:80 -s wrr -p 30'],
  [{ ...WEB, persistence: false }, '-A -t 10.0.0.1:80 -s wlc'],
  [{ fwmark: 7, scheduler: 'rr', persistence: false }, '-A -f 7 -s rr'],
  [{ ...WEB, persistence: true }, '-A -t 10.0.0.1:80 -s wlc -p 360'],
  [{ ...WEB, port: 0, persistence: { netmask: 24 } }, '-A -t 10.0.0.1:0 -s wlc -p 360 -M 255.255.255.0'],
  [{ ...WEB, persistence: { netmask: '255.0.255.0' } }, '-A -t 10.0.0.1:80 -s wlc -p 360 -M 255.0.255.0'],
  [
    { protocol: 'udp', address: '10.0.0.1', port: 53, scheduler: 'rr', flags: ['ops'] },
    '-A -u 10.0.0.1:53 -s rr -o',
  ],
  [
    { protocol: 'sctp', address: '10.0.0.1', port: 3868, scheduler: 'lc' },
    '-A --sctp-service 10.0.0.1:3868 -s lc',
  ],
  [
    { protocol: 'tcp', address: '2001:db8::1', port: 80, scheduler: 'sh', flags: ['sh-fallback', 'sh-port'] },
    '-A -t [2001:db8::1]:80 -s sh -b sh-fallback,sh-port',
  ],
  [
    { protocol: 'tcp', address: '2001:db8::1', port: 80, persistence: { timeout: 60, netmask: 64 } },
    '-A -t [2001:db8::1]:80 -s wlc -p 60 -M 64',
  ],
  [
    { ...WEB, scheduler: 'mh', flags: ['mh-fallback', 'mh-port'] },
    '-A -t 10.0.0.1:80 -s mh -b mh-fallback,mh-port',
  ],
  [{ ...WEB, flags: ['flag-1', 'flag-2', 'flag-3'] }, '-A -t 10.0.0.1:80 -s wlc -b flag-1,flag-2,flag-3'],
  [
    {
      protocol: 'udp',
      address: '10.0.0.1',
      port: 5060,
      scheduler: 'rr',
      persistence: { timeout: 60, engine: 'sip' },
    },
    '-A -u 10.0.0.1:5060 -s rr -p 60 --pe sip',
  ],
  [{ fwmark: 7, scheduler: 'sed' }, '-A -f 7 -s sed'],
  [
    { fwmark: 7, family: 'ipv6', scheduler: 'nq', persistence: { netmask: 96 } },
    '-A -f 7 -6 -s nq -p 360 -M 96',
  ],
];

onBothHandles((use) => {
  test.each(SPECS)('%j', async (spec, line) => {
    const ipvs = use();
    await ipvs.addService(spec);
    expect(await witness.saved()).toEqual([line]);

    const [service] = (await ipvs.services()) as [Service];
    expect(await ipvs.service(spec)).toEqual(service);
    expect(await ipvs.table()).toEqual([{ ...service, destinations: [] }]);
    const { stats, ...state } = service;
    expect(await ipvs.table({ stats: false })).toEqual([{ ...state, destinations: [] }]);
    expect(await ipvs.destinations(spec)).toEqual([]);

    // What is reported is a specification of the same.
    await ipvs.setService(service);
    expect(await witness.saved()).toEqual([line]);
    expect(await ipvs.services()).toEqual([service]);

    await ipvs.deleteService(service);
    expect(await witness.saved()).toEqual([]);
    expect(await ipvs.service(spec)).toBeUndefined();
  });

  test('a service is reported with all its fields', async () => {
    const ipvs = use();
    await ipvs.addService({
      ...WEB,
      scheduler: 'wrr',
      persistence: { timeout: 30, netmask: '255.255.255.0' },
    });
    const zero = { connections: 0, packetsIn: 0, packetsOut: 0, bytesIn: 0, bytesOut: 0 };
    expect(await ipvs.service(WEB)).toStrictEqual({
      ...WEB,
      family: 'ipv4',
      scheduler: 'wrr',
      flags: [],
      persistence: { timeout: 30, netmask: 24 },
      stats: { connections: 0n, packetsIn: 0n, packetsOut: 0n, bytesIn: 0n, bytesOut: 0n, rates: zero },
    });
  });

  test('setService replaces the whole configuration', async () => {
    const ipvs = use();
    await ipvs.addService({ ...WEB, scheduler: 'sh', flags: ['sh-port'], persistence: { timeout: 30 } });
    await ipvs.setService({ ...WEB, scheduler: 'rr' });
    expect(await witness.saved()).toEqual(['-A -t 10.0.0.1:80 -s rr']);
    await ipvs.setService({ ...WEB, scheduler: 'rr', persistence: true });
    await ipvs.setService({ ...WEB, scheduler: 'rr', persistence: false });
    expect(await witness.saved()).toEqual(['-A -t 10.0.0.1:80 -s rr']);
  });

  test('flush removes everything', async () => {
    const ipvs = use();
    await ipvs.addService(WEB);
    await ipvs.addService({ fwmark: 1 });
    await ipvs.addDestination(WEB, { address: '10.1.0.1', port: 80 });
    await ipvs.flush();
    expect(await witness.saved()).toEqual([]);
  });

  test.each<[string, (key: ServiceKey) => unknown]>([
    ['setService', (key) => use().setService(key)],
    ['deleteService', (key) => use().deleteService(key)],
    ['destinations', (key) => use().destinations(key)],
    ['addDestination', (key) => use().addDestination(key, { address: '10.1.0.1', port: 80 })],
    ['setDestination', (key) => use().setDestination(key, { address: '10.1.0.1', port: 80 })],
    ['deleteDestination', (key) => use().deleteDestination(key, { address: '10.1.0.1', port: 80 })],
  ])('%s refuses a service that does not exist', async (syscall, attempt) => {
    await use().addService(WEB);
    await witness.expectRefusal(() => attempt({ ...WEB, port: 81 }), {
      name: 'IpvsError',
      code: 'ESRCH',
      errno: -3,
      syscall,
      message: expect.stringContaining('tcp 10.0.0.1:81: there is no such service'),
    });
  });

  test('a duplicate is refused, whatever its options', async () => {
    await use().addService(WEB);
    await witness.expectRefusal(() => use().addService({ ...WEB, scheduler: 'rr' }), {
      code: 'EEXIST',
      message: 'addService tcp 10.0.0.1:80: the service exists already; setService changes it (EEXIST).',
    });
  });

  test.each(['addService', 'setService'] as const)('%s names an unknown scheduler', async (verb) => {
    const spec = { ...WEB, scheduler: 'nosuch' };
    if (verb === 'setService') await use().addService(WEB);
    await witness.expectRefusal(() => use()[verb](spec), {
      code: 'ENOENT',
      target: spec,
      message: expect.stringContaining(
        "no scheduler 'nosuch' and could not load ip_vs_nosuch (service.scheduler)",
      ),
    });
  });

  test.each<[object, object]>([
    [
      { protocol: 'icmp' },
      { name: 'TypeError', message: "service.protocol must be one of tcp, udp, sctp, got 'icmp'" },
    ],
    [
      { port: 70000 },
      { name: 'RangeError', message: 'service.port must be an integer from 0 to 65535, got 70000' },
    ],
    [
      { address: '10.0.0.300' },
      { name: 'TypeError', message: expect.stringMatching(/^service\.address .*'10\.0\.0\.300'$/) },
    ],
    [
      { port: 0 },
      {
        name: 'TypeError',
        message: 'service.port 0 stands for every port and needs service.persistence',
      },
    ],
    [
      { persistence: { timeout: 0 } },
      {
        name: 'RangeError',
        message: 'service.persistence.timeout must be an integer from 1 to 2678400, got 0',
      },
    ],
  ])('%j never reaches the kernel', async (bad, error) => {
    await use().addService(WEB);
    for (const verb of ['addService', 'setService'] as const) {
      await witness.expectRefusal(() => use()[verb]({ ...WEB, ...bad } as ServiceSpec), {
        ...error,
        code: expect.stringMatching(/^ERR_(INVALID_ARG_VALUE|OUT_OF_RANGE)$/),
      });
    }
  });
});
