/** What concerns the whole director. */

import { checkInteger } from '../errors/argument';
import { Fields } from '../errors/fields';

/** The kernel's IPVS, and how it is reached. */
export interface Info {
  /** Dotted, e.g. `1.2.1`. */
  version: string;
  /** Buckets of the connection's hash table. */
  connectionTableSize: number;
  /** By which of the kernel's doors changes go. */
  channel: 'netlink' | 'socket-options';
}

/** How long idle connections are kept, in seconds. */
export interface Timeouts {
  /** Established TCP connections. The kernel's default is 900. */
  tcp: number;
  /** TCP connections after a FIN. The kernel's default is 120. */
  tcpFin: number;
  /** UDP flows. The kernel's default is 300. */
  udp: number;
}

export const TIMEOUT_NAMES = ['tcp', 'tcpFin', 'udp'] as const;
export const TIMEOUT_FIELDS = new Fields(TIMEOUT_NAMES);

/** 2^31 / 1000: the kernel counts in ticks, and no kernel has more than a thousand a second. */
const MAX_SECONDS = 2147483;

export function checkTimeout(name: string, value: unknown): number {
  return checkInteger(`timeouts.${name}`, value, 1, MAX_SECONDS);
}
