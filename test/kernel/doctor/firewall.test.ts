import { execFileSync } from 'node:child_process';
import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { namespaceOf } from '../../../lab/network';
import { nat } from '../../../lab/plan';
import { ip } from '../../../lab/shell';
import { diagnose, diagnoseRealServer, type Finding } from '../../../lib/doctor';
import type { VirtualAddress } from '../../../lib/index';
import { setStage } from '../traffic/stage';
import { expectDiagnosed, LVSADM, shell } from './clinic';

const PORT = 8121;

const plan = nat();
const [rs1] = plan.realServers;
const service: VirtualAddress = { protocol: 'tcp', address: plan.vip, port: PORT };
const real = { address: rs1.address, port: 8080 };
const stage = setStage(plan, (cluster) => cluster.serveHttp(8080));

/** Debian's guest kernels have iptables' older tables up to 6.12, and nf_tables of bridges alone. */
const hasTables = (() => {
  try {
    execFileSync('iptables-legacy', ['-L', '-n'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

const clear = (namespace?: string) =>
  shell(
    ['filter', 'nat', 'mangle']
      .flatMap((table) => [`iptables-legacy -t ${table} -F`, `iptables-legacy -t ${table} -X`])
      .concat(['INPUT', 'FORWARD', 'OUTPUT'].map((chain) => `iptables-legacy -P ${chain} ACCEPT`))
      .join('\n'),
    namespace,
  );

beforeAll(() => (hasTables ? clear() : undefined));
beforeEach(async () => {
  const { ipvs } = stage;
  await ipvs.addService({ ...service, scheduler: 'rr' });
  await ipvs.addDestination(service, { ...real, forward: 'masq' });
});
afterEach(async () => {
  if (hasTables) await clear();
  await stage.ipvs.setSysctls({ conntrack: 0 });
});

if (!hasTables) {
  test('a kernel without iptables has no rules to look at, and that is no finding', async () => {
    expect(await diagnose(stage.ipvs)).toEqual([]);
  });
} else {
  test('rules that let everything through are no finding', async () => {
    await shell(
      [
        'iptables-legacy -P INPUT DROP',
        'iptables-legacy -A INPUT -i lo -j ACCEPT',
        'iptables-legacy -N SERVICES',
        'iptables-legacy -A INPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT',
        'iptables-legacy -A INPUT -j SERVICES',
        'iptables-legacy -A INPUT -p icmp -j ACCEPT',
        `iptables-legacy -A SERVICES -p tcp -m multiport --dports 22,${PORT} -m comment --comment web -j ACCEPT`,
        'iptables-legacy -t nat -A PREROUTING -d 192.0.2.9 -p tcp --dport 80 -j DNAT --to 192.0.2.10',
      ].join('\n'),
    );
    const answer = await stage.cluster.client.do('get', stage.cluster.virtual(PORT));
    expect(answer).toHaveProperty('server', rs1.name);
    expect(await diagnose(stage.ipvs)).toEqual([]);
  });

  test('FIREWALL_DROPS: clients are not let in', async () => {
    const finding = await expectDiagnosed(stage, PORT, {
      code: 'FIREWALL_DROPS',
      breaks: () =>
        shell('iptables-legacy -A INPUT -p tcp --dport 22 -j ACCEPT\niptables-legacy -P INPUT DROP'),
    });
    expect(finding.message).toBe(
      `The policy of chain INPUT in table filter (iptables-legacy) drops packets of clients to tcp ${plan.vip}:${PORT}.`,
    );
    expect(finding.remedy).toBe(
      `iptables-legacy -t filter -I INPUT -d ${plan.vip} -p tcp --dport ${PORT} -j ACCEPT`,
    );
  });

  test('FIREWALL_DROPS: answers are not forwarded', async () => {
    await expectDiagnosed(stage, PORT, {
      code: 'FIREWALL_DROPS',
      breaks: () => shell('iptables-legacy -P FORWARD DROP'),
    });
  });

  test('FIREWALL_DROPS: what IPVS sends is dropped by a chain that another one jumps to', async () => {
    await expectDiagnosed(stage, PORT, {
      code: 'FIREWALL_DROPS',
      breaks: () =>
        shell(
          `iptables-legacy -N INSIDE\niptables-legacy -A INSIDE -d ${rs1.address}/31 -j DROP\niptables-legacy -A OUTPUT -o inside -j INSIDE`,
        ),
    });
  });

  test('FIREWALL_NAT', async () => {
    await expectDiagnosed(stage, PORT, {
      code: 'FIREWALL_NAT',
      breaks: () =>
        shell(`iptables-legacy -t nat -A PREROUTING -p tcp --dport ${PORT} -j DNAT --to 172.18.10.99:80`),
      fails: { error: expect.any(String) as unknown as string },
    });
  });

  test('CONNTRACK_OFF: answers belong to no connection', async () => {
    await expectDiagnosed(stage, PORT, {
      code: 'CONNTRACK_OFF',
      breaks: () =>
        shell(
          'iptables-legacy -P FORWARD DROP\niptables-legacy -A FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT',
        ),
    });
  });

  test('CONNTRACK_OFF: MASQUERADE does nothing', async () => {
    const namespace = namespaceOf(rs1);
    await expectDiagnosed(stage, PORT, {
      code: 'CONNTRACK_OFF',
      severity: 'warning',
      breaks: async () => {
        await ip(['route delete default'], namespace);
        await shell(`iptables-legacy -t nat -A POSTROUTING -d ${rs1.address} -j MASQUERADE`);
      },
      restores: () => ip(['route add default via 172.18.10.246'], namespace),
    });
  });

  test('MARK_NOT_LOCAL', async () => {
    const { ipvs, cluster } = stage;
    const far = '10.99.0.1';
    await ip([`route add ${far} via ${plan.vip}`], namespaceOf(plan.client));
    await shell(`iptables-legacy -t mangle -A PREROUTING -d ${far} -p tcp --dport 80 -j MARK --set-mark 7`);
    await ipvs.addService({ fwmark: 7, scheduler: 'rr' });
    await ipvs.addDestination({ fwmark: 7 }, { ...real, forward: 'masq' });
    const ask = () => cluster.client.do('get', { address: far, port: 80, timeout: 700 });
    expect(await ask()).toHaveProperty('error');
    const findings = await diagnose(ipvs);
    expect(findings).toEqual([expect.objectContaining({ code: 'MARK_NOT_LOCAL', severity: 'error' })]);
    await shell(findings[0]?.remedy ?? '');
    // The service's port is the client's where a mark names it.
    await ipvs.deleteDestination({ fwmark: 7 }, real);
    await ipvs.addDestination({ fwmark: 7 }, { ...real, forward: 'masq' });
    expect(await ask()).toHaveProperty('server', rs1.name);
    expect(await diagnose(ipvs)).toEqual([]);
    await ip(['rule delete fwmark 7', 'route flush table 100']);
  });

  test('MARK_NOT_SET', async () => {
    const { ipvs, cluster } = stage;
    const [port, mark] = [8132, 9];
    const rule = `PREROUTING -d ${plan.vip} -p tcp --dport ${port} -j MARK --set-mark ${mark}`;
    await shell(`iptables-legacy -t mangle -A ${rule}`);
    await ipvs.addService({ fwmark: mark, scheduler: 'rr' });
    await ipvs.addDestination({ fwmark: mark }, { ...real, forward: 'masq' });
    const ask = () => cluster.client.do('get', cluster.virtual(port));
    expect(await ask()).toHaveProperty('server', rs1.name);
    expect(await diagnose(ipvs)).toEqual([]);
    await shell(`iptables-legacy -t mangle -D ${rule}`);
    expect(await ask()).toEqual({ error: 'ECONNREFUSED' });
    const findings = await diagnose(ipvs);
    expect(findings).toEqual([expect.objectContaining({ code: 'MARK_NOT_SET', severity: 'info' })]);
    const [command = ''] = findings[0]?.remedy.match(/iptables.*/) ?? [];
    await shell(
      command.replace('iptables', 'iptables-legacy').replace('ADDRESS', plan.vip).replace('PORTS', `${port}`),
    );
    expect(await ask()).toHaveProperty('server', rs1.name);
    expect(await diagnose(ipvs)).toEqual([]);
  });

  test('NOT_INSPECTED: an ordinary user sees no rules, and is told so', async () => {
    const namespace = namespaceOf(rs1);
    const ask = () => stage.cluster.client.do('get', { ...stage.cluster.virtual(PORT), timeout: 700 });
    const doctor = `lvsadm doctor --real-server --tcp-service ${plan.vip}:${PORT} --forward masq --port 8080 --director 172.18.10.246 --json || true`;
    const asNobody = doctor.replace(
      'lvsadm',
      `setpriv --reuid 65534 --clear-groups '${process.execPath}' '${LVSADM}'`,
    );
    await shell('iptables-legacy -A INPUT -p tcp --dport 8080 -j DROP', namespace);
    expect(await ask()).toEqual({ error: 'ETIMEDOUT' });
    const seen = JSON.parse(await shell(asNobody, namespace)) as Finding[];
    expect(seen.length).toBeGreaterThan(0);
    for (const each of seen) {
      expect(each).toMatchObject({
        code: 'NOT_INSPECTED',
        severity: 'info',
        remedy: expect.stringContaining('as root'),
      });
    }
    const [finding, ...others] = JSON.parse(await shell(doctor, namespace)) as Finding[];
    expect(finding).toMatchObject({ code: 'FIREWALL_DROPS' });
    expect(others).toEqual([]);
    await shell(finding?.remedy ?? '', namespace);
    expect(await ask()).toHaveProperty('server', rs1.name);
    await clear(namespace);
  });

  test('FIREWALL_DROPS: on a real server', async () => {
    const namespace = namespaceOf(rs1);
    const options = { netns: `/run/netns/${namespace}` };
    const expected = { service, forward: 'masq', director: '172.18.10.246', port: 8080 } as const;
    const ask = () => stage.cluster.client.do('get', { ...stage.cluster.virtual(PORT), timeout: 700 });
    expect(await diagnoseRealServer(expected, options)).toEqual([]);
    await shell('iptables-legacy -A INPUT -p tcp --dport 8000:8100 -j DROP', namespace);
    expect(await ask()).toEqual({ error: 'ETIMEDOUT' });
    const findings = await diagnoseRealServer(expected, options);
    expect(findings).toEqual([expect.objectContaining({ code: 'FIREWALL_DROPS', severity: 'error' })]);
    await shell(findings[0]?.remedy ?? '', namespace);
    expect(await ask()).toHaveProperty('server', rs1.name);
    await clear(namespace);
  });

  test('CONNTRACK_FULL', async () => {
    const { director } = stage.cluster;
    // Rules that ask for states have the kernel track connections.
    await shell('iptables-legacy -A INPUT -m conntrack --ctstate INVALID -j LOG');
    let before: Record<string, string> = {};
    await expectDiagnosed(stage, PORT, {
      code: 'CONNTRACK_FULL',
      breaks: async () => {
        for (let n = 0; n < 3; n++) await director.do('get', { address: '127.0.0.1', port: 1 });
        before = await director.do('sysctl', { 'net.netfilter.nf_conntrack_max': '1' });
      },
      restores: () => director.do('sysctl', before),
    });
  });
}
