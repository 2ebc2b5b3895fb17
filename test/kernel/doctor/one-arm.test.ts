import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { namespaceOf } from '../../../lab/network';
import { nat, type Plan } from '../../../lab/plan';
import { diagnose, diagnoseRealServer } from '../../../lib/doctor';
import type { VirtualAddress } from '../../../lib/index';
import { setStage } from '../traffic/stage';
import { expectDiagnosed, shell } from './clinic';

const PORT = 8128;
const GATEWAY = '172.18.10.246';
const VIP = '192.0.2.1';
const CLIENTS = ['192.0.2.100', '192.0.2.101'] as const;

/** NAT on one link: the clients' network and the real servers' share it. */
const plan = oneArmed(nat());
const [rs1] = plan.realServers;
const service: VirtualAddress = { protocol: 'tcp', address: VIP, port: PORT };
const stage = setStage(plan, async (cluster) => {
  await cluster.director.do('sysctl', { 'net.ipv4.conf.inside.send_redirects': '0' });
  await cluster.serveHttp(8080);
});

function oneArmed(two: Plan): Plan {
  return {
    ...two,
    vip: VIP,
    clientAddresses: CLIENTS,
    client: { name: 'client', interfaces: { inside: CLIENTS.map((address) => `${address}/24`) } },
    director: {
      name: 'director',
      interfaces: { inside: [`${VIP}/24`, `${GATEWAY}/24`] },
      sysctls: { 'net.ipv4.ip_forward': '1', 'net.ipv4.conf.all.send_redirects': '0' },
    },
  };
}

/**
 * A director tells a real server nine times, at growing intervals, and a real server that is busy with the connection just
 * then does not hear it. So it is told as often as it sends; one machine has one limit for all its namespaces.
 */
const UNLIMITED: Record<string, string> = { redirect_load: '0', redirect_number: '1000000' };
const setRoute = (name: string, value: string) => writeFileSync(`/proc/sys/net/ipv4/route/${name}`, value);
const usual: Record<string, string> = {};
beforeAll(() => {
  for (const [name, value] of Object.entries(UNLIMITED)) {
    usual[name] = readFileSync(`/proc/sys/net/ipv4/route/${name}`, 'utf8');
    setRoute(name, value);
  }
});
afterAll(() => {
  for (const [name, value] of Object.entries(usual)) setRoute(name, value);
});

test('SEND_REDIRECTS', async () => {
  const { ipvs, cluster } = stage;
  await ipvs.addService({ ...service, scheduler: 'rr' });
  await ipvs.addDestination(service, { address: rs1.address, port: 8080, forward: 'masq' });
  const namespace = namespaceOf(rs1);
  const expected = { service, forward: 'masq', director: GATEWAY, port: 8080 } as const;
  await expectDiagnosed(stage, PORT, {
    code: 'SEND_REDIRECTS',
    severity: 'warning',
    breaks: async () => {
      await cluster.director.do('sysctl', { 'net.ipv4.conf.inside.send_redirects': '1' });
      // Told once, a real server looks for the client on its link; it believes what it is told of an established connection.
      const isTold = async () =>
        (await shell(`ip route get ${CLIENTS[0]}`, namespace)).includes('redirected');
      for (let n = 0; n < 10 && !(await isTold()); n++) {
        await cluster.client.do('get', { ...cluster.virtual(PORT), padding: 8_000_000, timeout: 1500 });
      }
    },
    follows: async (remedy) => {
      const [onRealServer = ''] = remedy.match(/ip route flush.*/) ?? [];
      await shell(remedy);
      await shell(onRealServer, namespace);
    },
  });
  expect(await diagnose(ipvs)).toEqual([]);
  const options = { netns: `/run/netns/${namespace}` };
  expect(await diagnoseRealServer(expected, options)).toEqual([]);
});
