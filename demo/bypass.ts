import { setTimeout } from 'node:timers/promises';
import type { ForwardingMethod, Ipvs, Stats, VirtualAddress } from '@lvs/netlink';
import { expect, expectTally } from './expectations';
import { request } from './requests';
import type { Stage } from './scenario';
import { note, result } from './transcript';
import { showTable } from './views';

const REQUESTS = 12;
const ANSWER_SIZE = 65536;

/** Balances requests over real servers that answer the client by themselves, and proves that they do. */
export async function balanceOneWay(
  { cluster, ipvs }: Stage,
  forward: ForwardingMethod,
  port: number,
): Promise<void> {
  const service: VirtualAddress = { protocol: 'tcp', address: cluster.plan.vip, port };
  await cluster.serveHttp(port);

  note(`A virtual service on port ${port} of the VIP; the real servers listen on the same port.`);
  await ipvs.addService({ ...service, scheduler: 'rr' });
  for (const server of cluster.destinations(port)) await ipvs.addDestination(service, { ...server, forward });
  await showTable();

  const hosts = [cluster.director, ...cluster.realServers];
  const sent = () => Promise.all(hosts.map((host) => host.do('sentBytes', 'outside')));
  note(`The client asks for ${ANSWER_SIZE} bytes, ${REQUESTS} times.`);
  const before = await sent();
  expectTally(await request(cluster, cluster.client, REQUESTS, port, { padding: ANSWER_SIZE }), {
    rs1: 6,
    rs2: 6,
  });
  const after = await sent();

  note(
    "What each sent into the client's network: the answers came from the real servers, not through the director.",
  );
  const [director = 0, ...realServers] = after.map((bytes, i) => bytes - (before[i] ?? 0));
  result(hosts.map(({ name }, i) => `${name} ${[director, ...realServers][i]} bytes`).join(', '));
  expect(director < ANSWER_SIZE, `the director sent ${director} bytes: the answers went through it`);
  for (const bytes of realServers)
    expect(bytes > (REQUESTS / 2) * ANSWER_SIZE, `a real server sent only ${bytes} bytes`);

  note('IPVS saw requests only. (It brings the counters that it reports up to date every 2 s.)');
  const { packetsIn, packetsOut } = await settledStats(ipvs, service);
  result(`${packetsIn} packets in, ${packetsOut} packets out`);
  expect(packetsIn > 0n && packetsOut === 0n, 'expected packets in, and none out');
}

async function settledStats(ipvs: Ipvs, service: VirtualAddress): Promise<Stats> {
  for (let attempt = 1; ; attempt++) {
    await setTimeout(2500);
    const stats = (await ipvs.service(service))?.stats;
    expect(stats !== undefined, 'the service is gone');
    if (stats.packetsIn > 0n || attempt === 3) return stats;
  }
}
