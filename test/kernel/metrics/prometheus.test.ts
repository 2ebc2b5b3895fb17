/** `lvsadm exporter` scraped by a real Prometheus, and beside a real node_exporter. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ip } from '../../../lab/shell';
import { type Command, Ipvs, IpvsSync } from '../../../lib/index';
import { nodeExporter, prometheus, promtool, Running, startExporter } from './programs';

const VIP = '10.66.0.1';
const WEB = { protocol: 'tcp', address: VIP, port: 80 } as const;
const SERVER = { address: '127.0.0.1', port: 8099, forward: 'masq', weight: 7 } as const;
const DNS = { protocol: 'udp', address: 'fd00:66::1', port: 53 } as const;
const MARK = { fwmark: 4026531850 } as const;
const MARK6 = { fwmark: 17, family: 'ipv6' } as const;

const folder = mkdtempSync('/tmp/lvs-metrics-');
const web = createServer((_, response) => response.end('x'.repeat(5000)));
const ipvs = IpvsSync.open();

beforeAll(async () => {
  await ip([`address add ${VIP}/32 dev lo`]);
  await new Promise<void>((resolve) => web.listen(SERVER.port, SERVER.address, resolve));
  ipvs.flush();
  const commands: Command[] = [
    { op: 'addService', service: { ...WEB, scheduler: 'rr' } },
    { op: 'addDestination', service: WEB, destination: SERVER },
    {
      op: 'addDestination',
      service: WEB,
      destination: { address: '10.66.9.9', port: 8099, forward: 'masq', weight: 0 },
    },
    { op: 'addService', service: { ...DNS, scheduler: 'wlc' } },
    {
      op: 'addDestination',
      service: DNS,
      destination: { address: 'fd00:66::2', port: 53, forward: 'masq', weight: 2 },
    },
    { op: 'addService', service: { ...MARK, scheduler: 'wlc' } },
    { op: 'addDestination', service: MARK, destination: { address: '10.66.9.8', port: 0, weight: 9 } },
    { op: 'addService', service: { ...MARK6, scheduler: 'wlc' } },
    { op: 'addDestination', service: MARK6, destination: { address: 'fd00:66::3', port: 0, weight: 3 } },
  ];
  ipvs.batch(commands);
  for (let n = 0; n < 10; n++) await fetchThroughVip();
  // The kernel copies its counters every two seconds.
  await setTimeout(2500);
});

afterAll(async () => {
  ipvs.flush();
  ipvs.close();
  web.close();
  await ip([`address delete ${VIP}/32 dev lo`]);
  rmSync(folder, { recursive: true });
});

function fetchThroughVip(): Promise<void> {
  return new Promise((resolve, reject) => {
    get(`http://${VIP}/`, { agent: false }, (response) => response.resume().on('end', resolve)).on(
      'error',
      reject,
    );
  });
}

async function textFrom(address: string, accept = 'text/plain'): Promise<string> {
  const response = await fetch(`${address}/metrics`, { headers: { accept } });
  expect(response.status).toBe(200);
  return response.text();
}

/** The samples of names that begin so, in order. */
function samples(text: string, prefix: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith(prefix))
    .map((line) => {
      const [, name, value] = /^(.*) (\S+)$/.exec(line) ?? [];
      return `${name} ${Number(value)}`;
    })
    .sort();
}

test('promtool finds nothing wrong with the text', async () => {
  const { running, address } = await startExporter(['--connections', '--label', 'site=here']);
  await using _ = running;
  const input = await textFrom(address);
  const { status, stdout, stderr } = spawnSync(promtool, ['check', 'metrics'], { input, encoding: 'utf8' });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  const { stats } = ipvs.service(WEB) ?? {};
  expect(stats?.connections).toBe(10n);
  expect(input).toContain(
    `ipvs_service_incoming_bytes_total{site="here",service="tcp ${VIP}:80"} ${stats?.bytesIn}\n`,
  );
});

test('without counters of services and real servers the rest is the same', async () => {
  const [whole, gauges] = [await startExporter(), await startExporter(['--no-counters'])];
  await using _ = whole.running;
  await using __ = gauges.running;
  const all = samples(await textFrom(whole.address), 'ipvs_').filter(
    (line) => !line.includes('read_duration'),
  );
  const kept = samples(await textFrom(gauges.address), 'ipvs_').filter(
    (line) => !line.includes('read_duration'),
  );
  expect(kept).toEqual(all.filter((line) => !/^ipvs_(service|destination)_\w+_total/.test(line)));
  expect(kept.length).toBeLessThan(all.length);
});

