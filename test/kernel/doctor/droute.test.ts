import { setTimeout } from 'node:timers/promises';
import { beforeEach, expect, test } from '@jest/globals';
import { namespaceOf } from '../../../lab/network';
import { droute } from '../../../lab/plan';
import { ip } from '../../../lab/shell';
import { diagnose, diagnoseRealServer, type Finding } from '../../../lib/doctor';
import type { VirtualAddress } from '../../../lib/index';
import { setStage } from '../traffic/stage';
import { expectDiagnosed, shell, wrong } from './clinic';

/** A port for each test that looks at connections: entries of others remain. */
const [PORT, HALF_OPEN, REUSED, MAPPED, UNHEARD] = [8122, 8123, 8124, 8125, 8126];
const DIRECTOR = '172.18.10.246';

const plan = droute();
const [rs1, rs2] = plan.realServers;
const [client] = plan.clientAddresses;
const namespace = namespaceOf(rs1);
const options = { netns: `/run/netns/${namespace}` };
const stage = setStage(plan, (cluster) =>
  Promise.all([PORT, HALF_OPEN, REUSED, MAPPED].map((port) => cluster.serveHttp(port))),
);

function virtual(port: number): VirtualAddress {
  return { protocol: 'tcp', address: plan.vip, port };
}

async function serve(port: number, ...servers: { address: string }[]): Promise<void> {
  const { ipvs } = stage;
  await ipvs.addService({ ...virtual(port), scheduler: 'rr' });
  for (const { address } of servers) await ipvs.addDestination(virtual(port), { address, port });
}

const expected = { service: virtual(PORT), forward: 'droute', director: DIRECTOR } as const;

/** The same as `expectDiagnosed`, where the real server is ill. */
async function expectRealServerDiagnosed(
  code: Finding['code'],
  breaks: string,
  fails = { error: 'ETIMEDOUT' },
): Promise<void> {
  const ask = () => stage.cluster.client.do('get', { ...stage.cluster.virtual(PORT), timeout: 700 });
  expect(await ask()).toHaveProperty('server', rs1.name);
  expect(await diagnoseRealServer(expected, options)).toEqual([]);
  await shell(breaks, namespace);
  expect(await ask()).toEqual(fails);
  const findings = await diagnoseRealServer(expected, options);
  expect(findings).toEqual([expect.objectContaining({ code, severity: 'error' })]);
  await shell(findings[0]?.remedy ?? '', namespace);
  expect(await ask()).toHaveProperty('server', rs1.name);
  expect(await diagnoseRealServer(expected, options)).toEqual([]);
}

beforeEach(() => serve(PORT, rs1));

test('a healthy director and its real servers have nothing wrong', async () => {
  const { ipvs, cluster } = stage;
  await ipvs.addDestination(virtual(PORT), { address: rs2.address, port: PORT });
  for (let n = 0; n < 4; n++) {
    expect(await cluster.client.do('get', cluster.virtual(PORT))).toHaveProperty('server');
  }
  // Nothing fails by what is only info: it says what draining a server will be like.
  expect(await diagnose(ipvs)).toEqual([
    expect.objectContaining({ code: 'DRAIN_PORT_REUSE', severity: 'info' }),
  ]);
});

test('VIP_MISSING: on a real server', () =>
  expectRealServerDiagnosed('VIP_MISSING', `ip address delete ${plan.vip}/32 dev lo`));

test('RP_FILTER: on a real server', () =>
  expectRealServerDiagnosed('RP_FILTER', 'sysctl -w net.ipv4.conf.inside.rp_filter=1'));

test('NO_LISTENER: only on another address', async () => {
  const findings = await diagnoseRealServer({ ...expected, service: virtual(UNHEARD) }, options);
  await serve(UNHEARD, rs1);
  const ask = () => stage.cluster.client.do('get', stage.cluster.virtual(UNHEARD));
  expect(await ask()).toEqual({ error: 'ECONNREFUSED' });
  expect(findings).toEqual([expect.objectContaining({ code: 'NO_LISTENER', severity: 'error' })]);
  await stage.cluster.realServers[0]?.do('serveHttp', { name: rs1.name, port: UNHEARD });
  expect(await ask()).toHaveProperty('server', rs1.name);
});

test('ARP_FOR_VIP: clients pass the director by', async () => {
  const { cluster, ipvs } = stage;
  // Weight 0: who asks the director is refused.
  await ipvs.patchDestination(virtual(PORT), { address: rs1.address, port: PORT }, { weight: 0 });
  const ask = () => cluster.client.do('get', { ...cluster.virtual(PORT), timeout: 1000 });
  expect(await ask()).toEqual({ error: 'ECONNREFUSED' });
  await shell('sysctl -w net.ipv4.conf.all.arp_announce=0 net.ipv4.conf.all.arp_ignore=0', namespace);
  // The client takes the address from whoever asks in its name, a second after it learnt it at the earliest.
  await setTimeout(1200);
  await ip([`neighbour flush to ${client}`], namespace);
  await cluster.realServers[0]?.do('get', { address: client, port: 1, from: plan.vip, timeout: 500 });
  expect(await ask()).toHaveProperty('server', rs1.name);
  const findings = await diagnoseRealServer(expected, options);
  expect(findings).toEqual([expect.objectContaining({ code: 'ARP_FOR_VIP', severity: 'error' })]);
  await shell(findings[0]?.remedy ?? '', namespace);
  await ip([`neighbour flush to ${plan.vip}`], namespaceOf(plan.client));
  expect(await ask()).toEqual({ error: 'ECONNREFUSED' });
  expect(await diagnoseRealServer(expected, options)).toEqual([]);
});

