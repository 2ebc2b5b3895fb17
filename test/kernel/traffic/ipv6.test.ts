import { expect, test } from '@jest/globals';
import { nat } from '../../../lab/plan';
import { tally } from '../../../lab/tally';
import type { VirtualAddress } from '../../../lib/index';
import { balance, entriesOf, setStage } from './stage';
import { expectConnectionsWitnessed, expectTableWitnessed } from './witness';

const plan = nat('ipv6');
const service: VirtualAddress = { protocol: 'tcp', address: plan.vip, port: 80 };
const stage = setStage(plan, (cluster) => cluster.serveHttp(8080));

test('NAT over IPv6', async () => {
  const { cluster, ipvs } = stage;
  await balance(stage, { ...service, scheduler: 'rr' }, 8080);

  expect(await tally(12, () => cluster.client.do('get', cluster.virtual(80)))).toEqual({ rs1: 6, rs2: 6 });

  const [from] = plan.clientAddresses;
  const answer = await cluster.client.do('get', { ...cluster.virtual(80), from });
  const client = 'client' in answer ? answer.client : {};
  expect(await entriesOf(ipvs, { client, virtual: cluster.virtual(80) })).toEqual([
    expect.objectContaining({
      client: { ...client, address: from },
      virtual: cluster.virtual(80),
      template: false,
    }),
  ]);
});

test('persistence over IPv6', async () => {
  const { cluster, ipvs } = stage;
  await balance(stage, { ...service, scheduler: 'rr', persistence: { timeout: 30 } }, 8080);

  const [from] = plan.clientAddresses;
  const answers = await tally(4, () => cluster.client.do('get', { ...cluster.virtual(80), from }));
  expect(Object.values(answers)).toEqual([4]);
  const templates = await entriesOf(ipvs, {
    client: { address: from },
    virtual: cluster.virtual(80),
    template: true,
  });
  expect(templates).toEqual([expect.objectContaining({ client: { address: from, port: 0 } })]);
  await expectTableWitnessed();
  await expectConnectionsWitnessed([80]);
});
