/** Virtual services: what names them, and how they are configured. */

import { checkString, invalidValue } from '../errors/argument';
import { Fields } from '../errors/fields';
import { type Family, formatEndpoint } from './address';
import type { Persistence } from './persistence';
import type { Protocol } from './protocol';
import type { ServiceFlag } from './service-flags';
import type { Stats } from './stats';

/** Any name is legal: the kernel loads `ip_vs_<name>` on demand. The listed ones ship with Linux. */
export type Scheduler =
  | 'rr'
  | 'wrr'
  | 'lc'
  | 'wlc'
  | 'lblc'
  | 'lblcr'
  | 'dh'
  | 'sh'
  | 'mh'
  | 'sed'
  | 'nq'
  | 'fo'
  | 'ovf'
  | 'twos'
  | (string & {});

/** A virtual service by its address and port. */
export interface VirtualAddress {
  /** The transport protocol; a service of TCP and one of UDP may share an address and port. */
  protocol: Protocol;
  /** IPv4 or IPv6, without a zone; listings report it in canonical form (RFC 5952 for IPv6). */
  address: string;
  /** 0 … 65535. 0 means every port, and needs `persistence`. */
  port: number;
}

/** A virtual service by the mark that a firewall gives its packets. */
export interface FirewallMark {
  /** 1 … 4294967295 */
  fwmark: number;
  /** The family of the packets. Default `ipv4`. */
  family?: Family | undefined;
}

/** What names a virtual service. */
export type ServiceKey = VirtualAddress | FirewallMark;

/** How a virtual service is configured. */
export interface ServiceOptions {
  /** Default `wlc`, as in ipvsadm. */
  scheduler?: Scheduler | undefined;
  /** Default none. */
  flags?: readonly ServiceFlag[] | undefined;
  /** Absent or `false`: each connection is scheduled on its own (a patch with `false` takes it away). `true`: all defaults. */
  persistence?: Persistence | boolean | undefined;
}

/** A virtual service to be added, or to replace what there is. */
export type ServiceSpec = ServiceKey & ServiceOptions;

/** A virtual service as the kernel reports it, without its counters. It is itself a valid `ServiceSpec`. */
export type ServiceState = ServiceKey & {
  /** The family of the address, or of a mark's packets. */
  family: Family;
  /** The scheduler's name; `none` where it has none in force (`ip_vs_genl_fill_service`). */
  scheduler: string;
  /** Those that are set. */
  flags: ServiceFlag[];
  /** Absent where each connection is scheduled on its own. A netmask with holes is dotted, any other a prefix length. */
  persistence?: {
    /** Seconds that a client is kept with its real server, from its last connection on. */
    timeout: number;
    /** Clients that share these bits of the address are one. */
    netmask: number | string;
    /** The persistence engine's name: `sip`. */
    engine?: string;
  };
};

/** A virtual service as the kernel reports it. It is itself a valid `ServiceSpec`. */
export type Service = ServiceState & {
  /** What went through it since it was added, or since `zero`. */
  stats: Stats;
};

/** The scheduler of a service that names none. */
export const DEFAULT_SCHEDULER = 'wlc';

/** Of a service or its key; a row of the table has its destinations, too. */
export const SERVICE_FIELDS = new Fields(
  ['protocol', 'address', 'port', 'fwmark', 'family', 'scheduler', 'flags', 'persistence'],
  ['stats', 'destinations'],
);

/** Of a patch; the others are those of a service that is passed back. */
export const SERVICE_CHANGE_FIELDS = new Fields(
  ['scheduler', 'flags', 'persistence'],
  ['protocol', 'address', 'port', 'fwmark', 'family', 'stats', 'destinations'],
);

const SCHEDULER = "a scheduler's name, such as 'wrr'";
const SCHEDULER_NAME = /^(?!ftp$|pe_)[A-Za-z0-9_-]{1,15}$/;

/** The last one found good: services in a row mostly have the same. */
let latestScheduler: string = DEFAULT_SCHEDULER;

/**
 * A scheduler's name. The kernel loads `ip_vs_<name>` for any name, so one that is no scheduler's could load something
 * else: `ftp` is a helper, and `pe_*` are persistence engines.
 */
export function checkScheduler(path: string, value: unknown): string {
  if (value === latestScheduler) return latestScheduler;
  const name = checkString(path, value, SCHEDULER);
  if (!SCHEDULER_NAME.test(name)) throw invalidValue(path, SCHEDULER, name);
  latestScheduler = name;
  return name;
}

/** `tcp 10.0.0.1:80`, `fwmark 7`, `fwmark 7 (ipv6)`: how messages name a service. */
export function describeService(key: ServiceKey): string {
  if ('fwmark' in key && key.fwmark !== undefined) {
    return key.family === 'ipv6' ? `fwmark ${key.fwmark} (ipv6)` : `fwmark ${key.fwmark}`;
  }
  const address = key as VirtualAddress;
  return `${address.protocol} ${formatEndpoint(address)}`;
}
