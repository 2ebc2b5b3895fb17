import { expect, test } from '@jest/globals';
import { nat } from '../../../lab/plan';
import { tally } from '../../../lab/tally';
import type { VirtualAddress } from '../../../lib/index';
import { PORTS } from './ports';
import { balance, setStage } from './stage';

const plan = nat();
const service: VirtualAddress = { protocol: 'tcp', address: plan.vip, port: PORTS.natFromDirector };
const stage = setStage(plan, (cluster) => cluster.serveHttp(8080));

test('the director reaches the real servers through its own VIP', async () => {
  const { cluster } = stage;
  await balance(stage, { ...service, scheduler: 'rr' }, 8080);

  expect(await tally(12, () => cluster.director.do('get', cluster.virtual(PORTS.natFromDirector)))).toEqual({
    rs1: 6,
    rs2: 6,
  });
  const answer = await cluster.director.do('get', cluster.virtual(PORTS.natFromDirector));
  expect(answer).toMatchObject({ client: { address: plan.vip } });
});

test('persistence holds the director and the client each to a server', async () => {
  const { cluster } = stage;
  await balance(stage, { ...service, scheduler: 'rr', persistence: { timeout: 30 } }, 8080);

  for (const host of [cluster.director, cluster.client]) {
    expect(
      Object.values(await tally(6, () => host.do('get', cluster.virtual(PORTS.natFromDirector)))),
    ).toEqual([6]);
  }
});
