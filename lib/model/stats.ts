/** Counters. */

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
