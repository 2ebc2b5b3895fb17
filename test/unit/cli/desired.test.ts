import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { guardOf } from '../../../lib/cli/desired/options';
import { readDesired, readOwns } from '../../../lib/cli/desired/read';
import { formatRules, type TableRow } from '../../../lib/index';
import { Simulator } from '../../../lib/simulator';

const folder = mkdtempSync(join(tmpdir(), 'lvs-desired-'));
afterAll(() => rmSync(folder, { recursive: true }));

function file(text: string): string {
  const name = join(folder, 'desired');
  writeFileSync(name, text);
  return name;
}

test('the rules of a table and its JSON are the same desired state', async () => {
  using ipvs = new Simulator().openSync();
  ipvs.apply([
    {
      protocol: 'tcp',
      address: '10.0.0.1',
      port: 80,
      destinations: [{ address: '10.1.0.1', port: 80, weight: 3 }],
    },
    { fwmark: 7, family: 'ipv6', persistence: true, destinations: [] },
  ]);
  const rows = ipvs.table();
  const rules = await readDesired(file(formatRules(rows)));
  expect(ipvs.plan(rules, { owns: 'all' }).toString()).toBe('');
  const shown = JSON.stringify(rows, (_, part) => (typeof part === 'bigint' ? `${part}` : part));
  const json = (await readDesired(file(shown))) as TableRow[];
  expect(json).toHaveLength(2);
  expect(ipvs.plan(json, { owns: 'all' }).toString()).toBe('');
  expect(await readDesired(file('[]\n'))).toEqual([]);
  expect(await readDesired(file('# nothing\n'))).toEqual([]);
});

test.each([
  [
    '-A -t 10.0.0.1:80\n-D -t 10.0.0.1:80\n',
    'line 2: a desired state is made of -A and -a only, as -S prints them',
  ],
  ['-a -t 10.0.0.1:80 -r 10.1.0.1\n', 'line 1: no line before it adds tcp 10.0.0.1:80'],
  ['-A -f 1\n\n-A -f 1\n', 'line 3: fwmark 1 is added by line 1 already'],
  [
    '-A -t 10.0.0.1:80\n-a -t 10.0.0.1:80 -r 10.1.0.1\n-a -t 10.0.0.1:80 -r 10.1.0.1:80 -w 3\n',
    'line 3: 10.1.0.1:80 of tcp 10.0.0.1:80 is added by line 2 already',
  ],
  ['-A -t 10.0.0.1:80 -s\n', 'line 1: -s: needs a value: name'],
  ['[{"fwmark": 1,\n', 'is no JSON'],
])('%j is refused', async (text, message) => {
  await expect(readDesired(file(text))).rejects.toThrow(message);
});

test('keys of services are those that apply has printed', () => {
  expect(readOwns(file('{"changes":[],"owns":[{"fwmark":1}]}'))).toEqual([{ fwmark: 1 }]);
  expect(readOwns(file('[{"fwmark":2}]'))).toEqual([{ fwmark: 2 }]);
});

test('bounds of the guard', () => {
  expect(guardOf('')).toEqual({});
  expect(guardOf('off')).toBe(false);
  expect(guardOf('minDestinations=2,maxRemovedServices=0.1')).toEqual({
    minDestinations: 2,
    maxRemovedServices: 0.1,
  });
  expect(() => guardOf('2')).toThrow('--guard 2: must be off, or like');
});
