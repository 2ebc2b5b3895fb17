import { describe, expect, test } from '@jest/globals';
import type { DestinationSpec } from '../../lib/model/destination';
import type { ServiceSpec } from '../../lib/model/service';
import type { Verb } from '../../lib/session/verb';
import { Requests } from '../../lib/wire/requests';
import * as verbs from '../verbs';

const WEB = { protocol: 'tcp', address: '10.0.0.1', port: 80 } as const;
const SIP = { protocol: 'udp', address: '10.0.0.1', port: 5060 } as const;
const MARK = { fwmark: 7 } as const;
const REAL = { address: '10.1.0.1', port: 8080 } as const;

/** Whatever a JavaScript caller may pass. */
function service(fields: Record<string, unknown>): Verb<unknown> {
  return verbs.addService({ ...WEB, ...fields } as unknown as ServiceSpec);
}

function destination(fields: Record<string, unknown>, of: object = WEB): Verb<unknown> {
  return verbs.addDestination(of as ServiceSpec, { ...REAL, ...fields } as unknown as DestinationSpec);
}

function refusal(question: Verb<unknown>): { name: string; code: string; message: string } {
  const requests = new Requests();
  try {
    question.write(requests);
  } catch (error) {
    expect(requests.length).toBe(0);
    const { name, code, message } = error as NodeJS.ErrnoException & { code: string };
    return { name, code, message };
  }
  throw new Error('the arguments were taken');
}

const TYPE = ['TypeError', 'ERR_INVALID_ARG_TYPE'] as const;
const VALUE = ['TypeError', 'ERR_INVALID_ARG_VALUE'] as const;
const RANGE = ['RangeError', 'ERR_OUT_OF_RANGE'] as const;

