import { setTimeout } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { nat } from '../../../lab/plan';
import { run } from '../../../lab/shell';
import type { Counters, Ipvs, Stats, VirtualAddress } from '../../../lib/index';
import { PORTS } from '../traffic/ports';
import { balance, setStage } from '../traffic/stage';

const plan = nat();
const stage = setStage(plan, async (cluster) => {
  await cluster.serveHttp(8080);
  await cluster.serveUdp(5353);
});

const WEB: VirtualAddress = { protocol: 'tcp', address: plan.vip, port: PORTS.statistics.web };
const DNS: VirtualAddress = { protocol: 'udp', address: plan.vip, port: PORTS.statistics.dns };

/** What ipvsadm prints in a row, by the row's address: five numbers. */
type Listing = Record<string, string[]>;

test('counters and rates are those of ipvsadm, while traffic goes on', async () => {
  const { cluster, ipvs } = stage;
  await balance(stage, { ...WEB, scheduler: 'rr' }, 8080);
  await balance(stage, { ...DNS, scheduler: 'rr' }, 5353);

  let over = false;
  const traffic = (async () => {
    while (!over) {
      await cluster.client.do('get', { ...cluster.virtual(PORTS.statistics.web), padding: 20_000 });
      await cluster.client.do('ask', cluster.virtual(PORTS.statistics.dns));
    }
  })();
  try {
    const seen = new Set<string>();
    // The kernel's estimator brings what both read up to date every two seconds; it must have done so a few times.
    while (seen.size < 3) {
      const { totals, rates } = await undisturbed(ipvs);
      expect(totals.ours).toEqual(totals.theirs);
      expect(rates.ours).toEqual(rates.theirs);
      if (Object.values(rates.ours).every((row) => row.every((value) => value !== '0'))) {
        seen.add(JSON.stringify(rates.ours));
      }
      await setTimeout(200);
    }
  } finally {
    over = true;
    await traffic;
  }
}, 120_000);

test("the director's own counters are the sum of its services'", async () => {
  const { ipvs } = stage;
  await ipvs.zero();
  await balance(stage, { ...WEB, scheduler: 'rr' }, 8080);
  const requests = 5;
  for (let i = 0; i < requests; i++)
    await stage.cluster.client.do('get', stage.cluster.virtual(PORTS.statistics.web));
  let service: Stats | undefined;
  let director: Stats;
  do {
    await setTimeout(200);
    [service, director] = await Promise.all([ipvs.service(WEB).then((found) => found?.stats), ipvs.stats()]);
  } while (service?.connections !== BigInt(requests) || director.connections < service.connections);
  expect(director.bytesIn).toBeGreaterThanOrEqual(service.bytesIn);
  expect(await directorWitnessed(ipvs)).toBe(true);
});

/** Ours and ipvsadm's of the same moment: ours was still the same when ipvsadm had finished. */
async function undisturbed(ipvs: Ipvs) {
  for (;;) {
    const ours = await listings(ipvs);
    const theirs = {
      totals: await ipvsadm('--stats'),
      rates: await ipvsadm('--rate'),
    };
    const after = await listings(ipvs);
    if (JSON.stringify(after) !== JSON.stringify(ours)) continue;
    return {
      totals: { ours: ours.totals, theirs: theirs.totals },
      rates: { ours: ours.rates, theirs: theirs.rates },
    };
  }
}

async function listings(ipvs: Ipvs): Promise<{ totals: Listing; rates: Listing }> {
  const listing = { totals: {} as Listing, rates: {} as Listing };
  for (const { destinations, ...service } of await ipvs.table()) {
    const { protocol, address, port } = service as unknown as VirtualAddress;
    const name = `${protocol.toUpperCase()} ${address}:${port}`;
    for (const [row, stats] of [
      [name, service.stats] as const,
      ...destinations.map((server) => [`${name} -> ${server.address}:${server.port}`, server.stats] as const),
    ]) {
      listing.totals[row] = columns(stats);
      listing.rates[row] = columns(stats.rates);
    }
  }
  return listing;
}

function columns(counters: Counters<bigint | number>): string[] {
  const { connections, packetsIn, packetsOut, bytesIn, bytesOut } = counters;
  return [connections, packetsIn, packetsOut, bytesIn, bytesOut].map(String);
}

async function ipvsadm(option: '--stats' | '--rate'): Promise<Listing> {
  const listing: Listing = {};
  let service = '';
  for (const line of (await run('ipvsadm', ['-L', '-n', option, '--exact'])).split('\n')) {
    const [first = '', name = '', ...numbers] = line.trim().split(/\s+/);
    if (first === 'TCP' || first === 'UDP') service = `${first} ${name}`;
    else if (first !== '->' || name === 'RemoteAddress:Port') continue;
    listing[first === '->' ? `${service} -> ${name}` : service] = numbers;
  }
  return listing;
}

/** Whether /proc/net/ip_vs_stats has the same totals, in hexadecimal. */
async function directorWitnessed(ipvs: Ipvs): Promise<boolean> {
  for (;;) {
    const ours = await ipvs.stats();
    const lines = (await run('cat', ['/proc/net/ip_vs_stats'])).split('\n');
    if (JSON.stringify(columns(await ipvs.stats())) !== JSON.stringify(columns(ours))) continue;
    const theirs = (lines[2] ?? '')
      .trim()
      .split(/\s+/)
      .map((value) => String(BigInt(`0x${value}`)));
    return JSON.stringify(theirs) === JSON.stringify(columns(ours));
  }
}
