import { expect, test } from '@jest/globals';
import { namespaceOf, SWITCH } from '../../../lab/network';
import { tunnel } from '../../../lab/plan';
import { ip } from '../../../lab/shell';
import { diagnose, diagnoseRealServer } from '../../../lib/doctor';
import type { Tunnel, VirtualAddress } from '../../../lib/index';
import { setStage } from '../traffic/stage';
import { shell } from './clinic';

const PORT = 8127;
const GUE = 5555;

const plan = tunnel();
const [rs1] = plan.realServers;
const namespace = namespaceOf(rs1);
const options = { netns: `/run/netns/${namespace}` };
const service: VirtualAddress = { protocol: 'tcp', address: plan.vip, port: PORT };
const stage = setStage(plan, (cluster) => cluster.serveHttp(PORT));

const ask = () => stage.cluster.client.do('get', { ...stage.cluster.virtual(PORT), timeout: 1000 });

async function serve(type: Tunnel): Promise<void> {
  const { ipvs } = stage;
  await ipvs.addService({ ...service, scheduler: 'rr' });
  await ipvs.addDestination(service, { address: rs1.address, port: PORT, forward: 'tunnel', tunnel: type });
}

/** Each is put up as its finding says. */
test.each<[Tunnel['type'], Tunnel, string]>([
  ['ipip', { type: 'ipip' }, 'ip link set tunl0 down'],
  ['gre', { type: 'gre' }, ''],
  ['gue', { type: 'gue', port: GUE }, ''],
])('TUNNEL_DEVICE: %s, and then all is well', async (_, type, breaks) => {
  const { ipvs } = stage;
  await serve(type);
  const expected = { service, forward: 'tunnel', director: '172.18.10.246', tunnel: type } as const;
  if (breaks !== '') {
    expect(await ask()).toHaveProperty('server', rs1.name);
    expect(await diagnoseRealServer(expected, options)).toEqual([]);
    await shell(breaks, namespace);
  }
  expect(await ask()).toHaveProperty('error');
  const findings = await diagnoseRealServer(expected, options);
  expect(findings).toEqual([expect.objectContaining({ code: 'TUNNEL_DEVICE', severity: 'error' })]);
  await shell(findings[0]?.remedy ?? '', namespace);
  expect(await ask()).toHaveProperty('server', rs1.name);
  expect(await diagnoseRealServer(expected, options)).toEqual([]);
  expect((await diagnose(ipvs)).map(({ code, severity }) => [code, severity])).toEqual([
    ['TUNNEL_MTU', 'info'],
    ['DRAIN_PORT_REUSE', 'info'],
  ]);
});

test('RP_FILTER: what was unwrapped is dropped', async () => {
  await serve({ type: 'ipip' });
  const expected = { service, forward: 'tunnel', director: '172.18.10.246' } as const;
  expect(await ask()).toHaveProperty('server', rs1.name);
  await shell('sysctl -w net.ipv4.conf.tunl0.rp_filter=1', namespace);
  expect(await ask()).toEqual({ error: 'ETIMEDOUT' });
  const findings = await diagnoseRealServer(expected, options);
  expect(findings).toEqual([expect.objectContaining({ code: 'RP_FILTER', severity: 'error' })]);
  await shell(findings[0]?.remedy ?? '', namespace);
  expect(await ask()).toHaveProperty('server', rs1.name);
});

test('TUNNEL_MTU: where senders do not hear of the size, what is large hangs', async () => {
  const { cluster, ipvs } = stage;
  await serve({ type: 'ipip' });
  const upload = () => cluster.client.do('get', { ...cluster.virtual(PORT), load: 6000, timeout: 1500 });
  // The director says it to the client, which then sends less at a time.
  expect(await upload()).toHaveProperty('server', rs1.name);
  await ip(['route flush cache'], namespaceOf(plan.client));
  await shell(
    [
      'tc qdisc add dev outside clsact',
      'tc filter add dev outside egress protocol ip flower ip_proto icmp type 3 code 4 action drop',
    ].join('\n'),
  );
  expect(await upload()).toEqual({ error: 'ETIMEDOUT' });
  expect(await ask()).toHaveProperty('server', rs1.name);
  const [finding] = await diagnose(ipvs);
  expect(finding).toMatchObject({
    code: 'TUNNEL_MTU',
    severity: 'info',
    remedy: expect.stringContaining('mtu 1520'),
  });
  await shell(finding?.remedy ?? '');
  await shell('for link in $(ls /sys/class/net); do ip link set $link mtu 1520; done', SWITCH);
  await ip(['link set inside mtu 1520'], namespace);
  expect(await upload()).toHaveProperty('server', rs1.name);
  // Now the other link's packets fit.
  expect((await diagnose(ipvs)).map(({ code }) => code)).toEqual(['DRAIN_PORT_REUSE']);
  await ip(['link set inside mtu 1500']);
});