describe('bad arguments are refused by path and value', () => {
  test.each([
    [service({ protocol: 'icmp' }), VALUE, "service.protocol must be one of tcp, udp, sctp, got 'icmp'"],
    [service({ protocol: 6 }), TYPE, 'service.protocol must be one of tcp, udp, sctp, got 6'],
    [service({ port: 70000 }), RANGE, 'service.port must be an integer from 0 to 65535, got 70000'],
    [service({ port: 80.5 }), RANGE, 'service.port must be an integer from 0 to 65535, got 80.5'],
    [service({ port: '80' }), TYPE, "service.port must be an integer from 0 to 65535, got '80'"],
    [service({ port: undefined }), TYPE, 'service.port must be an integer from 0 to 65535, got undefined'],
    [service({ port: 0 }), VALUE, 'service.port 0 stands for every port and needs service.persistence'],
    [
      service({ address: '10.0.0.300' }),
      VALUE,
      "service.address must be an IPv4 or IPv6 address, got '10.0.0.300'",
    ],
    [
      service({ address: 'fe80::1%eth0' }),
      VALUE,
      "service.address must be an IPv4 or IPv6 address, got 'fe80::1%eth0': IPVS has no zones: leave out %eth0",
    ],
    [service({ address: 42 }), TYPE, 'service.address must be an IPv4 or IPv6 address, got 42'],
    [service({ family: 'ipv6' }), VALUE, 'service.family is ipv6, but service.address is 10.0.0.1'],
    [service({ family: 'inet' }), VALUE, "service.family must be one of ipv4, ipv6, got 'inet'"],
    [
      service({ scheduler: '' }),
      VALUE,
      "service.scheduler must be a scheduler's name, such as 'wrr', got ''",
    ],
    [
      service({ scheduler: 'ftp' }),
      VALUE,
      "service.scheduler must be a scheduler's name, such as 'wrr', got 'ftp'",
    ],
    [
      service({ scheduler: 'pe_sip' }),
      VALUE,
      "service.scheduler must be a scheduler's name, such as 'wrr', got 'pe_sip'",
    ],
    [
      service({ scheduler: 'sixteencharacter' }),
      VALUE,
      "service.scheduler must be a scheduler's name, such as 'wrr', got 'sixteencharacter'",
    ],
    [service({ scheduler: 1 }), TYPE, "service.scheduler must be a scheduler's name, such as 'wrr', got 1"],
    [service({ flags: 'ops' }), TYPE, "service.flags must be an array of flags, got 'ops'"],
    [
      service({ flags: ['fast'] }),
      VALUE,
      "service.flags[0] must be one of ops, sh-fallback, sh-port, mh-fallback, mh-port, flag-1, flag-2, flag-3, got 'fast'",
    ],
    [
      service({ flags: ['sh-port'] }),
      VALUE,
      'service.flags[0] sh-port belongs to scheduler sh, and service.scheduler is wlc',
    ],
    [
      service({ flags: ['ops'] }),
      VALUE,
      'service.flags: ops, one-packet scheduling, is for udp and firewall-mark services only',
    ],
    [service({ persistence: 30 }), TYPE, 'service.persistence must be a boolean or an object, got 30'],
    [service({ persistence: null }), TYPE, 'service.persistence must be a boolean or an object, got null'],
    [
      service({ persistence: { timeout: 0 } }),
      RANGE,
      'service.persistence.timeout must be an integer from 1 to 2678400, got 0',
    ],
    [
      service({ persistence: { netmask: 33 } }),
      RANGE,
      'service.persistence.netmask must be an integer from 0 to 32, got 33',
    ],
    [
      service({ persistence: { netmask: true } } as never),
      TYPE,
      'service.persistence.netmask must be a prefix length or a dotted mask, got true',
    ],
    [
      service({ persistence: { netmask: '24' } }),
      VALUE,
      "service.persistence.netmask must be a prefix length or a dotted mask, got '24': a prefix length is a number: 24",
    ],
    [
      service({ persistence: { netmask: '/24' } }),
      VALUE,
      "service.persistence.netmask must be a prefix length or a dotted mask, got '/24': a prefix length is a number: 24",
    ],
    [
      service({ persistence: { netmask: '255.255' } }),
      VALUE,
      "service.persistence.netmask must be a prefix length or a dotted mask, got '255.255'",
    ],
    [
      service({ address: 'fd00::1', persistence: { netmask: 0 } }),
      RANGE,
      'service.persistence.netmask must be an integer from 1 to 128, got 0',
    ],
    [
      service({ address: 'fd00::1', persistence: { netmask: '255.0.0.0' } }),
      TYPE,
      "service.persistence.netmask must be an integer from 1 to 128, got '255.0.0.0'",
    ],
    [
      service({ persistence: { engine: '' } }),
      VALUE,
      "service.persistence.engine must be a persistence engine's name, such as 'sip', got ''",
    ],
    [
      service({ fwmark: 7 }),
      VALUE,
      'service is named either by protocol, address and port or by fwmark, and has both protocol and fwmark',
    ],
    [verbs.addService({ fwmark: 0 }), RANGE, 'service.fwmark must be an integer from 1 to 4294967295, got 0'],
    [
      verbs.addService({ fwmark: 4294967296 }),
      RANGE,
      'service.fwmark must be an integer from 1 to 4294967295, got 4294967296',
    ],
    [
      verbs.deleteService(undefined as never),
      TYPE,
      'service must be an object with protocol, address and port, or with fwmark, got undefined',
    ],
    [
      verbs.deleteService('web' as never),
      TYPE,
      "service must be an object with protocol, address and port, or with fwmark, got 'web'",
    ],
    [
      destination({ address: 'real' }),
      VALUE,
      "destination.address must be an IPv4 or IPv6 address, got 'real': names of hosts are not looked up",
    ],
    [destination({ port: -1 }), RANGE, 'destination.port must be an integer from 0 to 65535, got -1'],
    [
      destination({ weight: -1 }),
      RANGE,
      'destination.weight must be an integer from 0 to 2147483647, got -1',
    ],
    [
      destination({ weight: 2 ** 31 }),
      RANGE,
      'destination.weight must be an integer from 0 to 2147483647, got 2147483648',
    ],
    [
      destination({ weight: Number.NaN }),
      RANGE,
      'destination.weight must be an integer from 0 to 2147483647, got NaN',
    ],
    [
      destination({ forward: 'nat' }),
      VALUE,
      "destination.forward must be one of masq, local, tunnel, droute, bypass, got 'nat'",
    ],
    [
      destination({ lowerThreshold: 2, upperThreshold: 1 }),
      VALUE,
      'destination.lowerThreshold 2 must not exceed destination.upperThreshold 1',
    ],
    [
      destination({ lowerThreshold: 2 }),
      VALUE,
      'destination.lowerThreshold 2 must not exceed destination.upperThreshold 0',
    ],
    [
      destination({ address: 'fd00::2', forward: 'masq' }),
      VALUE,
      "destination.address fd00::2 is ipv6 and its service ipv4: only destination.forward 'tunnel' crosses families, got 'masq'",
    ],
    [
      destination({ tunnel: { type: 'ipip' } }),
      VALUE,
      "destination.tunnel needs destination.forward 'tunnel', got 'droute'",
    ],
    [
      destination({ forward: 'tunnel', tunnel: { type: 'vxlan' } }),
      VALUE,
      "destination.tunnel.type must be one of ipip, gue, gre, got 'vxlan'",
    ],
    [
      destination({ forward: 'tunnel', tunnel: { type: 'gue' } }),
      TYPE,
      'destination.tunnel.port must be an integer from 1 to 65535, got undefined',
    ],
    [
      destination({ forward: 'tunnel', tunnel: { type: 'gre', port: 1 } }),
      VALUE,
      "destination.tunnel.port is for type 'gue' only, and destination.tunnel.type is 'gre'",
    ],
    [
      destination({ forward: 'tunnel', tunnel: { type: 'gre', checksum: 'remote-checksum' } }),
      VALUE,
      "destination.tunnel.checksum must be one of none, checksum, got 'remote-checksum'",
    ],
    [
      destination({ forward: 'tunnel', tunnel: { type: 'ipip', checksum: 'checksum' } }),
      VALUE,
      "destination.tunnel.checksum is for types 'gue' and 'gre', and destination.tunnel.type is 'ipip'",
    ],
    [
      verbs.addDestination(WEB, undefined as never),
      TYPE,
      'destination must be an object with address and port, got undefined',
    ],
    [verbs.setTimeouts({ tcp: 0 }), RANGE, 'timeouts.tcp must be an integer from 1 to 21474836, got 0'],
    [
      verbs.startDaemon({ role: 'leader', interface: 'lo' } as never),
      VALUE,
      "daemon.role must be one of master, backup, got 'leader'",
    ],
    [
      verbs.startDaemon({ role: 'master', interface: 'ethé' }),
      VALUE,
      "daemon.interface must be a network interface's name, of 1 to 15 bytes, got 'ethé'",
    ],
    [
      verbs.startDaemon({ role: 'master', interface: 'sixteencharacter' }),
      VALUE,
      "daemon.interface must be a network interface's name, of 1 to 15 bytes, got 'sixteencharacter'",
    ],
    [
      verbs.startDaemon({ role: 'master', interface: 'lo', syncId: 256 }),
      RANGE,
      'daemon.syncId must be an integer from 0 to 255, got 256',
    ],
    [
      verbs.startDaemon({ role: 'master', interface: 'lo', multicast: { group: '10.0.0.1' } }),
      VALUE,
      "daemon.multicast.group must be an IPv4 or IPv6 multicast address, got '10.0.0.1'",
    ],
    [verbs.stopDaemon(undefined as never), TYPE, 'role must be one of master, backup, got undefined'],
  ])('%#', (question, [name, code], message) => {
    expect(refusal(question)).toEqual({ name, code, message });
  });
});