test('Prometheus stores it', async () => {
  const count = () => ipvs.countConnections([], { protocol: 'tcp' })[0]?.count;
  const before = count();
  const { running, address } = await startExporter(['--connections']);
  await using _ = running;
  const config = join(folder, 'prometheus.yml');
  writeFileSync(
    config,
    JSON.stringify({
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      scrape_configs: [{ job_name: 'lvs', static_configs: [{ targets: [address.replace('http://', '')] }] }],
    }),
  );
  await using server = new Running([
    prometheus,
    `--config.file=${config}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    '--web.listen-address=127.0.0.1:9090',
  ]);
  await server.says(/Server is ready to receive web requests/);
  const query = async (expression: string): Promise<[Record<string, string>, string][]> => {
    const response = await fetch(
      `http://127.0.0.1:9090/api/v1/query?query=${encodeURIComponent(expression)}`,
    );
    const { data } = (await response.json()) as {
      data: { result: { metric: Record<string, string>; value: [number, string] }[] };
    };
    return data.result.map(({ metric, value }) => [metric, value[1]]);
  };
  for (let tries = 0; (await query('up == 1')).length === 0; tries++) {
    if (tries > 100) throw new Error(`no scrape went well: ${server.said}`);
    await setTimeout(200);
  }
  const { stats } = ipvs.service(WEB) ?? {};
  const service = `tcp ${VIP}:80`;
  expect(await query(`ipvs_service_outgoing_bytes_total{service="${service}"}`)).toEqual([
    [expect.objectContaining({ service, job: 'lvs' }), String(stats?.bytesOut)],
  ]);
  expect(Number(stats?.bytesOut)).toBeGreaterThan(50_000);
  expect(await query('sum(ipvs_destination_weight)')).toEqual([[{}, '21']]);
  expect(await query('ipvs_service_usable_destinations == 1 and ipvs_service_destinations == 2')).toEqual([
    [expect.objectContaining({ service }), '1'],
  ]);
  expect(await query('ipvs_services')).toEqual([[expect.anything(), '4']]);
  const [[labels, entries] = []] = await query('sum by (protocol) (ipvs_connection_table_entries)');
  expect(labels).toEqual({ protocol: 'tcp' });
  // Nobody makes any meanwhile, but those of earlier tests may expire.
  expect(before).toBeGreaterThanOrEqual(10);
  expect(Number(entries)).toBeLessThanOrEqual(before ?? 0);
  expect(Number(entries)).toBeGreaterThanOrEqual(count() ?? 0);
});

test("with node_exporter's prefix it says what node_exporter says", async () => {
  const { running, address } = await startExporter(['--prefix', 'node_ipvs']);
  await using _ = running;
  await using other = new Running([
    nodeExporter,
    '--collector.disable-defaults',
    '--collector.ipvs',
    '--web.listen-address=127.0.0.1:9100',
  ]);
  await other.says(/9100/);
  let theirs = '';
  while (theirs === '') theirs = await textFrom('http://127.0.0.1:9100').catch(() => '');
  const ours = await textFrom(address);
  const lines = samples(theirs, 'node_ipvs_');
  expect(lines).toHaveLength(5 + 3 * 5);
  expect(samples(ours, 'node_ipvs_')).toEqual(lines);
  const types = (text: string) => text.match(/^# TYPE node_ipvs.*$/gm)?.sort();
  expect(types(ours)).toEqual(types(theirs));
});

test('it needs no more than CAP_NET_ADMIN, and ends with a signal', async () => {
  const only = ['--inh-caps', '--ambient-caps', '--bounding-set'].flatMap((set) => [set, '-all,+net_admin']);
  const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--no-new-privs', ...only];
  const { running, address } = await startExporter(['--connections'], nobody);
  await using _ = running;
  expect(samples(await textFrom(address), 'ipvs_services')).toEqual(['ipvs_services 4']);
  expect(await (await fetch(`${address}/healthz`)).text()).toBe('ok\n');
  running.child.kill('SIGTERM');
  expect(await running.exit).toEqual([0, null]);
});

test('without the capability it says so, and ends', async () => {
  const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
  await expect(startExporter([], nobody)).rejects.toThrow(
    /it ended \(2\): lvsadm exporter: .*CAP_NET_ADMIN/s,
  );
});

test('where its address is taken it says so, and ends', async () => {
  const { port } = web.address() as AddressInfo;
  await expect(startExporter(['--listen', `127.0.0.1:${port}`])).rejects.toThrow(
    /it ended \(2\): .*EADDRINUSE/s,
  );
});

test('a scrape is complete while the table changes', async () => {
  const standing = Array.from({ length: 200 }, (_, n) => ({ ...WEB, address: `10.67.0.${n}` }));
  const fleeting = Array.from({ length: 200 }, (_, n) => ({ ...WEB, address: `10.68.0.${n}` }));
  ipvs.batch(
    standing.flatMap((service): Command[] => [
      { op: 'addService', service },
      ...[1, 2, 3].map(
        (n): Command => ({
          op: 'addDestination',
          service,
          destination: { address: `10.69.0.${n}`, port: 80 },
        }),
      ),
    ]),
  );
  const { running, address } = await startExporter();
  await using _ = running;
  await using other = await Ipvs.open();
  let stop = false;
  let rounds = 0;
  const churn = (async () => {
    for (; !stop; rounds++) {
      await other.batch(fleeting.map((service): Command => ({ op: 'addService', service })));
      await other.batch(fleeting.map((service): Command => ({ op: 'deleteService', service })));
    }
  })();
  for (let n = 0; n < 8; n++) {
    const weights = samples(await textFrom(address), 'ipvs_destination_weight{service="tcp 10.67.');
    expect(weights).toHaveLength(600);
    expect(new Set(weights).size).toBe(600);
  }
  stop = true;
  await churn;
  expect(rounds).toBeGreaterThan(1);
});
