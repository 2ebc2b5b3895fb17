/**
 * The vocabulary of the library: what goes in and what comes out. Addresses are text in canonical form (RFC 5952
 * for IPv6), ports are numbers in host order, units stand in each field's comment.
 */

import type { IpvsError } from '../errors/ipvs-error';

export type Family = 'ipv4' | 'ipv6';
export type Protocol = 'tcp' | 'udp' | 'sctp';

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

/** `ops` is one-packet scheduling; the others are scheduler flags, `flag-1..3` in their generic form. */
export type ServiceFlag =
  | 'ops'
  | 'sh-fallback'
  | 'sh-port'
  | 'mh-fallback'
  | 'mh-port'
  | 'flag-1'
  | 'flag-2'
  | 'flag-3';

/** NAT is `masq`, IP tunnelling is `tunnel`, direct routing is `droute`. */
export type ForwardingMethod = 'masq' | 'tunnel' | 'droute' | 'local' | 'bypass';

export interface VirtualAddress {
  protocol: Protocol;
  address: string;
  /** 0 means every port, and needs `persistence`. */
  port: number;
}

export interface FirewallMark {
  /** 1 … 4294967295 */
  fwmark: number;
  /** Default `ipv4`. */
  family?: Family;
}

/** What names a virtual service. */
export type ServiceKey = VirtualAddress | FirewallMark;

export interface Persistence {
  /** Seconds, 1 … 2678400. Default 360, as ipvsadm and keepalived use (ipvsadm's manual says 300). */
  timeout?: number;
  /** Clients within one prefix stick together: a prefix length, or for IPv4 a dotted mask. Default: the whole address. */
  netmask?: number | string;
  /** Persistence engine, e.g. `sip`. */
  engine?: string;
}

export interface ServiceOptions {
  /** Default `wlc`, as in ipvsadm. */
  scheduler?: Scheduler;
  flags?: readonly ServiceFlag[];
  /** Absent: each connection is scheduled on its own. `true`: all defaults. */
  persistence?: Persistence | true;
}

export type ServiceSpec = ServiceKey & ServiceOptions;

/** A virtual service as the kernel reports it. It is itself a valid `ServiceSpec`. */
export type Service = ServiceKey & {
  family: Family;
  scheduler: string;
  flags: ServiceFlag[];
  persistence?: { timeout: number; netmask: number | string; engine?: string };
  stats: Stats;
};

export interface DestinationKey {
  /** May be of the other family than its service only with `forward: 'tunnel'`. */
  address: string;
  port: number;
}

export type Tunnel =
  | { type: 'ipip' }
  | { type: 'gue'; port: number; checksum?: 'none' | 'checksum' | 'remote-checksum' }
  | { type: 'gre'; checksum?: 'none' | 'checksum' };

export interface DestinationOptions {
  /** Default `droute`, as in ipvsadm. */
  forward?: ForwardingMethod;
  /** 0 … 2147483647; 0 takes no new connections. Default 1. */
  weight?: number;
  /** Connections above which the destination takes no new ones; 0, the default, is no limit. */
  upperThreshold?: number;
  /** Connections below which it takes new ones again; 0, the default, is ¾ of the upper one. */
  lowerThreshold?: number;
  /** Only with `forward: 'tunnel'`. Default ipip. */
  tunnel?: Tunnel;
}

export type DestinationSpec = DestinationKey & DestinationOptions;

/** A real server as the kernel reports it. It is itself a valid `DestinationSpec`. */
export interface Destination extends DestinationKey {
  family: Family;
  forward: ForwardingMethod;
  weight: number;
  upperThreshold: number;
  lowerThreshold: number;
  tunnel?: Tunnel;
  activeConnections: number;
  inactiveConnections: number;
  persistentConnections: number;
  stats: Stats;
}

