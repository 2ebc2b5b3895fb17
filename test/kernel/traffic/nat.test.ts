import { expect, test } from '@jest/globals';
import { nat } from '../../../lab/plan';
import { tally } from '../../../lab/tally';
import type { VirtualAddress } from '../../../lib/index';
import { PORTS } from './ports';
import { balance, entriesOf, setStage } from './stage';

const plan = nat();
const service: VirtualAddress = { protocol: 'tcp', address: plan.vip, port: PORTS.nat };
const stage = setStage(plan, (cluster) => cluster.serveHttp(8080));

test('real servers behind NAT answer in turn, and see the client itself', async () => {
  const { cluster, ipvs } = stage;
  await balance(stage, { ...service, scheduler: 'rr' }, 8080);

  expect(await tally(12, () => cluster.client.do('get', cluster.virtual(PORTS.nat)))).toEqual({
    rs1: 6,
    rs2: 6,
  });

  const [from] = plan.clientAddresses;
  const answer = await cluster.client.do('get', { ...cluster.virtual(PORTS.nat), from });
  expect(answer).toMatchObject({ client: { address: from } });
  const client = 'client' in answer ? answer.client : {};
  expect(await entriesOf(ipvs, { client, virtual: cluster.virtual(PORTS.nat) })).toEqual([
    expect.objectContaining({
      protocol: 'tcp',
      client,
      virtual: cluster.virtual(PORTS.nat),
      template: false,
    }),
  ]);
});

test('a port without a service refuses', async () => {
  const { cluster } = stage;
  expect(await cluster.client.do('get', cluster.virtual(PORTS.nat))).toEqual({ error: 'ECONNREFUSED' });
});

test('a service without real servers refuses', async () => {
  const { cluster, ipvs } = stage;
  await ipvs.addService(service);
  expect(await cluster.client.do('get', cluster.virtual(PORTS.nat))).toEqual({ error: 'ECONNREFUSED' });
});
