import { setTimeout } from 'node:timers/promises';
import { beforeEach, expect, test } from '@jest/globals';
import { namespaceOf } from '../../../lab/network';
import { nat } from '../../../lab/plan';
import { ip } from '../../../lab/shell';
import { diagnose } from '../../../lib/doctor';
import { Ipvs, type VirtualAddress } from '../../../lib/index';
import { setStage } from '../traffic/stage';
import { expectDiagnosed, shell, wrong } from './clinic';

const PORT = 8129;

const plan = nat();
const [rs1, rs2] = plan.realServers;
const service: VirtualAddress = { protocol: 'tcp', address: plan.vip, port: PORT };
const stage = setStage(plan, (cluster) => cluster.serveHttp(8080));

beforeEach(async () => {
  const { ipvs } = stage;
  await ipvs.addService({ ...service, scheduler: 'rr' });
  await ipvs.addDestination(service, { address: rs1.address, port: 8080, forward: 'masq' });
});

test('BACKUP_ONLY', async () => {
  const { ipvs } = stage;
  await expectDiagnosed(stage, PORT, {
    code: 'BACKUP_ONLY',
    severity: 'warning',
    breaks: async () => {
      await ipvs.startDaemon({ role: 'backup', interface: 'inside' });
      await ipvs.setSysctls({ backup_only: 1 });
    },
    fails: { error: 'ECONNREFUSED' },
    restores: () => ipvs.setSysctls({ backup_only: 0 }),
  });
});

test('SYNC_INTERFACE: requests are answered, and the other director does not hear of them', async () => {
  const { ipvs, cluster } = stage;
  const other = namespaceOf(rs2);
  await ip([`link add sync type veth peer name sync netns ${other}`]);
  await ip(['link set sync up', 'address add 192.0.2.1/24 dev sync']);
  await ip(['link set sync up', 'address add 192.0.2.2/24 dev sync'], other);
  await using backup = await Ipvs.open({ netns: `/run/netns/${other}` });
  await backup.startDaemon({ role: 'backup', interface: 'sync' });
  await ipvs.startDaemon({ role: 'master', interface: 'sync' });
  const { sync_threshold } = await ipvs.sysctls();
  await ipvs.setSysctls({ sync_threshold: [1, 2] });

  /** Whether the other director hears of connections over which somebody was answered: of the first one, or of a later. */
  let port = 42_000;
  const isHeard = async (tries: number) => {
    for (let n = 0; n < tries; n++) {
      const client = { address: plan.clientAddresses[0], port: ++port };
      const asks = { ...cluster.virtual(PORT), from: client.address, fromPort: client.port };
      expect(await cluster.client.do('get', asks)).toHaveProperty('server');
      // The master's thread sends what it has every other second at the latest.
      for (const end = Date.now() + 2500; Date.now() < end; await setTimeout(200)) {
        const [row] = await backup.countConnections([], { client });
        if (row?.count === 1) return true;
      }
    }
    return false;
  };

  expect(await isHeard(4)).toBe(true);
  expect(wrong(await diagnose(ipvs))).toEqual([]);
  await ip(['link set sync down']);
  expect(await isHeard(1)).toBe(false);
  const findings = wrong(await diagnose(ipvs));
  expect(findings).toEqual([expect.objectContaining({ code: 'SYNC_INTERFACE', severity: 'error' })]);
  await shell(findings[0]?.remedy ?? '');
  expect(await isHeard(4)).toBe(true);
  expect(wrong(await diagnose(ipvs))).toEqual([]);

  await ipvs.setSysctls({ sync_threshold });

  await ip(['link delete sync']);
  const [gone] = wrong(await diagnose(ipvs));
  expect(gone).toMatchObject({ code: 'SYNC_INTERFACE', message: expect.stringContaining('is gone') });
  await shell(gone?.remedy.split('\n')[0] ?? '');
  expect(wrong(await diagnose(ipvs))).toEqual([]);
});
