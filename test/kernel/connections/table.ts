import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll } from '@jest/globals';
import { Backup, type Entry, Wire } from '../../../benchmarks/connections/backup.cjs';
import { ip } from '../../../lab/shell';
import { type Connection, type ConnectionFilter, Ipvs } from '../../../lib/index';

/** The wire between this namespace and the table's. */
export const WIRE = Wire;

/** Entries of a namespace end with it, and with nothing else but time. */
export const NAMESPACE = 'lvs-connections';

/** Where a handle finds the table. */
export const NETNS = `/run/netns/${NAMESPACE}`;

/** A connection table of its own, in which a test has whatever entries it names. */
export interface Table {
  ipvs: Ipvs;
  backup: Backup;
  /** Returns when the kernel has them all. They stay until the last test of the file has ended. */
  feed(entries: readonly Entry[]): Promise<void>;
}

/** Sets a table up for a file's tests. */
export function setTable(): Table {
  const table = {
    async feed(entries) {
      const before = await sizeOf(table.ipvs);
      await table.backup.feed(entries);
      while ((await sizeOf(table.ipvs)) < before + entries.length) await setTimeout(20);
    },
  } as Table;
  beforeAll(async () => {
    await ip([`netns add ${NAMESPACE}`]);
    table.ipvs = await Ipvs.open({ netns: NETNS });
    table.backup = await Backup.start(table.ipvs, NAMESPACE);
  });
  afterAll(async () => {
    await table.backup?.stop(table.ipvs);
    await table.ipvs?.close();
    await ip([`netns delete ${NAMESPACE}`]);
  });
  return table;
}

async function sizeOf(ipvs: Ipvs): Promise<number> {
  return (await ipvs.countConnections([]))[0]?.count ?? 0;
}

/** What a loop over the connections comes to. */
export async function listOf(ipvs: Ipvs, filter: ConnectionFilter = {}): Promise<Connection[]> {
  const all: Connection[] = [];
  for await (const connection of ipvs.connections(filter)) all.push(connection);
  return all;
}

/** In an order of their own: the kernel's is none. The time left to each is not compared. */
export function sorted(connections: readonly Connection[]): Omit<Connection, 'expires'>[] {
  return connections
    .map(({ expires, ...rest }) => rest)
    .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}
