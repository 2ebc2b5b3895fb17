import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { beforeEach, expect, test } from '@jest/globals';
import { markPackets } from '../../../lab/firewall';
import { namespaceOf } from '../../../lab/network';
import { nat } from '../../../lab/plan';
import { ip } from '../../../lab/shell';
import { diagnose, diagnoseRealServer } from '../../../lib/doctor';
import type { VirtualAddress } from '../../../lib/index';
import { setStage } from '../traffic/stage';
import { expectDiagnosed, shell, wrong } from './clinic';

const PORT = 8120;
/** The director's address inside. */
const GATEWAY = '172.18.10.246';

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

test('marks that tc gives are no fault: only rules of nftables and iptables are looked at', async () => {
  const { ipvs, cluster } = stage;
  const [port, fwmark] = [8134, 11];
  await markPackets('outside', [cluster.virtual(port)], fwmark);
  await ipvs.addService({ fwmark, scheduler: 'rr' });
  await ipvs.addDestination({ fwmark }, { ...real, forward: 'masq' });
  expect(await cluster.client.do('get', cluster.virtual(port))).toHaveProperty('server', rs1.name);
  expect(await diagnose(ipvs)).toEqual([
    expect.objectContaining({ code: 'MARK_NOT_SET', severity: 'info', service: { fwmark, family: 'ipv4' } }),
  ]);
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

test('VIP_MISSING: its interface is down', async () => {
  await expectDiagnosed(stage, PORT, {
    code: 'VIP_MISSING',
    breaks: () => ip(['link set outside down']),
  });
});

test('NO_ROUTE', async () => {
  await expectDiagnosed(stage, PORT, {
    code: 'NO_ROUTE',
    breaks: () => ip([`route add unreachable ${real.address}/32`]),
    fails: { error: 'EHOSTUNREACH' },
    follows: () => ip([`route delete unreachable ${real.address}/32`]),
  });
});

test('NEIGHBOUR_UNRESOLVED', async () => {
  const namespace = namespaceOf(rs1);
  await expectDiagnosed(stage, PORT, {
    code: 'NEIGHBOUR_UNRESOLVED',
    // The request after the break asks anew, which has not failed yet.
    severity: 'warning',
    breaks: async () => {
      await ip(['link set inside down'], namespace);
      await ip([`neighbour flush to ${real.address}`]);
      // It has failed when three questions have stayed without an answer for a second each.
      await stage.cluster.client.do('get', { ...stage.cluster.virtual(PORT), timeout: 3500 });
    },
    follows: () => ip(['link set inside up', `route add default via ${GATEWAY}`], namespace),
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

test('ALL_WEIGHTS_ZERO', async () => {
  await expectDiagnosed(stage, PORT, {
    code: 'ALL_WEIGHTS_ZERO',
    breaks: () => stage.ipvs.patchDestination(service, real, { weight: 0 }),
    fails: { error: 'ECONNREFUSED' },
  });
});

test('OVERLOADED', async () => {
  await expectDiagnosed(stage, PORT, {
    code: 'OVERLOADED',
    breaks: async () => {
      await stage.ipvs.patchDestination(service, real, { upperThreshold: 1 });
      // The kernel looks when a connection is made.
      await stage.cluster.client.do('get', stage.cluster.virtual(PORT));
    },
    fails: { error: 'ECONNREFUSED' },
  });
});

test('HASH_NO_FALLBACK', async () => {
  const { ipvs } = stage;
  await ipvs.patchService(service, { scheduler: 'sh' });
  // The client hashes to one of them; which one, weights show.
  const other = { address: rs2.address, port: 8080 };
  await ipvs.addDestination(service, { ...other, forward: 'masq' });
  const [from] = plan.clientAddresses;
  const answer = await stage.cluster.client.do('get', { ...stage.cluster.virtual(PORT), from });
  const own = 'server' in answer && answer.server === rs2.name ? other : real;
  await expectDiagnosed(stage, PORT, {
    code: 'HASH_NO_FALLBACK',
    severity: 'warning',
    asks: { from },
    breaks: () => ipvs.patchDestination(service, own, { weight: 0 }),
    fails: { error: 'ECONNREFUSED' },
  });
});

test('RETURN_PATH: nothing comes back, seen on the director and on the real server', async () => {
  const namespace = namespaceOf(rs1);
  const expected = { service, forward: 'masq', director: GATEWAY, port: 8080 } as const;
  const options = { netns: `/run/netns/${namespace}` };
  expect(await diagnoseRealServer(expected, options)).toEqual([]);
  await expectDiagnosed(stage, PORT, {
    code: 'RETURN_PATH',
    breaks: async () => {
      await ip(['route delete default'], namespace);
      // Zeroing counts from the kernel's last estimate, one every 2 s: what came since would show up again.
      await setTimeout(2100);
      await stage.ipvs.zero();
      await stage.cluster.client.do('get', { ...stage.cluster.virtual(PORT), timeout: 3500 });
      // The kernel brings the counters that it reports up to date every 2 s.
      await setTimeout(2100);
    },
    follows: async () => {
      const findings = await diagnoseRealServer(expected, options);
      expect(findings).toEqual([expect.objectContaining({ code: 'RETURN_PATH', severity: 'error' })]);
      await shell(findings[0]?.remedy ?? '', namespace);
    },
  });
  expect(await diagnoseRealServer(expected, options)).toEqual([]);
});

test('NO_LISTENER: on a real server', async () => {
  const options = { netns: `/run/netns/${namespaceOf(rs1)}` };
  const expected = { service, forward: 'masq', director: GATEWAY, port: 8081 } as const;
  await stage.ipvs.deleteDestination(service, real);
  await stage.ipvs.addDestination(service, { ...real, port: 8081, forward: 'masq' });
  const ask = () => stage.cluster.client.do('get', stage.cluster.virtual(PORT));
  expect(await ask()).toEqual({ error: 'ECONNREFUSED' });
  expect(await diagnoseRealServer(expected, options)).toEqual([
    expect.objectContaining({ code: 'NO_LISTENER', severity: 'error' }),
  ]);
  await stage.cluster.realServers[0]?.do('serveHttp', { name: rs1.name, port: 8081 });
  expect(await ask()).toHaveProperty('server', rs1.name);
  expect(await diagnoseRealServer(expected, options)).toEqual([]);
});

test('DRAIN_TEMPLATES', async () => {
  const { ipvs } = stage;
  await ipvs.deleteService(service);
  await ipvs.addService({ ...service, scheduler: 'rr', persistence: { timeout: 60 } });
  const other = { address: rs2.address, port: 8080 };
  await ipvs.addDestination(service, { ...real, forward: 'masq' });
  await ipvs.addDestination(service, { ...other, forward: 'masq' });
  const [from] = plan.clientAddresses;
  const ask = () => stage.cluster.client.do('get', { ...stage.cluster.virtual(PORT), from });
  const first = await ask();
  const own = 'server' in first && first.server === rs2.name ? other : real;
  await ipvs.patchDestination(service, own, { weight: 0 });
  expect(await ask()).toHaveProperty('server', 'server' in first && first.server);
  const findings = wrong(await diagnose(ipvs));
  expect(findings).toEqual([
    expect.objectContaining({ code: 'DRAIN_TEMPLATES', severity: 'warning', destination: own }),
  ]);
  await shell(findings[0]?.remedy ?? '');
  expect(await ask()).not.toHaveProperty('server', 'server' in first && first.server);
  await ipvs.setSysctls({ expire_quiescent_template: 0 });
});

test('AUTOLOAD_OFF: no packet fails by it, but a service with a scheduler that is not loaded', async () => {
  const { ipvs } = stage;
  const path = '/proc/sys/kernel/modprobe';
  const before = readFileSync(path, 'utf8').trim();
  const other = { protocol: 'tcp', address: plan.vip, port: 9999, scheduler: 'ovf' } as const;
  // Another test of this boot may have used it.
  await shell('rmmod ip_vs_ovf 2>/dev/null || true');
  writeFileSync(path, '\n');
  try {
    await expect(ipvs.addService(other)).rejects.toMatchObject({ code: 'ENOENT' });
    const findings = wrong(await diagnose(ipvs));
    expect(findings).toEqual([expect.objectContaining({ code: 'AUTOLOAD_OFF', severity: 'warning' })]);
    // The guest's modprobe is another one.
    await shell(findings[0]?.remedy.replace('/sbin/modprobe', before) ?? '');
    await ipvs.addService(other);
  } finally {
    writeFileSync(path, before);
  }
  expect(wrong(await diagnose(ipvs)).map(({ code }) => code)).toEqual(['NO_DESTINATIONS']);
});
