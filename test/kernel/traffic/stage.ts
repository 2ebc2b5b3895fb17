import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { Cluster } from '../../../lab/cluster';
import type { Plan } from '../../../lab/plan';
import {
  type Connection,
  type ConnectionFilter,
  type DestinationOptions,
  Ipvs,
  type ServiceSpec,
} from '../../../lib/index';

/** A cluster with its director's IPVS, there from the first test of a file to the last. */
export interface Stage {
  cluster: Cluster;
  ipvs: Ipvs;
}

/** Sets a stage for a file's tests; each begins with an empty table. Connections of others may remain: see PORTS. */
export function setStage(plan: Plan, prepare: (cluster: Cluster) => Promise<unknown>): Stage {
  const stage = {} as Stage;
  beforeAll(async () => {
    stage.cluster = await Cluster.start(plan);
    stage.ipvs = await Ipvs.open();
    await prepare(stage.cluster);
  }, 60_000);
  beforeEach(() => stage.ipvs.flush());
  afterAll(async () => {
    await stage.ipvs?.flush();
    await stage.ipvs?.close();
    await stage.cluster?.[Symbol.asyncDispose]();
  }, 60_000);
  return stage;
}

/** The connection entries that a filter lets through. */
export async function entriesOf(ipvs: Ipvs, filter: ConnectionFilter): Promise<Connection[]> {
  const entries: Connection[] = [];
  for await (const entry of ipvs.connections(filter)) entries.push(entry);
  return entries;
}

/** A virtual service over both real servers, by NAT unless the options say otherwise. */
export async function balance(
  { cluster, ipvs }: Stage,
  service: ServiceSpec,
  realServerPort: number,
  options: DestinationOptions = { forward: 'masq' },
): Promise<void> {
  await ipvs.addService(service);
  for (const server of cluster.destinations(realServerPort)) {
    await ipvs.addDestination(service, { ...server, ...options });
  }
}
