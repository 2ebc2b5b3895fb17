// @ts-check
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { GuestError } from './error.mjs';
import { exitStatus } from './exit-status.mjs';
import { onInterruption } from './interruption.mjs';
import { guestEnvironment } from './session.mjs';

const firstProcess = fileURLToPath(new URL('namespace.sh', import.meta.url));
// The process namespace is there for its end, which takes along whatever the command left running.
const unshare = ['--net', '--mount', '--pid', '--fork', '--mount-proc'];

/** Whether the machine's own kernel has IPVS, and this user may have a network namespace of it. */
export function ownKernelServes() {
  if (process.getuid?.() !== 0) return false;
  const environment = guestEnvironment();
  const succeeds = (/** @type {string} */ program, /** @type {string[]} */ ...args) =>
    spawnSync(program, args, { env: environment, stdio: 'ignore' }).status === 0;
  if (!existsSync('/proc/net/ip_vs')) succeeds('modprobe', '--quiet', 'ip_vs');
  return existsSync('/proc/net/ip_vs') && succeeds('unshare', ...unshare, 'true');
}

/**
 * Runs the command in a network and mount namespace that ends with it.
 *
 * @param {string[]} command
 * @returns {Promise<number>}
 */
export function runInNamespace(command) {
  const child = spawn('unshare', [...unshare, 'sh', firstProcess, ...command], {
    env: guestEnvironment(),
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  const lifeline = /** @type {import('node:net').Socket} */ (child.stdio[3]);
  const interruption = onInterruption(() => lifeline.destroy());

  return new Promise((resolve, reject) => {
    child.on('error', (error) => reject(new GuestError(`no namespace: ${error.message}`)));
    child.on('exit', (code, signal) => {
      interruption.release();
      resolve(interruption.status ?? exitStatus(code, signal));
    });
  });
}
