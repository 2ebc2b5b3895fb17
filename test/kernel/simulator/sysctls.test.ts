/** The settings of a fresh namespace and of the simulator: the same names, defaults, and values that are taken. */

import { release } from 'node:os';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { KernelVersion } from '../../../lib/simulator';
import { Sysctls } from '../../../lib/simulator/sysctls';
import { Namespace } from '../control/namespace';
import { Shell } from '../control/shell';

const KERNEL = release().split('.').slice(0, 2).join('.') as KernelVersion;
const FOLDER = '/proc/sys/net/ipv4/vs';

/** The kernel reckons them by its memory, or differently in the first namespace, which the simulator's machine has. */
const BY_CIRCUMSTANCE = ['sync_qlen_max', 'conn_lfactor', 'svc_lfactor'];

const VALUES = [
  '0',
  '1',
  '2',
  '3',
  '4',
  '-1',
  '8',
  '9',
  '-9',
  '20',
  '-20',
  '-21',
  '1073741824',
  '1073741825',
];
const PAIRS = ['3 50', '0 0', '5 5', '7 2', '-1 5', '5', '60', '1 2 3', 'x'];

let namespace: Namespace;
let shell: Shell;
beforeAll(async () => {
  namespace = await Namespace.make('settings');
  shell = new Shell(namespace.name);
});
afterAll(async () => {
  await shell?.[Symbol.asyncDispose]();
  await namespace?.[Symbol.asyncDispose]();
});

function valuesFor(name: string): readonly string[] {
  if (name === 'sync_threshold') return PAIRS;
  if (name === 'est_cpulist') return ['0', '', 'x'];
  // Linux 7.2 shows a period below zero as some other number.
  return name === 'sync_refresh_period' ? VALUES.filter((value) => !value.startsWith('-')) : VALUES;
}

async function read(name: string): Promise<string> {
  return (await shell.run(`cat ${FOLDER}/${name}`)).trim();
}

test('names and defaults', async () => {
  const names = (await shell.run(`ls ${FOLDER}`)).trim().split('\n').sort();
  const simulated = new Map(new Sysctls(KERNEL).entries());
  expect([...simulated.keys()].sort()).toEqual(names);
  const defaults = await Promise.all(
    names
      .filter((name) => !BY_CIRCUMSTANCE.includes(name))
      .map(async (name) => [name, simulated.get(name)] as const),
  );
  for (const [name, value] of defaults) expect([name, value]).toEqual([name, await read(name)]);
});

test('what is taken, and what it becomes', async () => {
  const simulated = new Sysctls(KERNEL);
  const differences: string[] = [];
  for (const [name, initial] of simulated.entries()) {
    // It is written for all namespaces, and read-only in this one.
    if (name === 'debug_level') continue;
    for (const value of valuesFor(name)) {
      const complaint = await shell.run(`echo '${value}' > ${FOLDER}/${name}`);
      const theirs = complaint === '' ? 'taken' : 'refused';
      const ours = simulated.write(name, value) === 0 ? 'taken' : 'refused';
      const [stored, simulatedStored] = [await read(name), new Map(simulated.entries()).get(name)];
      if (theirs === ours && stored === simulatedStored) continue;
      differences.push(
        `${name} '${value}': ${theirs}, ${stored}; the simulator: ${ours}, ${simulatedStored}`,
      );
    }
    // Some of them, such as amemthresh, have an effect on others.
    await shell.run(`echo '${initial}' > ${FOLDER}/${name}`);
  }
  expect(differences).toEqual([]);
});
