/** The options: how each is written, and what it does to the line. */

import { MAX_INT } from '../errors/argument';
import { addressHint, isIP } from '../model/address-text';
import { DEFAULT_PERSISTENCE_TIMEOUT, MAX_PERSISTENCE_TIMEOUT } from '../model/persistence';
import type { Protocol } from '../model/protocol';
import { CommandLineError, ValueError } from './command-line-error';
import { readNumber } from './decimal';
import { readEndpoint, whyNoEndpoint } from './endpoint';
import type { Line } from './line';
import type { Spelling } from './scanner';

/** The names in the tables of commands. Options that share a name exclude each other. */
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

/** The options that configure a tunnel, beside its type. */
export const TUNNEL_OPTIONS: ReadonlySet<OptionName> = new Set<OptionName>([
  'tun-port',
  'tun-nocsum',
  'tun-csum',
  'tun-remcsum',
]);

export interface OptionRule extends Spelling {
  /** Its name in the tables of commands; absent where it goes with every command. */
  is?: OptionName;
  /** Stores the value in the line. Throws `ValueError`. */
  read?(line: Line, value: string): void;
  /** Its description in the help. */
  does: string;
}

/** Names are cut to the length that the kernel has room for, as ipvsadm does. */
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

/** Reads a timeout in seconds. */
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