describe('good arguments are taken', () => {
  test.each([
    [service({ port: 0, persistence: true })],
    [service({ persistence: { timeout: 30, netmask: '255.255.255.0' } })],
    [service({ persistence: { netmask: 0 } })],
    [service({ scheduler: 'sh', flags: ['sh-port', 'sh-fallback'] })],
    [verbs.addService({ ...SIP, flags: ['ops'] })],
    [verbs.addService({ ...MARK, flags: ['ops'] })],
    [verbs.addService({ ...MARK, family: 'ipv6' })],
    [destination({ weight: 2147483647, upperThreshold: 2, lowerThreshold: 2 })],
    [destination({ address: 'fd00::2', forward: 'tunnel' })],
    [destination({ forward: 'tunnel', tunnel: { type: 'gue', port: 6080, checksum: 'remote-checksum' } })],
    [destination({ address: 'fd00::2' }, { fwmark: 7, family: 'ipv6' })],
    [
      verbs.startDaemon({
        role: 'backup',
        interface: 'lo',
        multicast: { group: 'ff02::5', port: 1, ttl: 255 },
      }),
    ],
  ])('%#', (question) => {
    const requests = new Requests();
    question.write(requests);
    expect(requests.length).toBe(1);
  });
});

test.each(['', 'ftp', 'pe_sip', 'sixteencharacter', 'a b'])(
  'scheduler %j is refused again, also after a good one',
  (scheduler) => {
    const write = (name: string) => service({ scheduler: name }).write(new Requests());
    for (let n = 0; n < 2; n++) expect(() => write(scheduler)).toThrow(TypeError);
    write('wrr');
    for (let n = 0; n < 2; n++) expect(() => write(scheduler)).toThrow(TypeError);
    write('wrr');
  },
);

test('a refused request leaves no trace in those that leave with it', () => {
  const requests = new Requests();
  verbs.addService(WEB).write(requests);
  const before = Uint8Array.from(requests.memory.u8);
  expect(() => service({ scheduler: 'sh', persistence: { timeout: 0 } }).write(requests)).toThrow(RangeError);
  expect(requests.memory.u8).toEqual(before);
  expect(requests.length).toBe(1);
});