/** Totals are 64-bit (`bigint`): a number would lose bytes after days at 100 Gbit/s. */
export interface Counters<T> {
  connections: T;
  packetsIn: T;
  packetsOut: T;
  bytesIn: T;
  bytesOut: T;
}

/** The kernel's estimator updates `rates` (per second) and the totals it reports every 2 s. */
export interface Stats extends Counters<bigint> {
  rates: Counters<number>;
}

export interface Endpoint {
  address: string;
  port: number;
}

export interface Connection {
  protocol: Protocol | 'ip';
  client: Endpoint;
  /** The virtual service's side; a firewall-mark template carries the mark instead. */
  virtual: Endpoint | { fwmark: number };
  destination: Endpoint;
  /** As the kernel prints it: `ESTABLISHED`, `TIME_WAIT`, `NONE`, … */
  state: string;
  /** Seconds until the entry expires. */
  expires: number;
  /** Made by persistence, not by a packet flow: it pins a client to a destination. */
  template: boolean;
  engine?: { name: string; data: string };
}

/** Every given field must match. Filtering happens in native code, before any object exists. */
export interface ConnectionFilter {
  protocol?: Connection['protocol'];
  client?: Partial<Endpoint>;
  /** A mark passes the templates of firewall-mark services: only they carry it. */
  virtual?: Partial<Endpoint> | { fwmark: number };
  destination?: Partial<Endpoint>;
  state?: string;
  template?: boolean;
}

export type ConnectionField = 'protocol' | 'client' | 'virtual' | 'destination' | 'state' | 'template';

/** One row of `countConnections`: the fields that were asked for, and how many entries share them. */
export type ConnectionCount = Partial<Pick<Connection, ConnectionField>> & { count: number };

/** How the connection table is read. */
export interface ConnectionOptions {
  /** Ends the reading: it rejects with an `AbortError` whose `cause` is the signal's reason. */
  signal?: AbortSignal;
}

export interface Info {
  /** Dotted, e.g. `1.2.1`. */
  version: string;
  connectionTableSize: number;
}

/** Seconds. */
export interface Timeouts {
  tcp: number;
  tcpFin: number;
  udp: number;
}

export type DaemonRole = 'master' | 'backup';

export interface DaemonSpec {
  role: DaemonRole;
  /** Network interface that carries the sync messages. */
  interface: string;
  /** 0 … 255. Default 0. */
  syncId?: number;
  /** Bytes, 1 … 65507. Default: the interface's MTU decides. */
  maxLength?: number;
  multicast?: {
    /** Default 224.0.0.81. */
    group?: string;
    /** Default 8848. */
    port?: number;
    /** 1 … 255. Default 1. */
    ttl?: number;
  };
}

export interface Daemon extends DaemonSpec {
  syncId: number;
}

export type Command =
  | { op: 'addService'; service: ServiceSpec }
  | { op: 'setService'; service: ServiceSpec }
  | { op: 'deleteService'; service: ServiceKey }
  | { op: 'addDestination'; service: ServiceKey; destination: DestinationSpec }
  | { op: 'setDestination'; service: ServiceKey; destination: DestinationSpec }
  | { op: 'deleteDestination'; service: ServiceKey; destination: DestinationKey }
  | { op: 'zero'; service?: ServiceKey }
  | { op: 'flush' };

export interface BatchOptions {
  /** Default true: reject with a `BatchError` when the kernel refused any command. */
  throwOnFailure?: boolean;
}

export interface BatchResult {
  /** Commands the kernel carried out. */
  applied: number;
  /** One entry per refused command, in the order given. The commands after it were still tried. */
  failures: BatchFailure[];
}

export interface BatchFailure {
  index: number;
  command: Command;
  error: IpvsError;
}

export interface OpenOptions {
  /** Another network namespace: its path (`/run/netns/blue`), a process in it, or an open descriptor. */
  netns?: string | { pid: number } | { fd: number };
  /** Milliseconds that any single request may take. Default 10000; 0 waits for ever. */
  timeout?: number;
}
