import { execFile } from 'node:child_process';
import { dirname, join } from 'node:path';
import { inspect, promisify } from 'node:util';
import type { Connection, ConnectionFilter, Ipvs } from '@lvs/netlink';
import { command, listing, result } from './transcript';

const PACKAGE = require.resolve('@lvs/netlink/package.json');
const { bin } = require(PACKAGE) as { bin: { lvsadm: string } };

/** Shows the table of services and real servers, as the package's own program lists it. */
export async function showTable(): Promise<void> {
  const args = ['-L', '-n'];
  command(`lvsadm ${args.join(' ')}`);
  const program = join(dirname(PACKAGE), bin.lvsadm);
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args]);
  listing(stdout);
}

/** Shows connection entries, and returns them. */
export async function showConnections(ipvs: Ipvs, filter: ConnectionFilter): Promise<Connection[]> {
  const entries: Connection[] = [];
  for await (const entry of ipvs.connections(filter)) {
    entries.push(entry);
    result(inspect(entry, { breakLength: Number.POSITIVE_INFINITY }));
  }
  return entries;
}
