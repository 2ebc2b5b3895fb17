import { expect, test } from '@jest/globals';
import { nat } from '../../../lab/plan';
import { tally } from '../../../lab/tally';
import type { VirtualAddress } from '../../../lib/index';
import { PORTS } from './ports';
import { balance, entriesOf, setStage } from './stage';

const plan = nat();
const stage = setStage(plan, (cluster) => cluster.serveHttp(8080));

test('a client stays with its server, which a template remembers', async () => {
  const { cluster, ipvs } = stage;
  const service: VirtualAddress = { protocol: 'tcp', address: plan.vip, port: PORTS.persistence };
  await balance(stage, { ...service, scheduler: 'rr', persistence: { timeout: 30 } }, 8080);

  const servers: string[] = [];
  for (const from of plan.clientAddresses) {
    const answers = await tally(6, () =>
      cluster.client.do('get', { ...cluster.virtual(PORTS.persistence), from }),
    );
    expect(Object.values(answers)).toEqual([6]);
    servers.push(...Object.keys(answers));
  }
  expect(servers.sort()).toEqual(['rs1', 'rs2']);

  const templates = await entriesOf(ipvs, { virtual: cluster.virtual(PORTS.persistence), template: true });
  expect(templates.map(({ client }) => client).sort((a, b) => a.address.localeCompare(b.address))).toEqual(
    plan.clientAddresses.map((address) => ({ address, port: 0 })),
  );
  expect(templates.map(({ destination }) => destination)).toEqual(
    expect.arrayContaining(cluster.destinations(8080)),
  );
  for (const { protocol, expires } of templates) {
    expect(protocol).toBe('tcp');
    expect(expires).toBeGreaterThan(20);
    expect(expires).toBeLessThanOrEqual(30);
  }
  const [from] = plan.clientAddresses;
  const flows = await entriesOf(ipvs, {
    virtual: cluster.virtual(PORTS.persistence),
    client: { address: from },
    template: false,
  });
  expect(flows).toHaveLength(6);
});

test('a netmask makes one client of a network', async () => {
  const { cluster, ipvs } = stage;
  const service: VirtualAddress = { protocol: 'tcp', address: plan.vip, port: PORTS.netmask };
  await balance(stage, { ...service, scheduler: 'rr', persistence: { timeout: 30, netmask: 24 } }, 8080);

  const froms = [...plan.clientAddresses, ...plan.clientAddresses][Symbol.iterator]();
  const answers = await tally(4, () =>
    cluster.client.do('get', { ...cluster.virtual(PORTS.netmask), from: froms.next().value ?? '' }),
  );
  expect(Object.values(answers)).toEqual([4]);
  const templates = await entriesOf(ipvs, { virtual: cluster.virtual(PORTS.netmask), template: true });
  expect(templates.map(({ client }) => client)).toEqual([{ address: '39.108.55.0', port: 0 }]);
});
