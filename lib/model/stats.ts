/** Counters. */

/** Totals are 64-bit (`bigint`): a number would lose bytes after days at 100 Gbit/s. */
export interface Counters<T> {
  /** Connections that were scheduled. */
  connections: T;
  /** Packets from clients. */
  packetsIn: T;
  /** Packets to clients: the director sees them with `masq` only. */
  packetsOut: T;
  /** Bytes from clients, IP headers included. */
  bytesIn: T;
  /** Bytes to clients, as `packetsOut`. */
  bytesOut: T;
}

/** The kernel's estimator updates `rates` (per second) and the totals it reports every 2 s. */
export interface Stats extends Counters<bigint> {
  /** Per second, averaged over the last seconds (net/netfilter/ipvs/ip_vs_est.c). */
  rates: Counters<number>;
}
