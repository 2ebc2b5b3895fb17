import { afterAll, beforeAll, test } from '@jest/globals';
import { type DestinationSpec, Ipvs, type ServiceSpec } from '../../../lib/index';
import { expectTableWitnessed } from './witness';

/** In no order. Words of the addresses are less than 2^31 apart: beyond that, ipvsadm compares them wrongly. */
const TABLE: [ServiceSpec, ...DestinationSpec[]][] = [
  [{ fwmark: 8, family: 'ipv6', persistence: { timeout: 600, netmask: 64 } }],
  [{ fwmark: 7, scheduler: 'rr', persistence: { timeout: 600 } }],
  [
    { protocol: 'tcp', address: '2001:db8::1', port: 80 },
    { address: '2001:db8:2aaa:bbbb:cccc:dddd:eeee:1111', port: 8080, forward: 'masq' },
    { address: '2001:db8::2', port: 80, forward: 'tunnel' },
  ],
  [{ protocol: 'tcp', address: '2001:db8:0:1::1', port: 80 }],
  [
    { protocol: 'udp', address: '10.0.0.5', port: 5060, scheduler: 'mh', flags: ['mh-fallback', 'mh-port'] },
    { address: '192.168.1.11', port: 5060, forward: 'tunnel', tunnel: { type: 'gue', port: 5555 } },
  ],
  [
    { protocol: 'udp', address: '10.0.0.2', port: 53, scheduler: 'rr', flags: ['ops'] },
    { address: '127.0.0.1', port: 53, forward: 'local' },
  ],
  [{ protocol: 'tcp', address: '10.0.0.6', port: 443, flags: ['flag-1', 'flag-2', 'flag-3'] }],
  [
    { protocol: 'tcp', address: '10.0.0.3', port: 0, persistence: { timeout: 300, netmask: 24 } },
    { address: '192.168.1.10', port: 0, weight: 10 },
  ],
  [{ protocol: 'tcp', address: '10.0.0.4', port: 0, persistence: { netmask: '255.0.255.0' } }],
  [{ protocol: 'udp', address: '10.0.0.7', port: 5060, persistence: { timeout: 360, engine: 'sip' } }],
  [{ protocol: 'sctp', address: '10.0.0.4', port: 3868, scheduler: 'sh', flags: ['sh-port'] }],
  [
    { protocol: 'tcp', address: '10.0.0.1', port: 80 },
    { address: '192.168.1.10', port: 80, forward: 'masq', upperThreshold: 10 },
    { address: '192.168.1.9', port: 8080, forward: 'masq', weight: 0 },
    { address: '192.168.1.9', port: 80, forward: 'masq', weight: 2147483647 },
  ],
];

let ipvs: Ipvs;
beforeAll(async () => {
  ipvs = await Ipvs.open();
  await ipvs.flush();
});
afterAll(async () => {
  await ipvs?.flush();
  await ipvs?.close();
});

test('every kind of service and real server, in the order and layout of ipvsadm', async () => {
  for (const [service, ...destinations] of TABLE) {
    await ipvs.addService(service);
    for (const destination of destinations) await ipvs.addDestination(service, destination);
  }
  await expectTableWitnessed();
});
