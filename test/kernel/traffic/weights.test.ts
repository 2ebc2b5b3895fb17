import { expect, test } from '@jest/globals';
import { nat } from '../../../lab/plan';
import { tally } from '../../../lab/tally';
import type { VirtualAddress } from '../../../lib/index';
import { PORTS } from './ports';
import { balance, setStage } from './stage';

const plan = nat();
const service: VirtualAddress = { protocol: 'tcp', address: plan.vip, port: PORTS.weights };
const stage = setStage(plan, (cluster) => cluster.serveHttp(8080));

test('without persistence, weights decide: exactly', async () => {
  const { cluster, ipvs } = stage;
  const [rs1, rs2] = cluster.destinations(8080);
  const answers = () => tally(12, () => cluster.client.do('get', cluster.virtual(PORTS.weights)));
  await ipvs.addService({ ...service, scheduler: 'wrr' });
  await ipvs.addDestination(service, { ...rs1, forward: 'masq', weight: 3 });
  await ipvs.addDestination(service, { ...rs2, forward: 'masq', weight: 1 });
  expect(await answers()).toEqual({ rs1: 9, rs2: 3 });

  await ipvs.setDestination(service, { ...rs1, forward: 'masq', weight: 1 });
  expect(await answers()).toEqual({ rs1: 6, rs2: 6 });

  await ipvs.setDestination(service, { ...rs2, forward: 'masq', weight: 2 });
  expect(await answers()).toEqual({ rs1: 4, rs2: 8 });

  await ipvs.setDestination(service, { ...rs1, forward: 'masq', weight: 0 });
  expect(await answers()).toEqual({ rs2: 12 });
});

test('a service that loses its persistence balances every connection', async () => {
  const { cluster, ipvs } = stage;
  const answers = () => tally(4, () => cluster.client.do('get', cluster.virtual(PORTS.weights)));
  await balance(stage, { ...service, scheduler: 'wrr', persistence: { timeout: 30 } }, 8080);
  expect(Object.values(await answers())).toEqual([4]);

  await ipvs.setService({ ...service, scheduler: 'wrr' });
  expect(await answers()).toEqual({ rs1: 2, rs2: 2 });
});
