/** What the options' values mean: a word -> what it says in the line. */

import { MAX_INT } from '../errors/argument';
import { addressHint, isIP } from '../model/address-text';
import { MAX_PERSISTENCE_TIMEOUT } from '../model/persistence-timeout';
import type { Protocol } from '../model/protocol';
import { CommandLineError, ValueError } from './command-line-error';
import { readNumber } from './decimal';
import { readEndpoint, whyNoEndpoint } from './endpoint';
import type { Line } from './line';

/** Stores the value in the line. Throws `ValueError`. */
type Reader = (line: Line, value: string) => void;

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

/** By their long names. */
export const READERS: Readonly<Record<string, Reader>> = {
  'tcp-service': virtualServer('tcp'),
  'udp-service': virtualServer('udp'),
  'sctp-service': virtualServer('sctp'),
  'fwmark-service': firewallMark,
  ipv6: ipv6,
  scheduler: (line, value) => {
    line.scheduler = cut(value, SCHEDULER_BYTES);
  },
  persistent: (line, value) => {
    line.persistent = readTimeout(value, 1);
  },
  netmask: (line, value) => {
    line.netmask = value;
  },
  pe: (line, value) => {
    line.engine = cut(value, ENGINE_BYTES);
  },
  'sched-flags': (line, value) => {
    line.schedulerFlags = value;
  },
  'real-server': realServer,
  gatewaying: forwarding('droute'),
  ipip: forwarding('tunnel'),
  masquerading: forwarding('masq'),
  local: forwarding('local'),
  bypass: forwarding('bypass'),
  weight: (line, value) => {
    line.weight = number(value, 0, MAX_INT);
  },
  'u-threshold': (line, value) => {
    line.upperThreshold = number(value, 0, MAX_INT);
  },
  'l-threshold': (line, value) => {
    line.lowerThreshold = number(value, 0, MAX_INT);
  },
  'tun-type': tunnelType,
  'tun-port': (line, value) => {
    line.tunnelPort = number(value, 1, 65535);
  },
  'mcast-interface': (line, value) => {
    line.interface = cut(value, INTERFACE_BYTES);
  },
  syncid: (line, value) => {
    line.syncId = number(value, 0, 255);
  },
  'sync-maxlen': (line, value) => {
    line.maxLength = number(value, 1, 65507);
  },
  'mcast-group': multicastGroup,
  'mcast-port': (line, value) => {
    line.groupPort = number(value, 1, 65535);
  },
  'mcast-ttl': (line, value) => {
    line.ttl = number(value, 1, 255);
  },
};
