import type { VirtualAddress } from '@lvs/netlink';
import { nat } from '../../lab/plan';
import { expect, expectOneServer, expectTally } from '../expectations';
import { request } from '../requests';
import type { Scenario, Stage } from '../scenario';
import { note } from '../transcript';
import { showConnections, showTable } from '../views';

const plan = nat();
const service: VirtualAddress = { protocol: 'tcp', address: plan.vip, port: 80 };

/** The guide's director: NAT with persistence, then by weight alone. */
export const scenario: Scenario = {
  title: 'NAT: the director rewrites addresses both ways',
  setting: 'The real servers know one way out: the director, which forwards and translates.',
  plan,

  async run(stage) {
    const { cluster, ipvs } = stage;
    await cluster.serveHttp(8080);

    note(
      'A virtual service on port 80 of the VIP: weighted round robin, and a client stays with its server for 30 s.',
    );
    await ipvs.addService({ ...service, scheduler: 'wrr', persistence: { timeout: 30 } });
    note('Two real servers of equal weight, reached by NAT, listen on port 8080.');
    for (const server of cluster.destinations(8080)) {
      await ipvs.addDestination(service, { ...server, forward: 'masq', weight: 1 });
    }
    note('The table, listed by the lvsadm of this package, which prints what ipvsadm prints.');
    await showTable();

    await persistent(stage);
    await byWeight(stage);
  },
};

async function persistent({ cluster, ipvs }: Stage): Promise<void> {
  const requests = 6;
  note(
    'The client makes 6 requests: the first is scheduled, persistence gives the same server all the others.',
  );
  expectOneServer(await request(cluster, cluster.client, requests, 80), requests);
  note(
    '6 requests from the director itself, through the VIP: another client, so scheduled anew, then persistent too.',
  );
  expectOneServer(await request(cluster, cluster.director, requests, 80), requests);

  note(
    'The connection entries. Those whose source port is 0 are the templates by which persistence remembers.',
  );
  const entries = await showConnections(ipvs, { virtual: { address: service.address, port: service.port } });
  const templates = entries.filter(({ template, client }) => template && client.port === 0);
  expect(templates.length === 2, `expected a template for each of 2 clients, got ${templates.length}`);
}

async function byWeight({ cluster, ipvs }: Stage): Promise<void> {
  note('The same service without persistence: every connection is scheduled on its own.');
  await ipvs.setService({ ...service, scheduler: 'wrr' });
  expectTally(await request(cluster, cluster.client, 12, 80), { rs1: 6, rs2: 6 });

  note('rs1 gets three times the weight, so three of four connections.');
  const [rs1] = cluster.destinations(8080);
  await ipvs.setDestination(service, { ...rs1, forward: 'masq', weight: 3 });
  expectTally(await request(cluster, cluster.client, 12, 80), { rs1: 9, rs2: 3 });
}
