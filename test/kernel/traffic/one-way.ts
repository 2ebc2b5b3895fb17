import { setTimeout } from 'node:timers/promises';
import { expect } from '@jest/globals';
import { tally } from '../../../lab/tally';
import type { DestinationOptions, VirtualAddress } from '../../../lib/index';
import { balance, type Stage } from './stage';

const REQUESTS = 12;
const ANSWER_SIZE = 65_536;

/** Balances requests over real servers that answer the client by themselves, and checks that they did. */
export async function balanceOneWay(
  { cluster, ipvs }: Stage,
  port: number,
  options: DestinationOptions,
): Promise<void> {
  const service: VirtualAddress = { protocol: 'tcp', address: cluster.plan.vip, port };
  await balance({ cluster, ipvs }, { ...service, scheduler: 'rr' }, port, options);

  const sent = () =>
    Promise.all([cluster.director, ...cluster.realServers].map((host) => host.do('sentBytes', 'outside')));
  const before = await sent();
  const answers = await tally(REQUESTS, () =>
    cluster.client.do('get', { ...cluster.virtual(port), padding: ANSWER_SIZE }),
  );
  expect(answers).toEqual({ rs1: 6, rs2: 6 });

  const [director, ...realServers] = (await sent()).map((bytes, i) => bytes - (before[i] ?? 0));
  expect(director).toBeLessThan(ANSWER_SIZE); // some ARP and IPv6 housekeeping, not a single answer
  for (const bytes of realServers) expect(bytes).toBeGreaterThan((REQUESTS / 2) * ANSWER_SIZE);
  // Nor could they have come back through it.
  expect(await cluster.director.do('sysctl', { 'net.ipv4.ip_forward': '0' })).toEqual({
    'net.ipv4.ip_forward': '0',
  });

  // The kernel brings the counters that it reports up to date every 2 s.
  let stats = (await ipvs.service(service))?.stats;
  while (stats && stats.connections < BigInt(REQUESTS)) {
    await setTimeout(100);
    stats = (await ipvs.service(service))?.stats;
  }
  expect(stats).toMatchObject({ connections: BigInt(REQUESTS), packetsOut: 0n, bytesOut: 0n });
}
