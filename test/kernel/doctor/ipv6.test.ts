import { beforeEach, expect, test } from '@jest/globals';
import { namespaceOf } from '../../../lab/network';
import { nat } from '../../../lab/plan';
import { ip } from '../../../lab/shell';
import { diagnose, diagnoseRealServer } from '../../../lib/doctor';
import type { VirtualAddress } from '../../../lib/index';
import { setStage } from '../traffic/stage';
import { expectDiagnosed } from './clinic';

const PORT = 8133;
const GATEWAY = 'fd17:18:10::246';

const plan = nat('ipv6');
const [rs1] = plan.realServers;
const service: VirtualAddress = { protocol: 'tcp', address: plan.vip, port: PORT };
const stage = setStage(plan, (cluster) => cluster.serveHttp(8080));

beforeEach(async () => {
  const { ipvs } = stage;
  await ipvs.addService({ ...service, scheduler: 'rr' });
  await ipvs.addDestination(service, { address: rs1.address, port: 8080, forward: 'masq' });
});

test('a healthy director and its real servers have nothing wrong', async () => {
  const { cluster, ipvs } = stage;
  expect(await cluster.client.do('get', cluster.virtual(PORT))).toHaveProperty('server', rs1.name);
  expect(await diagnose(ipvs)).toEqual([]);
  const expected = { service, forward: 'masq', director: GATEWAY, port: 8080 } as const;
  expect(await diagnoseRealServer(expected, { netns: `/run/netns/${namespaceOf(rs1)}` })).toEqual([]);
});

test('IP_FORWARD_OFF', async () => {
  const finding = await expectDiagnosed(stage, PORT, {
    code: 'IP_FORWARD_OFF',
    breaks: () => stage.cluster.director.do('sysctl', { 'net.ipv6.conf.all.forwarding': '0' }),
  });
  expect(finding.remedy).toBe('sysctl -w net.ipv6.conf.all.forwarding=1');
});

test('VIP_MISSING', async () => {
  // Nobody looks whether others have the address, which takes a second.
  await stage.cluster.director.do('sysctl', { 'net.ipv6.conf.outside.dad_transmits': '0' });
  // The network stays: without it, nobody here would know the clients.
  const other = 'fd39:108:55::1/64';
  await expectDiagnosed(stage, PORT, {
    code: 'VIP_MISSING',
    breaks: () => ip([`address add ${other} dev outside nodad`, `address delete ${plan.vip}/64 dev outside`]),
    fails: { error: expect.any(String) as unknown as string },
    restores: () =>
      ip([`address delete ${other} dev outside`, `address replace ${plan.vip}/64 dev outside nodad`]),
  });
});
