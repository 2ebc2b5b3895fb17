import { expect, test } from '@jest/globals';
import { markPackets } from '../../../lab/firewall';
import { nat } from '../../../lab/plan';
import { tally } from '../../../lab/tally';
import { PORTS } from './ports';
import { balance, entriesOf, setStage } from './stage';
import { expectConnectionsWitnessed } from './witness';

const MARK = 2_147_483_650; // above 2^31: ipvsadm would print it as a negative number

const plan = nat();
const service = { fwmark: MARK };
const stage = setStage(plan, async (cluster) => {
  await Promise.all([8080, ...PORTS.mark].map((port) => cluster.serveHttp(port)));
  await markPackets(
    'outside',
    PORTS.mark.map((port) => cluster.virtual(port)),
    MARK,
  );
});

/** Asks on either port in turn. */
function answers(times: number) {
  let i = 0;
  return tally(times, () =>
    stage.cluster.client.do('get', stage.cluster.virtual(PORTS.mark[i++ % 2] as number)),
  );
}

test('a mark makes one service of several ports', async () => {
  const { cluster, ipvs } = stage;
  await ipvs.addService({ ...service, scheduler: 'wrr' });
  const [rs1, rs2] = cluster.destinations(8080);
  await ipvs.addDestination(service, { ...rs1, forward: 'masq', weight: 3 });
  await ipvs.addDestination(service, { ...rs2, forward: 'masq', weight: 1 });
  expect(await answers(12)).toEqual({ rs1: 9, rs2: 3 });
});

test('its template carries the mark', async () => {
  const { ipvs } = stage;
  // With persistence and a mark, the kernel keeps the port that the client asked for.
  await balance(stage, { ...service, scheduler: 'rr', persistence: { timeout: 30 } }, 0);
  expect(Object.values(await answers(6))).toEqual([6]);

  const templates = (await entriesOf(ipvs, { template: true })).filter(({ virtual }) => 'fwmark' in virtual);
  expect(templates).toEqual([
    expect.objectContaining({
      protocol: 'ip',
      virtual: { fwmark: MARK },
      client: expect.objectContaining({ port: 0 }),
    }),
  ]);
  await expectConnectionsWitnessed([...PORTS.mark, 0]);
});
