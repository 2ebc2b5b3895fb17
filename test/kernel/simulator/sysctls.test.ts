/** The settings of a fresh namespace and of a fresh simulator: the same names, defaults, and values that are taken. */

import { release } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type IpvsError, IpvsSync } from '../../../lib/index';
import { type KernelVersion, Simulator } from '../../../lib/simulator';
import { Sysctls } from '../../../lib/simulator/sysctls';
import { isGuest } from '../control/guest';
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

/** Schedulers whose modules bring settings; earlier tests may have loaded them. */
const WITH_SETTINGS = ['lblc', 'lblcr'];

let namespace: Namespace;
let shell: Shell;
let simulator: Simulator;
beforeAll(async () => {
  namespace = await Namespace.make('settings');
  shell = new Shell(namespace.name);
  simulator = new Simulator({ kernel: KERNEL });
});
afterAll(async () => {
  await shell?.[Symbol.asyncDispose]();
  await namespace?.[Symbol.asyncDispose]();
});

function valuesFor(name: string): readonly string[] {
  if (name === 'sync_threshold') return PAIRS;
  if (name === 'est_cpulist') return ['0', '', 'x'];
  // Linux 7.2 shows a period below zero as some other number.
  return /^sync_refresh_period$|_expiration$/.test(name)
    ? VALUES.filter((value) => !value.startsWith('-'))
    : VALUES;
}

async function read(name: string): Promise<string> {
  return (await shell.run(`cat ${FOLDER}/${name}`)).trim();
}

/** Expects both to have the same settings, with the same values. Returns their names. */
async function compare(): Promise<string[]> {
  const simulated = simulator.backend.createHandle().readSysctlsSync() as Record<string, string>;
  const names = (await shell.run(`ls ${FOLDER}`)).trim().split('\n').sort();
  expect(Object.keys(simulated).sort()).toEqual(names);
  for (const name of names) {
    if (!BY_CIRCUMSTANCE.includes(name)) expect([name, simulated[name]]).toEqual([name, await read(name)]);
  }
  return names;
}

/** Adds a service to both, and returns what each says of it. */
function addService(scheduler: string): (string | undefined)[] {
  return [IpvsSync.open({ netns: namespace.path }), simulator.openSync()].map((ipvs) => {
    try {
      ipvs.flush();
      ipvs.addService({ fwmark: 1, scheduler, persistence: { engine: 'nosuch' } });
      return undefined;
    } catch (error) {
      return (error as IpvsError).code;
    } finally {
      ipvs.close();
    }
  });
}

/** Takes the schedulers' modules out of the kernel, whose settings go with them, as soon as no namespace uses them. */
async function unloadSchedulers(): Promise<void> {
  const modules = WITH_SETTINGS.map((scheduler) => `ip_vs_${scheduler}`);
  const unload = modules.map((module) => `rmmod ${module}`).join('; ');
  const loaded = modules.map((module) => `-e '^${module} '`).join(' ');
  for (let attempt = 0; ; attempt++) {
    await shell.run(unload);
    const left = await shell.run(`grep ${loaded} /proc/modules`);
    if (left === '') return;
    if (attempt === 50) throw new Error(`still in use: ${left}`);
    await setTimeout(100);
  }
}

// Before the others: they load the modules into the simulated machine for good.
(isGuest ? test : test.skip)('schedulers bring theirs', async () => {
  await unloadSchedulers();
  let names = await compare();
  for (const scheduler of WITH_SETTINGS) {
    // That the service is refused for another reason changes nothing.
    expect(addService(scheduler)).toEqual(['ENOENT', 'ENOENT']);
    const more = await compare();
    expect(more.filter((name) => !names.includes(name))).toEqual([`${scheduler}_expiration`]);
    names = more;
  }
});

test('names and defaults', async () => {
  for (const scheduler of WITH_SETTINGS) addService(scheduler);
  expect(await compare()).toEqual(expect.arrayContaining(['lblc_expiration', 'lblcr_expiration']));
});

test('what is taken, and what it becomes', async () => {
  const simulated = new Sysctls(KERNEL);
  for (const scheduler of WITH_SETTINGS) {
    addService(scheduler);
    simulated.schedulerLoaded(scheduler);
  }
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
