/** `@lvs/netlink/metrics`: the table and the director's counters, as Prometheus reads them. */

export { IpvsMetrics } from './ipvs-metrics';
export type { IpvsMetricsOptions } from './options';
export type { MetricsRegistry } from './prom-client';
export type { Scrape } from './scrape';
