/** All that the checks of a director look at, gathered in one place. */

import type { BackendHost } from '../../backend/backend';
import type { Ipvs } from '../../ipvs';
import type { Family } from '../../model/address';
import type { ConnectionCount } from '../../model/connection';
import type { Daemon } from '../../model/daemon';
import type { Destination } from '../../model/destination';
import type { VirtualAddress } from '../../model/service';
import type { Sysctls } from '../../model/sysctls';
import type { TableRow } from '../../model/table';
import { readFirewall } from '../firewall/read';
import type { Firewall } from '../firewall/rules';
import { Inspection, type Unseen } from '../network/inspection';
import { Network } from '../network/network';
import type { Lookup } from '../network/rtnetlink';
import { SOMEWHERE } from '../somewhere';

/** What surrounds IPVS: absent where the handle's backend has no machine around it. */
export interface Surroundings {
  network: Network;
  firewall: Firewall;
  unseen: readonly Unseen[];
}

export interface DirectorFacts {
  table: readonly TableRow[];
  daemons: readonly Daemon[];
  sysctls: Sysctls;
  /** Buckets. */
  connectionTableSize: number;
  /** Connections by real server and state. */
  states: readonly ConnectionCount[];
  host: Surroundings | undefined;
}

export async function gather(
  ipvs: Ipvs,
  host: BackendHost | undefined,
  signal: AbortSignal | undefined,
): Promise<DirectorFacts> {
  const options = signal === undefined ? {} : { signal };
  const { connectionTableSize } = await ipvs.info();
  const table = await ipvs.table(options);
  return {
    connectionTableSize,
    table,
    daemons: await ipvs.daemons(),
    sysctls: await ipvs.sysctls(),
    states: await ipvs.countConnections(['destination', 'state'], { template: false }, options),
    host: host && (await look(new Inspection(host, signal), table)),
  };
}

async function look(inspection: Inspection, table: readonly TableRow[]): Promise<Surroundings> {
  const firewall = await readFirewall(inspection);
  const lookups: Lookup[] = Object.values(SOMEWHERE).map((to) => ({ to }));
  for (const row of table) {
    if (isAddressed(row)) lookups.push({ to: row.address });
    else lookups.push(...firewall.markedDestinations(row.fwmark).map((to) => ({ to, mark: row.fwmark })));
    lookups.push(...row.destinations.map(({ address }) => ({ to: address })));
  }
  return { network: await Network.read(inspection, lookups), firewall, unseen: inspection.unseen };
}

/** Whether a service is named by its address. */
export function isAddressed(row: TableRow): row is TableRow & VirtualAddress {
  return 'address' in row;
}

/** A real server with its service. */
export interface Pair {
  service: TableRow;
  destination: Destination;
}

/** Every real server, under each service. */
export function pairs({ table }: DirectorFacts): Pair[] {
  return table.flatMap((service) => service.destinations.map((destination) => ({ service, destination })));
}

/** Where packets to any client go that is on no network of this machine. */
export function toSomewhere(family: Family): Lookup {
  return { to: SOMEWHERE[family] };
}