/** The text, cut to a number of bytes. */
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
    does: 'a service of the packets with this firewall mark',
  },
  { long: 'ipv6', short: '6', read: ipv6, does: 'the firewall mark is one of IPv6 packets; stands after -f' },

  {
    long: 'scheduler',
    short: 's',
    value: 'name',
    is: 'scheduler',
    read: (line, value) => {
      line.scheduler = cut(value, SCHEDULER_BYTES);
    },
    does: 'scheduler: rr, wrr, lc, wlc (default), lblc, lblcr, dh, sh, mh, sed, nq, fo, ovf, twos, …',
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
    does: 'keep each client on its real server for this long (default: 360)',
  },
  {
    long: 'netmask',
    short: 'M',
    value: 'mask',
    is: 'netmask',
    read: (line, value) => {
      line.netmask = value;
    },
    does: 'treat clients of one network as one client: a mask such as 255.255.255.0, or an IPv6 prefix length',
  },
  {
    long: 'pe',
    value: 'engine',
    is: 'pe',
    read: (line, value) => {
      line.engine = cut(value, ENGINE_BYTES);
    },
    does: 'persistence engine, such as sip',
  },
  {
    long: 'ops',
    short: 'o',
    is: 'ops',
    does: 'one-packet scheduling: schedule each packet by itself (UDP and firewall marks only)',
  },
  {
    long: 'sched-flags',
    short: 'b',
    value: 'flags',
    is: 'sched-flags',
    read: (line, value) => {
      line.schedulerFlags = value;
    },
    does: 'scheduler flags, separated by commas: flag-1, flag-2, flag-3, sh-fallback, sh-port, mh-fallback, mh-port',
  },

  {
    long: 'real-server',
    short: 'r',
    value: 'host[:port]',
    is: 'real-server',
    read: realServer,
    does: "the real server; its port defaults to the service's",
  },
  {
    long: 'gatewaying',
    short: 'g',
    is: 'forwarding-method',
    read: forwarding('droute'),
    does: 'forward by direct routing (default)',
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
    does: 'forward by network address translation (NAT)',
  },
  {
    long: 'local',
    is: 'forwarding-method',
    read: forwarding('local'),
    does: 'deliver to the director itself',
  },
  {
    long: 'bypass',
    is: 'forwarding-method',
    read: forwarding('bypass'),
    does: "forward to the packet's original destination",
  },
  {
    long: 'weight',
    short: 'w',
    value: 'weight',
    is: 'weight',
    read: (line, value) => {
      line.weight = number(value, 0, MAX_INT);
    },
    does: 'weight (default: 1); with 0 it gets no new connections',
  },
  {
    long: 'u-threshold',
    short: 'x',
    value: 'connections',
    is: 'u-threshold',
    read: (line, value) => {
      line.upperThreshold = number(value, 0, MAX_INT);
    },
    does: 'upper threshold: no new connections above this number (default: 0, no limit)',
  },
  {
    long: 'l-threshold',
    short: 'y',
    value: 'connections',
    is: 'l-threshold',
    read: (line, value) => {
      line.lowerThreshold = number(value, 0, MAX_INT);
    },
    does: 'lower threshold: new connections again below this number (default: 0, ¾ of the upper one)',
  },
  {
    long: 'tun-type',
    value: 'type',
    is: 'tun-type',
    read: tunnelType,
    does: 'tunnel type: ipip (default), gue or gre',
  },
  {
    long: 'tun-port',
    value: 'port',
    is: 'tun-port',
    read: (line, value) => {
      line.tunnelPort = number(value, 1, 65535);
    },
    does: 'UDP port of a gue tunnel',
  },
  { long: 'tun-nocsum', is: 'tun-nocsum', does: 'gue and gre: no checksum (default)' },
  { long: 'tun-csum', is: 'tun-csum', does: 'gue and gre: checksum' },
  { long: 'tun-remcsum', is: 'tun-remcsum', does: 'gue: remote checksum offload' },

  { long: 'numeric', short: 'n', is: 'numeric', does: 'show addresses and ports as numbers' },
  { long: 'connection', short: 'c', is: 'connection', does: 'list the connections' },
  { long: 'timeout', is: 'timeout', does: 'list the connection timeouts' },
  { long: 'daemon', is: 'daemon', does: 'list the synchronisation daemons' },
  { long: 'stats', is: 'stats', does: 'show totals' },
  { long: 'rate', is: 'rate', does: 'show rates per second' },
  { long: 'thresholds', is: 'thresholds', does: 'show thresholds' },
  {
    long: 'persistent-conn',
    is: 'persistent-conn',
    does: "show persistent connections; with -c, the persistence engines' data",
  },
  { long: 'tun-info', is: 'tun-info', does: 'show tunnels' },
  { long: 'exact', short: 'X', is: 'exact', does: 'show exact numbers' },
  { long: 'nosort', is: 'nosort', does: "keep the kernel's order" },
  { long: 'sort', does: 'sort (default)' },
  { long: 'json', is: 'json', does: 'print JSON' },
  { long: 'continue', is: 'continue', does: 'apply the valid rules even if others are invalid' },

  {
    long: 'mcast-interface',
    value: 'interface',
    is: 'mcast-interface',
    read: (line, value) => {
      line.interface = cut(value, INTERFACE_BYTES);
    },
    does: 'network interface (default: eth0)',
  },
  {
    long: 'syncid',
    value: 'id',
    is: 'syncid',
    read: (line, value) => {
      line.syncId = number(value, 0, 255);
    },
    does: 'sync ID, 0 to 255 (default: 0)',
  },
  {
    long: 'sync-maxlen',
    value: 'bytes',
    is: 'sync-maxlen',
    read: (line, value) => {
      line.maxLength = number(value, 1, 65507);
    },
    does: 'length of the longest message',
  },
  {
    long: 'mcast-group',
    value: 'address',
    is: 'mcast-group',
    read: multicastGroup,
    does: 'multicast group (default: 224.0.0.81)',
  },
  {
    long: 'mcast-port',
    value: 'port',
    is: 'mcast-port',
    read: (line, value) => {
      line.groupPort = number(value, 1, 65535);
    },
    does: 'multicast port (default: 8848)',
  },
  {
    long: 'mcast-ttl',
    value: 'ttl',
    is: 'mcast-ttl',
    read: (line, value) => {
      line.ttl = number(value, 1, 255);
    },
    does: 'multicast TTL (default: 1)',
  },
];
