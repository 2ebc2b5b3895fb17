import { expect, test } from '@jest/globals';
import { nat } from '../../../lab/plan';
import { tally } from '../../../lab/tally';
import type { VirtualAddress } from '../../../lib/index';
import { PORTS } from './ports';
import { balance, entriesOf, setStage } from './stage';

const plan = nat();
const service: VirtualAddress = { protocol: 'udp', address: plan.vip, port: PORTS.udp };
const stage = setStage(plan, (cluster) => cluster.serveUdp(5353));

test('datagrams, each from a port of its own, are answered in turn', async () => {
  const { cluster, ipvs } = stage;
  await balance(stage, { ...service, scheduler: 'rr' }, 5353);

  expect(await tally(12, () => cluster.client.do('ask', cluster.virtual(PORTS.udp)))).toEqual({
    rs1: 6,
    rs2: 6,
  });
  const entries = await entriesOf(ipvs, { protocol: 'udp', virtual: cluster.virtual(PORTS.udp) });
  expect(entries).toHaveLength(12);
  for (const { state } of entries) expect(state).toBe('UDP');
});
