/** Names of hosts and ports, for listings without `-n`. */

import type { Naming } from '../rules/endpoint-name';
import { serviceOfPort } from '../rules/port-names';

/** Threads that wait for answers cost little, and one answer may take seconds. */
const THREADS = 128;

/** Looks the addresses up, all at once; those without a name stay as they are. */
export async function named(addresses: Iterable<string>): Promise<Naming> {
  const distinct = [...new Set(addresses)];
  // Node's pool takes its size when it first works, and gives half of it to look-ups.
  process.env.UV_THREADPOOL_SIZE ??= String(Math.min(THREADS, 4 + 2 * distinct.length));
  const found = await Promise.all(distinct.map(async (address) => [address, await nameOf(address)] as const));
  const names = new Map(found);
  return {
    host: (address) => names.get(address) ?? address,
    port: (port, protocol) => serviceOfPort(port, protocol ?? '') ?? String(port),
  };
}

async function nameOf(address: string): Promise<string> {
  try {
    return (await process.getBuiltinModule('node:dns/promises').lookupService(address, 0)).hostname;
  } catch {
    return address;
  }
}
