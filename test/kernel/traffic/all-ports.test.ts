import { expect, test } from '@jest/globals';
import { nat } from '../../../lab/plan';
import { tally } from '../../../lab/tally';
import type { VirtualAddress } from '../../../lib/index';
import { balance, entriesOf, setStage } from './stage';

const PORTS = [111, 2049];

const plan = nat();
const service: VirtualAddress = { protocol: 'tcp', address: plan.vip, port: 0 };
const stage = setStage(plan, (cluster) => Promise.all(PORTS.map((port) => cluster.serveHttp(port))));

test('a client finds every port on the same real server', async () => {
  const { cluster, ipvs } = stage;
  await balance(stage, { ...service, scheduler: 'rr', persistence: { timeout: 30 } }, 0);

  const servers: string[] = [];
  for (const from of plan.clientAddresses) {
    const ports = [...PORTS, ...PORTS][Symbol.iterator]();
    const answers = await tally(4, () =>
      cluster.client.do('get', { ...cluster.virtual(ports.next().value ?? 0), from }),
    );
    expect(Object.values(answers)).toEqual([4]);
    servers.push(...Object.keys(answers));
  }
  expect(servers.sort()).toEqual(['rs1', 'rs2']);

  const templates = await entriesOf(ipvs, { virtual: cluster.virtual(0), template: true });
  expect(templates).toHaveLength(2);
  for (const { client, destination } of templates) expect([client.port, destination.port]).toEqual([0, 0]);
});
