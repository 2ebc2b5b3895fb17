/** Entries of the connection table. */

import type { Protocol } from './protocol';

/** One side of a connection. */
export interface Endpoint {
  /** IPv4 or IPv6, in canonical form (RFC 5952 for IPv6). */
  address: string;
  /** 0 … 65535; 0 where the entry is of every port, as a template's client is. */
  port: number;
}

/** An entry of the connection table, as `/proc/net/ip_vs_conn` has it. */
export interface Connection {
  /** `ip`: a template of a service that is named by a firewall mark. */
  protocol: Protocol | 'ip';
  /** Whoever opened it. */
  client: Endpoint;
  /** The virtual service's side; a firewall-mark template carries the mark instead. */
  virtual: Endpoint | { fwmark: number };
  /** The real server's side. */
  destination: Endpoint;
  /** As the kernel prints it: `ESTABLISHED`, `TIME_WAIT`, `NONE`, … */
  state: string;
  /** Seconds until the entry expires. */
  expires: number;
  /** Made by persistence, not by a packet flow: it pins a client to a destination. */
  template: boolean;
  /** The persistence engine that made it, and what it goes by, e.g. a SIP call's id. */
  engine?: {
    /** The engine's name: `sip`. */
    name: string;
    /** What the engine tells clients apart by, as the kernel prints it. */
    data: string;
  };
}

/** Every given field must match. Filtering happens in native code, before any object exists. */
export interface ConnectionFilter {
  /** The protocol, or `ip` for templates of firewall-mark services. */
  protocol?: Connection['protocol'] | undefined;
  /** The client's address, port, or both. */
  client?: Partial<Endpoint> | undefined;
  /** A mark passes the templates of firewall-mark services: only they carry it. */
  virtual?: Partial<Endpoint> | { fwmark: number } | undefined;
  /** The real server's address, port, or both. */
  destination?: Partial<Endpoint> | undefined;
  /** As the kernel prints it. */
  state?: string | undefined;
  /** `true`: templates only; `false`: none. Default both. */
  template?: boolean | undefined;
}

/** What `countConnections` can count by. */
export type ConnectionField = 'protocol' | 'client' | 'virtual' | 'destination' | 'state' | 'template';

/** One row of `countConnections`: the fields that were asked for, and how many entries share them. */
export type ConnectionCount = Partial<Pick<Connection, ConnectionField>> & {
  /** Entries, 1 or more. */
  count: number;
};

/** How the connection table is read. */
export interface ConnectionOptions {
  /** Ends the reading: it rejects with an `AbortError` whose `cause` is the signal's reason. */
  signal?: AbortSignal | undefined;
}
