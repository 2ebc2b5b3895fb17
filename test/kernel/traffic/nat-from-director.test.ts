import { expect, test } from '@jest/globals';
import { nat } from '../../../lab/plan';
import { tally } from '../../../lab/tally';
import type { VirtualAddress } from '../../../lib/index';
import { balance, setStage } from './stage';

const plan = nat();
const service: VirtualAddress = { protocol: 'tcp', address: plan.vip, port: 80 };
const stage = setStage(plan, (cluster) => cluster.serveHttp(8080));

test('the director reaches the real servers through its own VIP', async () => {
  const { cluster } = stage;
  await balance(stage, { ...service, scheduler: 'rr' }, 8080);

  expect(await tally(12, () => cluster.director.do('get', cluster.virtual(80)))).toEqual({ rs1: 6, rs2: 6 });
  const answer = await cluster.director.do('get', cluster.virtual(80));
  expect(answer).toMatchObject({ client: { address: plan.vip } });
});

test('persistence holds the director and the client each to a server', async () => {
  const { cluster } = stage;
  await balance(stage, { ...service, scheduler: 'rr', persistence: { timeout: 30 } }, 8080);

  for (const host of [cluster.director, cluster.client]) {
    expect(Object.values(await tally(6, () => host.do('get', cluster.virtual(80))))).toEqual([6]);
  }
});
