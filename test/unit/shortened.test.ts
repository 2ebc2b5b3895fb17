import { expect, test } from '@jest/globals';
import { shortened } from '../../lib/errors/shortened';
import { IpvsSync } from '../../lib/index';
import { processorTime } from '../processor-time';
import { Recorder } from '../recorder';

test.each([
  ['short', 'short'],
  ['x'.repeat(60), 'x'.repeat(60)],
  ['x'.repeat(61), `${'x'.repeat(60)}… (61 characters)`],
  ['\ufeff-C\u001b[31m\u00a0', '\\u{feff}-C\\u{1b}[31m\\u{a0}'],
  ['ein Wort, größer', 'ein Wort, größer'],
])('%j', (text, shown) => {
  expect(shortened(text)).toBe(shown);
});

const LONG = 'x'.repeat(5_000_000);
const WEB = { protocol: 'tcp', address: '10.0.0.1', port: 80 } as const;

test.each<[string, (ipvs: IpvsSync) => void]>([
  ['a protocol', (ipvs) => ipvs.addService({ ...WEB, protocol: LONG as 'tcp' })],
  ['an address', (ipvs) => ipvs.addService({ ...WEB, address: LONG })],
  ['a port', (ipvs) => ipvs.addService({ ...WEB, port: LONG as never })],
  ['a family', (ipvs) => ipvs.addService({ ...WEB, family: LONG } as never)],
  ['a scheduler', (ipvs) => ipvs.addService({ ...WEB, scheduler: LONG })],
  ['a flag', (ipvs) => ipvs.addService({ ...WEB, flags: [LONG as 'ops'] })],
  ['a netmask', (ipvs) => ipvs.addService({ ...WEB, persistence: { netmask: LONG } })],
  ['an engine', (ipvs) => ipvs.addService({ ...WEB, persistence: { engine: LONG } })],
  ['an unknown field', (ipvs) => ipvs.addService({ ...WEB, [LONG]: 1 })],
  ['a forwarding method', (ipvs) => ipvs.addDestination(WEB, { ...WEB, forward: LONG } as never)],
  ['an operation', (ipvs) => ipvs.batch([{ op: LONG } as never])],
  ['an interface', (ipvs) => ipvs.startDaemon({ role: 'master', interface: LONG })],
  [
    'a multicast group',
    (ipvs) => ipvs.startDaemon({ role: 'master', interface: 'lo', multicast: { group: LONG } }),
  ],
  ['a role', (ipvs) => ipvs.stopDaemon(LONG as 'master')],
  ['a state', (ipvs) => ipvs.connections({ state: LONG })],
  ['a list of flags', (ipvs) => ipvs.addService({ ...WEB, flags: Array(1e5).fill('sh-port') })],
  ['a namespace', () => IpvsSync.open({ netns: { [LONG]: 1 } as never })],
])('%s that is long is shortened in the message', (_, ask) => {
  using ipvs = IpvsSync.open({ backend: new Recorder() });
  const since = processorTime();
  expect(() => ask(ipvs)).toThrow(
    expect.objectContaining({ message: expect.stringMatching(/^[\s\S]{1,400}$/) }),
  );
  expect(processorTime() - since).toBeLessThan(1000);
});
