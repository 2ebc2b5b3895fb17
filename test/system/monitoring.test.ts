/** What the package and its examples bring for Prometheus, Grafana and systemd. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ownFamilies } from '../../lib/metrics/families';
import { checkOptions } from '../../lib/metrics/options';

const ROOT = join(__dirname, '../..');
const EXAMPLES = join(ROOT, 'examples/monitoring');
/** Where setting up puts it (tools/setup/monitoring.mjs). */
const PROMTOOL = join(ROOT, '.cache/monitoring/usr/bin/promtool');

const metrics = ownFamilies(checkOptions({ connections: true })).map(({ name }) => `ipvs_${name}`);
const read = (file: string) => readFileSync(join(EXAMPLES, file), 'utf8');
const named = (text: string) => [...new Set(text.match(/\bipvs_[a-z_]+/g))];

function promtool(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(PROMTOOL, words, { cwd: EXAMPLES, encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

test('the alert rules are valid, and fire where they should', () => {
  expect(promtool('check', 'config', 'prometheus.yml')).toMatchObject({ status: 0 });
  expect(promtool('test', 'rules', 'alerts.test.yml')).toEqual({
    status: 0,
    said: expect.stringContaining('SUCCESS'),
  });
});

test('each alert rule has a test', () => {
  const alerts = read('alerts.yml').match(/(?<=alert: )\w+/g) ?? [];
  expect(alerts.length).toBeGreaterThan(4);
  const tests = read('alerts.test.yml');
  for (const alert of alerts) expect(tests).toMatch(new RegExp(`alertname: ${alert}\\n\\s+exp_alerts:\\n`));
});

test('rules and the dashboard use metrics that there are', () => {
  for (const file of ['alerts.yml', 'dashboard.json']) {
    const used = named(read(file));
    expect(used.length).toBeGreaterThan(5);
    expect(used.filter((name) => !metrics.includes(name))).toEqual([]);
  }
});

test("the dashboard's expressions are valid", () => {
  interface Panel {
    id: number;
    targets: { expr: string }[];
  }
  const { panels } = JSON.parse(read('dashboard.json')) as { panels: Panel[] };
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  const rules = expressions.map((expr, n) => {
    return { record: `lvs:${n}`, expr: expr.replaceAll('$__rate_interval', '1m') };
  });
  const folder = mkdtempSync(join(tmpdir(), 'lvs-dashboard-'));
  const file = join(folder, 'rules.yml');
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
  expect(promtool('check', 'rules', file)).toEqual({
    status: 0,
    said: expect.stringContaining(`${expressions.length} rules found`),
  });
  rmSync(folder, { recursive: true });
});

test('the page of metrics has each of them', () => {
  const page = readFileSync(join(ROOT, 'docs/metrics.md'), 'utf8');
  const table = page.slice(page.indexOf('## The metrics'), page.indexOf('## What a scrape is'));
  const written = [...table.matchAll(/`(ipvs|…)_([a-z_]+)`/g)].map(([, start, name]) => ({ start, name }));
  const missing = metrics.filter(
    (metric) =>
      !written.some(({ start, name = '' }) =>
        start === 'ipvs' ? metric === `ipvs_${name}` : metric.endsWith(`_${name}`),
      ),
  );
  expect(missing).toEqual([]);
});

test('the unit of systemd gives the exporter one capability', () => {
  const unit = readFileSync(join(ROOT, 'systemd/lvs-exporter.service'), 'utf8');
  const capabilities = unit.match(/^(Ambient|Bounding|CapabilityBoundingSet).*$/gm);
  expect(capabilities).toEqual(['AmbientCapabilities=CAP_NET_ADMIN', 'CapabilityBoundingSet=CAP_NET_ADMIN']);
});
