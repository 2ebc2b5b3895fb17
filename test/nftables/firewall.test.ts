/** The findings of nftables' rules: nft's own, and iptables' that are kept as such. `npm run test:nftables`. */

import { afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { namespaceOf } from '../../lab/network';
import { nat } from '../../lab/plan';
import { diagnose, diagnoseRealServer } from '../../lib/doctor';
import type { VirtualAddress } from '../../lib/index';
import { expectDiagnosed, shell } from '../kernel/doctor/clinic';
import { setStage } from '../kernel/traffic/stage';

const PORT = 8121;

const plan = nat();
const [rs1] = plan.realServers;
const namespace = namespaceOf(rs1);
const service: VirtualAddress = { protocol: 'tcp', address: plan.vip, port: PORT };
const stage = setStage(plan, (cluster) => cluster.serveHttp(8080));

/** The programs and modules are read once while no client waits. */
beforeAll(() =>
  shell(`
    iptables-nft -A INPUT -p tcp --dport 1 -j ACCEPT
    iptables-nft -t nat -A PREROUTING -p tcp --dport 1 -j DNAT --to 192.0.2.1:1
    nft add table inet host
    nft add chain inet host input '{ type filter hook input priority filter; }'
    nft add rule inet host input ct state established tcp dport { 1, 2 } counter log accept
    nft flush ruleset`),
);
beforeEach(async () => {
  const { ipvs } = stage;
  await ipvs.addService({ ...service, scheduler: 'rr' });
  await ipvs.addDestination(service, { address: rs1.address, port: 8080, forward: 'masq' });
});

afterEach(async () => {
  await shell('nft flush ruleset');
  await shell('nft flush ruleset', namespace);
  await stage.ipvs.setSysctls({ conntrack: 0 });
});

test('rules that let everything through are no finding', async () => {
  await shell(`nft -f - <<'END'
    table inet host {
      set ports { type inet_service; flags interval; elements = { 22, 8100-8200 } }
      map verdicts { type ipv4_addr : verdict; elements = { 192.0.2.1 : drop, ${plan.vip} : jump services } }
      chain services { tcp dport @ports counter accept; }
      chain input {
        type filter hook input priority filter; policy drop;
        iifname lo accept
        ct state vmap { established : accept, related : accept, invalid : continue }
        ip daddr vmap @verdicts
        meta l4proto icmp accept
        log prefix "refused: " drop
      }
    }
    table ip translated {
      chain prerouting {
        type nat hook prerouting priority dstnat;
        ip daddr 192.0.2.9 tcp dport 80 dnat to 192.0.2.10
      }
    }
END`);
  const answer = await stage.cluster.client.do('get', stage.cluster.virtual(PORT));
  expect(answer).toHaveProperty('server', rs1.name);
  expect(await diagnose(stage.ipvs)).toEqual([]);
});

describe('FIREWALL_DROPS', () => {
  test('clients are not let in', async () => {
    const finding = await expectDiagnosed(stage, PORT, {
      code: 'FIREWALL_DROPS',
      breaks: () =>
        shell(`nft add table inet host
          nft add chain inet host input '{ type filter hook input priority filter; policy drop; }'
          nft add rule inet host input tcp dport 22 accept`),
    });
    expect(finding.message).toBe(
      `The policy of chain input in table host (nft) drops packets of clients to tcp ${plan.vip}:${PORT}.`,
    );
    expect(finding.remedy).toBe(
      `nft insert rule inet host input ip daddr ${plan.vip} tcp dport ${PORT} accept`,
    );
  });

  test('answers are not forwarded', async () => {
    await expectDiagnosed(stage, PORT, {
      code: 'FIREWALL_DROPS',
      breaks: () =>
        shell(`nft add table ip host
          nft add chain ip host forward '{ type filter hook forward priority filter; policy drop; }'`),
    });
  });

  test('what IPVS sends is dropped by a set that a chain looks into', async () => {
    await expectDiagnosed(stage, PORT, {
      code: 'FIREWALL_DROPS',
      breaks: () =>
        shell(`nft -f - <<'END'
          table ip host {
            set refused { type ipv4_addr; flags interval; elements = { ${rs1.address}/31 } }
            chain inside { ip daddr @refused drop; }
            chain output { type filter hook output priority filter; oifname inside jump inside; }
          }
END`),
    });
  });

  test("iptables' rules that are kept as nftables'", async () => {
    await expectDiagnosed(stage, PORT, {
      code: 'FIREWALL_DROPS',
      breaks: () =>
        shell(`iptables-nft -A INPUT -p tcp --dport 22 -j ACCEPT
          iptables-nft -P INPUT DROP`),
    });
  });

  test('on a real server', async () => {
    const options = { netns: `/run/netns/${namespace}` };
    const expected = { service, forward: 'masq', director: '172.18.10.246', port: 8080 } as const;
    const ask = () => stage.cluster.client.do('get', { ...stage.cluster.virtual(PORT), timeout: 700 });
    expect(await diagnoseRealServer(expected, options)).toEqual([]);
    await shell(
      `nft add table inet host
       nft add chain inet host input '{ type filter hook input priority filter; }'
       nft add rule inet host input tcp dport 8000-8100 drop`,
      namespace,
    );
    expect(await ask()).toEqual({ error: 'ETIMEDOUT' });
    const findings = await diagnoseRealServer(expected, options);
    expect(findings).toEqual([expect.objectContaining({ code: 'FIREWALL_DROPS', severity: 'error' })]);
    await shell(findings[0]?.remedy ?? '', namespace);
    expect(await ask()).toHaveProperty('server', rs1.name);
    expect(await diagnoseRealServer(expected, options)).toEqual([]);
  });
});

describe('FIREWALL_NAT', () => {
  test.each([
    [
      'nft',
      `nft add table ip translated
       nft add chain ip translated prerouting '{ type nat hook prerouting priority dstnat; }'
       nft add rule ip translated prerouting tcp dport ${PORT} dnat to 172.18.10.99:80`,
    ],
    ['iptables-nft', `iptables-nft -t nat -A PREROUTING -p tcp --dport ${PORT} -j DNAT --to 172.18.10.99:80`],
  ])('%s', async (_, rules) => {
    await expectDiagnosed(stage, PORT, {
      code: 'FIREWALL_NAT',
      breaks: () => shell(rules),
      fails: { error: expect.any(String) as unknown as string },
    });
  });
});

describe('CONNTRACK_OFF', () => {
  test('answers belong to no connection', async () => {
    await expectDiagnosed(stage, PORT, {
      code: 'CONNTRACK_OFF',
      breaks: () =>
        shell(`nft add table inet host
          nft add chain inet host forward '{ type filter hook forward priority filter; policy drop; }'
          nft add rule inet host forward ct state established,related accept`),
    });
  });
});

describe('marks', () => {
  test('MARK_NOT_SET', async () => {
    const { ipvs, cluster } = stage;
    const mark = 9;
    const virtual = cluster.virtual(8132);
    await shell(`nft add table ip marks
      nft add chain ip marks prerouting '{ type filter hook prerouting priority mangle; }'
      nft add rule ip marks prerouting ip daddr ${plan.vip} tcp dport ${virtual.port} meta mark set ${mark}`);
    await ipvs.addService({ fwmark: mark, scheduler: 'rr' });
    await ipvs.addDestination({ fwmark: mark }, { address: rs1.address, port: 8080, forward: 'masq' });
    expect(await cluster.client.do('get', virtual)).toHaveProperty('server', rs1.name);
    expect(await diagnose(ipvs)).toEqual([]);
    await shell('nft flush chain ip marks prerouting');
    expect(await cluster.client.do('get', virtual)).toEqual({ error: 'ECONNREFUSED' });
    expect(await diagnose(ipvs)).toEqual([
      expect.objectContaining({ code: 'MARK_NOT_SET', severity: 'info' }),
    ]);
  });
});