test('RP_FILTER: clients of other networks are dropped', async () => {
  const far = '198.51.100.7';
  await ip([`address add ${far}/32 dev lo`], namespaceOf(plan.client));
  await ip([`route add ${far} via ${client}`], namespace);
  await ip(['route add default via 172.18.10.245']);
  await expectDiagnosed(stage, PORT, {
    code: 'RP_FILTER',
    asks: { from: far },
    breaks: () => stage.cluster.director.do('sysctl', { 'net.ipv4.conf.outside.rp_filter': '1' }),
    restores: () => stage.cluster.director.do('sysctl', { 'net.ipv4.conf.outside.rp_filter': '0' }),
  });
  await ip(['route delete default']);
});

test('DROUTE_BEHIND_ROUTER', async () => {
  const { ipvs } = stage;
  const own = '10.99.0.1';
  await ip([`address add ${own}/32 dev inside`], namespace);
  await ip([`route add ${own} dev inside`]);
  await ipvs.deleteDestination(virtual(PORT), { address: rs1.address, port: PORT });
  await ipvs.addDestination(virtual(PORT), { address: own, port: PORT });
  await expectDiagnosed(stage, PORT, {
    code: 'DROUTE_BEHIND_ROUTER',
    severity: 'warning',
    breaks: () => ip([`route replace ${own} via ${client}`]),
    follows: () => ip([`route delete ${own}`, `route add ${own} dev inside`]),
    restores: () => ip([`route delete ${own}`]),
  });
});

test('PORT_MAPPED', async () => {
  const { ipvs, cluster } = stage;
  const [service, port] = [virtual(9001), MAPPED];
  await ipvs.addService({ ...service, scheduler: 'rr' });
  await ipvs.addDestination(service, { address: rs1.address, port });
  const ask = () => cluster.client.do('get', cluster.virtual(9001));
  expect(await ask()).toEqual({ error: 'ECONNREFUSED' });
  const findings = wrong(await diagnose(ipvs));
  expect(findings).toEqual([expect.objectContaining({ code: 'PORT_MAPPED', severity: 'warning' })]);
  await cluster.realServers[0]?.do('serveHttp', { name: rs1.name, port: 9001 });
  await shell(findings[0]?.remedy ?? '');
  expect(await ask()).toHaveProperty('server', rs1.name);
  expect(wrong(await diagnose(ipvs))).toEqual([]);
});

test('SYN_RECV', async () => {
  const { cluster, ipvs } = stage;
  await serve(HALF_OPEN, rs1);
  const ask = () => cluster.client.do('get', { ...cluster.virtual(HALF_OPEN), timeout: 500 });
  expect(await ask()).toHaveProperty('server', rs1.name);
  await ip([`route add blackhole ${client}/32`, 'route add blackhole 39.108.55.101/32'], namespace);
  const answers = await Promise.all(Array.from({ length: 6 }, ask));
  expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toEqual(
    new Set(['{"error":"ETIMEDOUT"}']),
  );
  const findings = wrong(await diagnose(ipvs));
  expect(findings).toEqual([expect.objectContaining({ code: 'SYN_RECV', severity: 'warning' })]);
  // With another server, the remedy has clients answered.
  await ipvs.addDestination(virtual(HALF_OPEN), { address: rs2.address, port: HALF_OPEN });
  await shell(findings[0]?.remedy ?? '');
  expect(await ask()).toHaveProperty('server', rs2.name);
  await ip([`route delete blackhole ${client}/32`, 'route delete blackhole 39.108.55.101/32'], namespace);
});

test('DRAIN_PORT_REUSE', async () => {
  const { cluster, ipvs } = stage;
  await serve(REUSED, rs1, rs2);
  // Where the client closes first, its port would be taken for a minute.
  await cluster.client.do('sysctl', { 'net.ipv4.tcp_max_tw_buckets': '0' });
  const ask = async () => {
    for (;;) {
      const target = { ...cluster.virtual(REUSED), from: client, fromPort: 41000 };
      const answer = await cluster.client.do('get', target);
      // The port is free again once both ends of the connection before have closed.
      if (!('error' in answer) || answer.error !== 'EADDRNOTAVAIL') return answer;
      await setTimeout(20);
    }
  };
  const first = await ask();
  const server = 'server' in first ? first.server : '';
  const own = { address: server === rs1.name ? rs1.address : rs2.address, port: REUSED };
  await ipvs.patchDestination(virtual(REUSED), own, { weight: 0 });
  expect(await ask()).toHaveProperty('server', server);
  const findings = wrong(await diagnose(ipvs));
  expect(findings).toEqual([
    expect.objectContaining({ code: 'DRAIN_PORT_REUSE', severity: 'warning', destination: own }),
  ]);
  await shell(findings[0]?.remedy ?? '');
  expect(await ask()).not.toHaveProperty('server', server);
  expect(wrong(await diagnose(ipvs))).toEqual([]);
  await ipvs.setSysctls({ conn_reuse_mode: 1 });
});
