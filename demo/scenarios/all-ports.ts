import type { VirtualAddress } from '@lvs/netlink';
import { nat } from '../../lab/plan';
import { expect, expectOneServer } from '../expectations';
import { request } from '../requests';
import type { Scenario } from '../scenario';
import { note } from '../transcript';
import { showConnections, showTable } from '../views';

const plan = nat();
const service: VirtualAddress = { protocol: 'tcp', address: plan.vip, port: 0 };

/** Two of the ports that an NFS client needs on one and the same server: the port mapper's and NFS's own. */
const PORTS = [111, 2049];

/** A service on every port, as NFS needs it. */
export const scenario: Scenario = {
  title: 'Every port: a client finds all ports of the VIP on one real server',
  setting: 'The real servers know one way out: the director, which forwards and translates.',
  plan,

  async run({ cluster, ipvs }) {
    await Promise.all(PORTS.map((port) => cluster.serveHttp(port)));

    note(
      'NFS uses several ports, some unknown beforehand. Port 0 means all of them; persistence is what joins them.',
    );
    await ipvs.addService({ ...service, scheduler: 'rr', persistence: { timeout: 30 } });
    note('Port 0 here too: the real server is asked on the port that the client asked for.');
    for (const server of cluster.destinations(0))
      await ipvs.addDestination(service, { ...server, forward: 'masq' });
    await showTable();

    note(`Two clients, ports ${PORTS.join(' and ')}: each client finds both ports on the same real server.`);
    for (const from of plan.clientAddresses) {
      const servers = new Set<string>();
      for (const port of PORTS)
        servers.add(expectOneServer(await request(cluster, cluster.client, 3, port, { from }), 3));
      expect(servers.size === 1, `expected one server for both ports, got ${[...servers].join(' and ')}`);
    }

    note('One template a client holds it together: its virtual port is 0 as well.');
    const templates = await showConnections(ipvs, {
      virtual: { address: service.address, port: 0 },
      template: true,
    });
    expect(templates.length === 2, `expected a template for each of 2 clients, got ${templates.length}`);
  },
};
