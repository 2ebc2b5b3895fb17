/**
 * What real kernels answered to 454 requests, one row of rows.jsonl each, in the words of the wire: attributes by
 * their kernel names, `{ hex }` where bytes were sent that no encoder makes. Each was asked in a namespace of its own.
 */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes that stood where the attribute's value belongs. */
export interface Raw {
  hex: string;
}

export interface WireService {
  af?: number | Raw;
  proto?: number | Raw;
  addr?: string | Raw;
  port?: number | Raw;
  fwmark?: number | Raw;
  sched?: string | Raw;
  /** Value and mask. */
  flags?: [number, number] | Raw;
  timeout?: number | Raw;
  /** Dotted for IPv4, a prefix length for IPv6. */
  netmask?: string | number | Raw;
  pe?: string | Raw;
}

export interface WireDestination {
  addr?: string | Raw;
  port?: number | Raw;
  fwd?: number;
  weight?: number | Raw;
  u?: number;
  l?: number;
  af?: number;
  ttype?: number | Raw;
  tport?: number;
  tflags?: number;
}

export interface WireDaemon {
  state?: number;
  ifn?: string | Raw;
  sync_id?: number | Raw;
  maxlen?: number;
  group?: string;
  group6?: string | Raw;
  port?: number;
  ttl?: number;
}

export interface WireTimeouts {
  tcp?: number | Raw;
  fin?: number | Raw;
  udp?: number | Raw;
}

export interface WireRequest {
  svc?: WireService;
  dst?: WireDestination;
  dmn?: WireDaemon;
  cfg?: WireTimeouts;
  /** Attributes, or bytes, that no field names. */
  raw_attrs?: unknown[];
  raw_bytes?: Raw;
}

/** Of netlink and generic netlink, where it differed from a plain request. */
export type WireOptions = Partial<
  Record<'dump' | 'nlflags' | 'ver' | 'reserved' | 'nestflag' | 'family' | 'nohdr' | 'bare', unknown>
>;

/** A command and its request; or, its name beginning with `_`, something done to the namespace's interfaces. */
export type Step = [cmd: string | number, request: WireRequest] | [deed: `_${string}`, ...unknown[]];

export interface State {
  services?: (WireService & { dests?: WireDestination[] })[];
  daemons?: WireDaemon[];
  timeouts?: WireTimeouts;
}

export interface Row {
  id: string;
  cmd: string | number;
  request: WireRequest;
  options?: WireOptions;
  /** Carried out before, without a refusal. */
  setup?: Step[];
  /** `OK`, a name, or names by kernel where they differ. */
  errno: string | Record<string, string>;
  /** What there was afterwards; absent where the request was refused, which left all as it was. */
  after?: State;
}

/** Every row, in the table's order. */
export const ROWS = readRows();

function readRows(): Row[] {
  const [first = '', ...lines] = readFileSync(join(__dirname, 'rows.jsonl'), 'utf8').trimEnd().split('\n');
  const { like: models } = JSON.parse(first) as { like: Record<string, object> };
  return lines.map((line) => JSON.parse(line, (_, value) => complete(value, models)) as Row);
}

/** `{ like: 'web', port: 81, sched: null }` is the model of that name on port 81, its scheduler left out. */
function complete(value: unknown, models: Record<string, object>): unknown {
  if (typeof value !== 'object' || value === null || !('like' in value)) return value;
  const { like, ...differences } = value;
  const whole = { ...models[like as string], ...differences };
  return Object.fromEntries(Object.entries(whole).filter(([, field]) => field !== null));
}
