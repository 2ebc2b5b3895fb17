/** Looks up the names of hosts and ports, for listings without `-n`. */

import type { Naming } from '../rules/endpoint-name';
import { serviceOfPort } from '../rules/port-names';

/** Threads that wait cost little, and an answer may take seconds. */
const THREADS = 128;

/** Looks up all addresses at once; those that have no name are shown as they are. */
export async function named(
  addresses: Iterable<string>,
  progress: (text: () => string) => void,
): Promise<Naming> {
  const distinct = [...new Set(addresses)];
  // Node's thread pool takes its size when it is first used, and gives half of its threads to look-ups.
  process.env.UV_THREADPOOL_SIZE ??= String(Math.min(THREADS, 4 + 2 * distinct.length));
  const names = new Map<string, string>();
  const telling = setInterval(
    () => progress(() => `${names.size} of ${distinct.length} names looked up`),
    250,
  );
  await Promise.all(distinct.map(async (address) => names.set(address, await nameOf(address))));
  clearInterval(telling);
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
