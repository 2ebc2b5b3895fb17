/** The options: how each is written, and what it does to the line. */

import { MAX_INT } from '../errors/argument';
import { addressHint, isIP } from '../model/address';
import { DEFAULT_PERSISTENCE_TIMEOUT, MAX_PERSISTENCE_TIMEOUT } from '../model/persistence';
import type { Protocol } from '../model/protocol';
import { CommandLineError, ValueError } from './command-line-error';
import { readNumber } from './decimal';
import { readEndpoint, whyNoEndpoint } from './endpoint';
import type { Line } from './line';
import type { Spelling } from './scanner';

/** The names that messages use. Several options may share one: of those a line has one. */
export type OptionName =
  | 'numeric'
  | 'connection'
  | 'service-address'
  | 'scheduler'
  | 'persistent'
  | 'netmask'
  | 'real-server'
  | 'forwarding-method'
  | 'weight'
  | 'u-threshold'
  | 'l-threshold'
  | 'mcast-interface'
  | 'timeout'
  | 'daemon'
  | 'stats'
  | 'rate'
  | 'thresholds'
  | 'persistent-conn'
  | 'nosort'
  | 'syncid'
  | 'exact'
  | 'ops'
  | 'pe'
  | 'sched-flags'
  | 'mcast-group'
  | 'mcast-port'
  | 'mcast-ttl'
  | 'sync-maxlen'
  | 'tun-info'
  | 'tun-type'
  | 'tun-port'
  | 'tun-nocsum'
  | 'tun-csum'
  | 'tun-remcsum'
  | 'json'
  | 'continue';

export interface OptionRule extends Spelling {
  /** What it counts as; absent for those that go with everything. */
  is?: OptionName;
  /** Takes note of the value. */
  read?(line: Line, value: string): void;
  /** What it does, for the help. */
  does: string;
}

/** The kernel's names are cut to what it has room for. */
const SCHEDULER_BYTES = 15;
const ENGINE_BYTES = 16;
const INTERFACE_BYTES = 15;

function number(text: string, min: number, max: number): number {
  const value = readNumber(text, min, max);
  if (value === undefined) throw new ValueError(`must be a decimal number from ${min} to ${max}`);
  return value;
}

const virtualServer = (protocol: Protocol) => (line: Line, value: string) => {
  line.protocol = protocol;
  const endpoint = readEndpoint(value, protocol, line.hosts);
  if (endpoint === undefined) throw new ValueError(whyNoEndpoint(value, protocol, line.hosts));
  line.family = endpoint.family;
  line.address = endpoint.address;
  line.port = endpoint.port ?? 0;
  line.portGiven = endpoint.port !== undefined;
};

function realServer(line: Line, value: string): void {
  const endpoint = readEndpoint(value, line.protocol, line.hosts);
  if (endpoint === undefined) throw new ValueError(whyNoEndpoint(value, line.protocol, line.hosts));
  line.server = endpoint;
}

function firewallMark(line: Line, value: string): void {
  line.fwmark = number(value, 1, 0xffffffff);
}

function ipv6(line: Line): void {
  if (line.fwmark === undefined)
    throw new CommandLineError('-6 belongs to a firewall mark: it stands after -f');
  line.family = 'ipv6';
}

/** The seconds of a timeout. */
export function readTimeout(text: string, min: number): number {
  return number(text, min, MAX_PERSISTENCE_TIMEOUT);
}

function multicastGroup(line: Line, value: string): void {
  const six = value.includes(':');
  const multicast = six
    ? isIP(value) === 6 && /^ff/i.test(value)
    : isIP(value) === 4 && Number.parseInt(value, 10) >> 4 === 14;
  if (!multicast) {
    const hint = addressHint(value);
    throw new ValueError(`must be a multicast address${hint === '' ? '' : `: ${hint}`}`);
  }
  line.group = value;
}

