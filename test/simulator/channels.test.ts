import { describe, expect, test } from '@jest/globals';
import type { Command, IpvsSync } from '../../lib/index';
import { Simulator } from '../../lib/simulator';

const TCP = { protocol: 'tcp', address: '192.0.2.1', port: 80 } as const;
const IPV6 = { ...TCP, address: '2001:db8::1' } as const;
const SERVER = { address: '192.0.2.2', port: 80 } as const;

/** A director with a service, and a handle whose way in is the socket options. */
function open(): IpvsSync {
  const ipvs = new Simulator().openSync({ channel: 'socket-options' });
  ipvs.addService({ ...TCP, scheduler: 'rr' });
  ipvs.addDestination(TCP, SERVER);
  return ipvs;
}

test('info says which way in it is', () => {
  const simulator = new Simulator();
  for (const [channel, shown] of [
    ['socket-options', 'socket-options'],
    ['netlink', 'netlink'],
    ['auto', 'netlink'],
  ] as const) {
    using ipvs = simulator.openSync({ channel });
    expect(ipvs.info()).toMatchObject({ channel: shown });
  }
});

test('what the socket options can say is carried out', () => {
  using ipvs = open();
  ipvs.patchDestination(TCP, SERVER, { weight: 7 });
  expect(ipvs.destinations(TCP)).toMatchObject([{ ...SERVER, weight: 7 }]);
  ipvs.zero(TCP);
  ipvs.deleteDestination(TCP, SERVER);
  ipvs.deleteService(TCP);
  expect(ipvs.table()).toEqual([]);
});

describe('what they have no place for is refused', () => {
  test.each<[string, Command | ((ipvs: IpvsSync) => unknown)]>([
    ['service.address', { op: 'addService', service: { ...IPV6, scheduler: 'rr' } }],
    ['service.address', { op: 'deleteService', service: IPV6 }],
    ['service.address', (ipvs) => ipvs.destinations(IPV6)],
    ['service.address', (ipvs) => ipvs.zero(IPV6)],
    [
      'service.persistence.engine',
      {
        op: 'addService',
        service: { ...TCP, protocol: 'udp', scheduler: 'rr', persistence: { timeout: 60, engine: 'sip' } },
      },
    ],
    [
      'destination.address',
      {
        op: 'addDestination',
        service: TCP,
        destination: { address: '2001:db8::2', port: 80, forward: 'tunnel' },
      },
    ],
    [
      'destination.tunnel',
      {
        op: 'addDestination',
        service: TCP,
        destination: {
          address: '192.0.2.3',
          port: 80,
          forward: 'tunnel',
          tunnel: { type: 'gue', port: 6080 },
        },
      },
    ],
    ['daemon.maxLength', (ipvs) => ipvs.startDaemon({ role: 'master', interface: 'lo', maxLength: 1000 })],
  ])('%s', (field, asked) => {
    using ipvs = open();
    const ask = typeof asked === 'function' ? () => asked(ipvs) : () => ipvs.batch([asked]);
    expect(ask).toThrow(expect.objectContaining({ message: expect.stringContaining(field) }));
    expect(ask).toThrow(/have no place for .* Nothing was sent/);
    expect(ipvs.table()).toHaveLength(1);
  });
});
