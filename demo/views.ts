import type { Connection, ConnectionFilter, Ipvs } from '@lvs/netlink';
import { formatConnections, formatTable } from './ipvsadm';
import { listing } from './transcript';

/** Shows the table of services and real servers. */
export async function showTable(ipvs: Ipvs): Promise<void> {
  const info = await ipvs.info();
  listing(formatTable(info, await ipvs.table()));
}

/** Shows connection entries, and returns them. */
export async function showConnections(ipvs: Ipvs, filter: ConnectionFilter): Promise<Connection[]> {
  const entries: Connection[] = [];
  for await (const entry of ipvs.connections(filter)) entries.push(entry);
  listing(formatConnections(entries));
  return entries;
}
