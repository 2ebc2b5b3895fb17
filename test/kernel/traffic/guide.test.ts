import { expect, test } from '@jest/globals';
import { nat } from '../../../lab/plan';
import { tally } from '../../../lab/tally';
import type { VirtualAddress } from '../../../lib/index';
import { PORTS } from './ports';
import { balance, setStage } from './stage';
import { expectConnectionsWitnessed, expectTableWitnessed } from './witness';

const plan = nat();
const service: VirtualAddress = { protocol: 'tcp', address: plan.vip, port: PORTS.guide };
const stage = setStage(plan, (cluster) => cluster.serveHttp(8080));

test("the guide's director, with ipvsadm as the witness", async () => {
  const { cluster } = stage;
  await balance(stage, { ...service, scheduler: 'wrr', persistence: { timeout: 30 } }, 8080);
  await expectTableWitnessed();

  for (const host of [cluster.client, cluster.director]) {
    expect(Object.values(await tally(6, () => host.do('get', cluster.virtual(PORTS.guide))))).toEqual([6]);
  }
  await expectTableWitnessed();
  await expectConnectionsWitnessed([PORTS.guide]);
});
