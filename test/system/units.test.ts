/** The units of systemd, read by systemd's own tool, which needs no systemd that runs. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const ROOT = join(__dirname, '../..');
/** Files, and the programs that they name, as they are here. */
const UNITS: [string, [string, string][]][] = [
  [
    'examples/agent/systemd/ipvs-agent.service',
    [
      ['/usr/bin/node', process.execPath],
      ['/usr/lib/ipvs-agent', join(ROOT, 'examples/agent')],
    ],
  ],
  ['systemd/lvs-exporter.service', [['ExecStart=lvsadm', `ExecStart=${process.execPath}`]]],
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lvs-units-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function analyze(...args: string[]) {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', args, { cwd: folder, encoding: 'utf8' });
  return { status, stdout, stderr };
}

describe.each(UNITS)('%s', (file, programs) => {
  const name = basename(file);
  beforeAll(() => {
    const text = programs.reduce(
      (unit, [from, to]) => unit.replaceAll(from, to),
      readFileSync(join(ROOT, file), 'utf8'),
    );
    writeFileSync(join(folder, name), text);
  });

  test('systemd understands all of it, and finds its programs', () => {
    expect(analyze('verify', '--man=no', `./${name}`)).toEqual({ status: 0, stdout: '', stderr: '' });
    writeFileSync(join(folder, `bad-${name}`), '[Service]\nExecStart=/no/such\nProtectSystm=yes\n');
    expect(analyze('verify', '--man=no', `./bad-${name}`).stderr).toMatch(/ProtectSystm/);
  });

  test('it has one capability, and little is left open', () => {
    const { stdout } = analyze('security', '--offline=true', '--json=short', `./${name}`);
    const findings: { set: boolean; name: string; json_field: string; exposure: string | null }[] =
      JSON.parse(stdout);
    const open = findings.filter(({ set, exposure }) => !set && exposure !== null);
    const capabilities = open.filter(({ json_field }) => json_field.startsWith('CapabilityBoundingSet'));
    expect(capabilities.map(({ name }) => name)).toEqual(['CapabilityBoundingSet=~CAP_NET_ADMIN']);
    // Of 100; systemd itself calls up to 40 OK.
    expect(analyze('security', '--offline=true', '--threshold=25', `./${name}`).status).toBe(0);
  });
});
