import { beforeEach, expect, test } from '@jest/globals';
import { nat } from '../../../lab/plan';
import { ip } from '../../../lab/shell';
import { diagnose } from '../../../lib/doctor';
import type { VirtualAddress } from '../../../lib/index';
import { setStage } from '../traffic/stage';
import { expectDiagnosed } from './clinic';

const PORT = 8120;

const plan = nat();
const [rs1, rs2] = plan.realServers;
const service: VirtualAddress = { protocol: 'tcp', address: plan.vip, port: PORT };
const real = { address: rs1.address, port: 8080 };
const stage = setStage(plan, (cluster) => cluster.serveHttp(8080));

beforeEach(async () => {
  const { ipvs } = stage;
  await ipvs.addService({ ...service, scheduler: 'rr' });
  await ipvs.addDestination(service, { ...real, forward: 'masq' });
});

test('a healthy director has nothing wrong', async () => {
  const { ipvs, cluster } = stage;
  await ipvs.addDestination(service, { address: rs2.address, port: 8080, forward: 'masq' });
  for (let n = 0; n < 4; n++) {
    expect(await cluster.client.do('get', cluster.virtual(PORT))).toHaveProperty('server');
  }
  expect(await diagnose(ipvs)).toEqual([]);
});

test('IP_FORWARD_OFF', async () => {
  const finding = await expectDiagnosed(stage, PORT, {
    code: 'IP_FORWARD_OFF',
    breaks: () => stage.cluster.director.do('sysctl', { 'net.ipv4.ip_forward': '0' }),
  });
  expect(finding).toEqual({
    code: 'IP_FORWARD_OFF',
    severity: 'error',
    message:
      '/proc/sys/net/ipv4/ip_forward is 0: the answers of real servers behind NAT are dropped here, instead of going on to the clients.',
    remedy: 'sysctl -w net.ipv4.ip_forward=1',
  });
});

test('VIP_MISSING: no interface has the address', async () => {
  // The network stays: without it, nobody here would know the clients.
  await ip(['address add 39.108.55.1/24 dev outside']);
  await expectDiagnosed(stage, PORT, {
    code: 'VIP_MISSING',
    breaks: () => ip([`address delete ${plan.vip}/24 dev outside`, 'address add 39.108.55.1/24 dev outside']),
    fails: { error: 'EHOSTUNREACH' },
    asks: { timeout: 5000 },
    restores: () =>
      ip(['address delete 39.108.55.1/24 dev outside', `address add ${plan.vip}/24 dev outside`]),
  });
});

test('NO_DESTINATIONS', async () => {
  await expectDiagnosed(stage, PORT, {
    code: 'NO_DESTINATIONS',
    breaks: () => stage.ipvs.deleteDestination(service, real),
    fails: { error: 'ECONNREFUSED' },
    follows: () => stage.ipvs.addDestination(service, { ...real, forward: 'masq' }),
  });
});
