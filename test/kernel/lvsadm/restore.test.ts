/** The program itself, and what it saves. */

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { run } from '../../../lab/shell';
import { formatRules, IpvsSync, parseRules } from '../../../lib/index';
import { ipvsadm } from './compare';
import { TABLE } from './corpus';

const PROGRAM = join(__dirname, '../../../dist/cli/lvsadm.js');

const lvsadm = (args: readonly string[], input = '') =>
  spawnSync(process.execPath, [PROGRAM, ...args], { input, encoding: 'utf8' });

let ipvs: IpvsSync;

beforeAll(async () => {
  await run('ip', ['link', 'set', 'lo', 'up']);
  ipvs = IpvsSync.open();
});
beforeEach(() => ipvs.flush());
afterAll(() => {
  ipvs?.flush();
  ipvs?.close();
});

test('what lvsadm saves, ipvsadm restores to the same table, and the other way round', () => {
  ipvs.batch(parseRules(TABLE));
  const ours = lvsadm(['-S', '-n']).stdout;
  expect(ours).toBe(formatRules(ipvs.table()));
  const theirs = ipvsadm(['-S', '-n']).stdout;

  ipvs.flush();
  expect(ipvsadm(['-R'], ours).status).toBe(0);
  expect(formatRules(ipvs.table())).toBe(ours);

  ipvs.flush();
  expect(lvsadm(['-R'], theirs)).toMatchObject({ status: 0, stdout: '', stderr: '' });
  expect(ipvsadm(['-S', '-n']).stdout).toBe(theirs);
});

test('marks, thresholds, local and bypass outlive a restore', () => {
  const rules = `\
-A -f 4294967295 -s rr
-a -f 4294967295 -r 127.0.0.1:80 --local -w 1
-a -f 4294967295 -r 127.0.0.2:80 --bypass -w 1
-a -f 4294967295 -r 127.0.0.3:80 -m -w 1 -x 9 -y 3
`;
  expect(lvsadm(['-R'], rules)).toMatchObject({ status: 0, stderr: '' });
  expect(lvsadm(['-S', '-n']).stdout).toBe(rules);
});

test('services far from each other are in order', () => {
  const addresses = ['192.168.0.1', '10.0.0.1', '100.0.0.1'];
  for (const address of addresses) ipvs.addService({ protocol: 'tcp', address, port: 80 });
  const listed = [...lvsadm(['-L', '-n']).stdout.matchAll(/^TCP {2}(\S+):80/gm)].map(
    ([, address]) => address,
  );
  expect(listed).toEqual(['10.0.0.1', '100.0.0.1', '192.168.0.1']);
});

test('a bad line changes nothing; with --continue the others are carried out', () => {
  const rules = '-A -t 10.0.0.1:80\n# a comment\n-A -t 10.0.0.2:80 -w 5\n-A -t 10.0.0.3:80\n';
  const refused = lvsadm(['-R'], rules);
  expect(refused).toMatchObject({ status: 2, stderr: expect.stringMatching(/^lvsadm: line 3: /) });
  expect(ipvs.services()).toEqual([]);
  expect(lvsadm(['-R', '--continue'], rules).status).toBe(2);
  expect(ipvs.services()).toHaveLength(2);
});

test('what the kernel refuses is named by its line', () => {
  const { status, stderr } = lvsadm(['-R'], '-A -t 10.0.0.1:80\n\n-A -t 10.0.0.1:80\n-A -t 10.0.0.2:80\n');
  expect(status).toBe(255);
  expect(stderr).toBe(
    'lvsadm: line 3: -A tcp 10.0.0.1:80: the service exists already; -E changes it (EEXIST).\n',
  );
  expect(ipvs.services()).toHaveLength(2);
});

test('JSON is what the API gives, with 64-bit counters as text', () => {
  ipvs.batch(parseRules(TABLE));
  const asJson = (value: unknown) =>
    JSON.parse(JSON.stringify(value, (_, part) => (typeof part === 'bigint' ? String(part) : part)));
  const listed = JSON.parse(lvsadm(['-L', '--json', '--nosort']).stdout);
  expect(listed).toEqual(asJson(ipvs.table()));
  expect(JSON.parse(lvsadm(['-L', '--json', '-f', '7']).stdout)).toMatchObject([{ fwmark: 7 }]);
  expect(JSON.parse(lvsadm(['-L', '--json', '--timeout']).stdout)).toEqual(ipvs.timeouts());
  expect(JSON.parse(lvsadm(['-L', '--json', '--daemon']).stdout)).toEqual(ipvs.daemons());
  expect(JSON.parse(lvsadm(['-L', '--json', '-c']).stdout)).toEqual([]);
});
