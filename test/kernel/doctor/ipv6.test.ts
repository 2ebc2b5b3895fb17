import { beforeEach, describe, expect, test } from '@jest/globals';
import { namespaceOf } from '../../../lab/network';
import { droute, nat, type Plan, tunnel } from '../../../lab/plan';
import { ip } from '../../../lab/shell';
import { diagnose, diagnoseRealServer } from '../../../lib/doctor';
import type { ForwardingMethod, VirtualAddress } from '../../../lib/index';
import { setStage } from '../traffic/stage';
import { expectDiagnosed, wrong } from './clinic';

const PORT = 8133;
const GATEWAY = 'fd17:18:10::246';

/** A director whose real server answers on a port, by one method. */
function setIPv6Stage(plan: Plan, forward: ForwardingMethod, port: number) {
  const stage = setStage(plan, (cluster) => cluster.serveHttp(port));
  const service: VirtualAddress = { protocol: 'tcp', address: plan.vip, port: PORT };
  const [rs1] = plan.realServers;
  beforeEach(async () => {
    const { ipvs } = stage;
    await ipvs.addService({ ...service, scheduler: 'rr' });
    await ipvs.addDestination(service, { address: rs1.address, port, forward });
  });
  test('a healthy director and its real servers have nothing wrong', async () => {
    const { cluster, ipvs } = stage;
    expect(await cluster.client.do('get', cluster.virtual(PORT))).toHaveProperty('server', rs1.name);
    expect(wrong(await diagnose(ipvs))).toEqual([]);
    const expected = { service, forward, director: GATEWAY, port } as const;
    expect(await diagnoseRealServer(expected, { netns: `/run/netns/${namespaceOf(rs1)}` })).toEqual([]);
  });
  return stage;
}

describe('direct routing', () => {
  setIPv6Stage(droute('ipv6'), 'droute', PORT);
});

describe('tunnel', () => {
  setIPv6Stage(tunnel('ipv6'), 'tunnel', PORT);
});

describe('NAT', () => {
  const plan = nat('ipv6');
  const stage = setIPv6Stage(plan, 'masq', 8080);

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
      breaks: () =>
        ip([`address add ${other} dev outside nodad`, `address delete ${plan.vip}/64 dev outside`]),
      fails: { error: expect.any(String) as unknown as string },
      restores: () =>
        ip([`address delete ${other} dev outside`, `address replace ${plan.vip}/64 dev outside nodad`]),
    });
  });
});
