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

/**
 * How long idle connections are kept, in seconds. Every kernel takes up to 2147483, which is 24 days; one of 250 ticks a
 * second takes 8589934, one of 100 takes 21474836. Its timers end earlier, though: after 12 days at 1000 ticks a second,
 * 49 at 250, 15 at 100 (`WHEEL_TIMEOUT_MAX`); and what it reports of an entry counts modulo 4294967 seconds.
 */
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

/**
 * The kernel keeps ticks in an `int` (`INT_MAX / HZ`), and no kernel has fewer than a hundred a second. One that has
 * more says EINVAL of what it cannot hold; before Linux 5.1 it does not look.
 */
const MAX_SECONDS = 21474836;

export function checkTimeout(name: string, value: unknown): number {
  return checkInteger(`timeouts.${name}`, value, 1, MAX_SECONDS);
}
