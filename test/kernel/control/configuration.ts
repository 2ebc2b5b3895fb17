/** What the kernel reports, without what it counts. */

import type { Destination, IpvsSync, Service } from '../../../lib/index';

/** In an order of our own: the kernel's is that of a hash table, which since 7.1 is resized. */
export function configurationsOf(ipvs: IpvsSync): object[] {
  return ipvs
    .table()
    .map(({ destinations, ...service }) => ({
      ...configuration(service as Service),
      destinations: destinations.map(configuration),
    }))
    .map((row) => ({ row, text: JSON.stringify(row) }))
    .sort((a, b) => (a.text < b.text ? -1 : 1))
    .map(({ row }) => row);
}

/** A report without counters. */
export function configuration({ stats, ...rest }: Service | Destination): object {
  return rest;
}
