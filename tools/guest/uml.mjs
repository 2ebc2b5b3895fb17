// @ts-check
import { readFileSync, statfsSync } from 'node:fs';
import { Console } from './console.mjs';
import { GuestError } from './error.mjs';
import { createSession } from './session.mjs';
import { supervise } from './supervise.mjs';
import { extendedState } from './xstate.mjs';

const secondsToBoot = 60;

/**
 * Boots a User Mode Linux kernel, runs the command in it and returns the command's exit status.
 *
 * @param {import('./kernels.mjs').Kernel} kernel
 * @param {string[]} command
 * @param {{ memory: string, showConsole: boolean }} options
 * @returns {Promise<number>}
 */
export async function runInUml(kernel, command, { memory, showConsole }) {
  const session = createSession({ modules: kernel.modules, command });
  const kernelConsole = new Console(showConsole);
  try {
    const { folder } = session;
    // Kernel 7.2 cannot start its first process where HOME is not set.
    const env = { HOME: folder, ...extendedState(), ...memoryFolder(memory, folder) };
    return await supervise(bootLine(kernel, folder, memory), { folder, env, kernelConsole, secondsToBoot });
  } catch (error) {
    if (!(error instanceof GuestError)) throw error;
    const headline = `the guest (kernel ${kernel.release}) ${error.message}`;
    throw new GuestError([headline, ...kernelConsole.report()].join('\n'));
  } finally {
    session.remove();
  }
}

/**
 * @param {import('./kernels.mjs').Kernel} kernel
 * @param {string} folder
 * @param {string} memory
 */
function bootLine(kernel, folder, memory) {
  const parameters = [
    `mem=${memory}`,
    'root=/dev/root rootfstype=hostfs rootflags=/ rw',
    'con=null con0=null,fd:1',
    'ssl=null ssl0=fd:3,fd:3 ssl1=fd:4,fd:4 ssl2=fd:5,fd:5',
    `uml_dir=${folder}`,
    'umid=guest',
    // Twice as fast as ptrace, on kernels that know how; it protects less, but the command is our own.
    'seccomp=auto',
    `init=/bin/sh -- ${folder}/init.sh ${folder}`,
  ];
  return [kernel.binary, ...parameters.join(' ').split(' ')];
}

/**
 * The kernel maps the guest's memory from a file in /dev/shm, unless told otherwise; containers often have
 * a tiny one there, or one that forbids executable mappings.
 *
 * @param {string} memory
 * @param {string} folder
 */
function memoryFolder(memory, folder) {
  const [amount, unit = ''] = [Number.parseInt(memory, 10), memory.at(-1)];
  const bytes = amount * 1024 ** (1 + 'kmg'.indexOf(unit.toLowerCase()));
  const mount = readFileSync('/proc/mounts', 'utf8').match(/^\S+ \/dev\/shm tmpfs (\S+)/m);
  if (mount && !mount[1]?.split(',').includes('noexec')) {
    const { bavail, bsize } = statfsSync('/dev/shm');
    // Room for two: another guest may begin to fill it at the same time.
    if (bavail * bsize >= 2 * bytes) return {};
  }
  return { TMPDIR: folder };
}