function tunnelType(line: Line, value: string): void {
  if (value !== 'ipip' && value !== 'gue' && value !== 'gre') {
    throw new ValueError('must be ipip, gue or gre');
  }
  line.tunnelType = value;
}

const forwarding = (forward: NonNullable<Line['forward']>) => (line: Line) => {
  line.forward = forward;
};

/** Text cut to so many bytes. */
function cut(text: string, bytes: number): string {
  return text.length * 3 <= bytes ? text : Buffer.from(text).subarray(0, bytes).toString();
}

/** In the order of the help. */
export const OPTIONS: readonly OptionRule[] = [
  {
    long: 'tcp-service',
    short: 't',
    value: 'host[:port]',
    is: 'service-address',
    read: virtualServer('tcp'),
    does: 'a TCP service',
  },
  {
    long: 'udp-service',
    short: 'u',
    value: 'host[:port]',
    is: 'service-address',
    read: virtualServer('udp'),
    does: 'a UDP service',
  },
  {
    long: 'sctp-service',
    value: 'host[:port]',
    is: 'service-address',
    read: virtualServer('sctp'),
    does: 'an SCTP service',
  },
  {
    long: 'fwmark-service',
    short: 'f',
    value: 'mark',
    is: 'service-address',
    read: firewallMark,
    does: 'packets that the firewall marked',
  },
  { long: 'ipv6', short: '6', read: ipv6, does: 'of IPv6: after -f' },

  {
    long: 'scheduler',
    short: 's',
    value: 'name',
    is: 'scheduler',
    read: (line, value) => {
      line.scheduler = cut(value, SCHEDULER_BYTES);
    },
    does: 'rr, wrr, lc, wlc (the default), lblc, lblcr, dh, sh, mh, sed, nq, fo, ovf, twos, …',
  },
  {
    long: 'persistent',
    short: 'p',
    value: 'seconds',
    optional: String(DEFAULT_PERSISTENCE_TIMEOUT),
    is: 'persistent',
    read: (line, value) => {
      line.persistent = readTimeout(value, 1);
    },
    does: 'clients keep their real server so long: 360 where no number is given',
  },
  {
    long: 'netmask',
    short: 'M',
    value: 'mask',
    is: 'netmask',
    read: (line, value) => {
      line.netmask = value;
    },
    does: 'clients within one network keep the same one: 255.255.255.0, for IPv6 a prefix length',
  },
  {
    long: 'pe',
    value: 'engine',
    is: 'pe',
    read: (line, value) => {
      line.engine = cut(value, ENGINE_BYTES);
    },
    does: 'persistence engine: sip',
  },
  {
    long: 'ops',
    short: 'o',
    is: 'ops',
    does: 'one-packet scheduling: each packet on its own, for UDP and firewall marks',
  },
  {
    long: 'sched-flags',
    short: 'b',
    value: 'flags',
    is: 'sched-flags',
    read: (line, value) => {
      line.schedulerFlags = value;
    },
    does: 'flag-1, flag-2, flag-3; sh-fallback, sh-port; mh-fallback, mh-port: with commas',
  },

  {
    long: 'real-server',
    short: 'r',
    value: 'host[:port]',
    is: 'real-server',
    read: realServer,
    does: "the real server; its port is the service's where none is given",
  },
  {
    long: 'gatewaying',
    short: 'g',
    is: 'forwarding-method',
    read: forwarding('droute'),
    does: 'forward by direct routing: the default',
  },
  {
    long: 'ipip',
    short: 'i',
    is: 'forwarding-method',
    read: forwarding('tunnel'),
    does: 'forward through a tunnel',
  },
  {
    long: 'masquerading',
    short: 'm',
    is: 'forwarding-method',
    read: forwarding('masq'),
    does: 'forward by network address translation',
  },
  {
    long: 'local',
    is: 'forwarding-method',
    read: forwarding('local'),
    does: 'deliver on the director itself',
  },
  {
    long: 'bypass',
    is: 'forwarding-method',
    read: forwarding('bypass'),
    does: 'forward to where the packet goes anyway',
  },
  {
    long: 'weight',
    short: 'w',
    value: 'weight',
    is: 'weight',
    read: (line, value) => {
      line.weight = number(value, 0, MAX_INT);
    },
    does: 'its share: 1 by default; 0 takes no new connections',
  },
  {
    long: 'u-threshold',
    short: 'x',
    value: 'connections',
    is: 'u-threshold',
    read: (line, value) => {
      line.upperThreshold = number(value, 0, MAX_INT);
    },
    does: 'takes no new connections above so many; 0, the default, is no limit',
  },
  {
    long: 'l-threshold',
    short: 'y',
    value: 'connections',
    is: 'l-threshold',
    read: (line, value) => {
      line.lowerThreshold = number(value, 0, MAX_INT);
    },
    does: 'takes them again below so many; 0, the default, is ¾ of the upper one',
  },
  { long: 'tun-type', value: 'type', is: 'tun-type', read: tunnelType, does: 'ipip (the default), gue, gre' },
  {
    long: 'tun-port',
    value: 'port',
    is: 'tun-port',
    read: (line, value) => {
      line.tunnelPort = number(value, 1, 65535);
    },
    does: 'where gue goes to',
  },
  { long: 'tun-nocsum', is: 'tun-nocsum', does: 'gue, gre: no checksum, the default' },
  { long: 'tun-csum', is: 'tun-csum', does: 'gue, gre: a checksum' },
  { long: 'tun-remcsum', is: 'tun-remcsum', does: 'gue: remote checksum offload' },

  { long: 'numeric', short: 'n', is: 'numeric', does: 'addresses and ports as numbers' },
  { long: 'connection', short: 'c', is: 'connection', does: 'list the connections' },
  { long: 'timeout', is: 'timeout', does: 'list the timeouts of connections' },
  { long: 'daemon', is: 'daemon', does: 'list the synchronisation daemons' },
  { long: 'stats', is: 'stats', does: 'with totals' },
  { long: 'rate', is: 'rate', does: 'with rates per second' },
  { long: 'thresholds', is: 'thresholds', does: 'with thresholds' },
  {
    long: 'persistent-conn',
    is: 'persistent-conn',
    does: 'with persistent connections; for -c with engine data',
  },
  { long: 'tun-info', is: 'tun-info', does: 'with tunnels' },
  { long: 'exact', short: 'X', is: 'exact', does: 'numbers in full' },
  { long: 'nosort', is: 'nosort', does: "in the kernel's order" },
  { long: 'sort', does: 'sorted: the default' },
  { long: 'json', is: 'json', does: 'as JSON' },
  { long: 'continue', is: 'continue', does: 'carry out the good rules where others are bad' },

  {
    long: 'mcast-interface',
    value: 'interface',
    is: 'mcast-interface',
    read: (line, value) => {
      line.interface = cut(value, INTERFACE_BYTES);
    },
    does: 'the network interface: eth0 by default',
  },
  {
    long: 'syncid',
    value: 'id',
    is: 'syncid',
    read: (line, value) => {
      line.syncId = number(value, 0, 255);
    },
    does: '0 to 255; 0 by default',
  },
  {
    long: 'sync-maxlen',
    value: 'bytes',
    is: 'sync-maxlen',
    read: (line, value) => {
      line.maxLength = number(value, 1, 65507);
    },
    does: 'longest message',
  },
  {
    long: 'mcast-group',
    value: 'address',
    is: 'mcast-group',
    read: multicastGroup,
    does: '224.0.0.81 by default',
  },
  {
    long: 'mcast-port',
    value: 'port',
    is: 'mcast-port',
    read: (line, value) => {
      line.groupPort = number(value, 1, 65535);
    },
    does: '8848 by default',
  },
  {
    long: 'mcast-ttl',
    value: 'ttl',
    is: 'mcast-ttl',
    read: (line, value) => {
      line.ttl = number(value, 1, 255);
    },
    does: '1 by default',
  },
];
