// @ts-check
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { GuestError } from './error.mjs';
import { onInterruption } from './interruption.mjs';

/** @typedef {import('node:net').Socket} Socket */

const guard = fileURLToPath(new URL('guard.sh', import.meta.url));

/**
 * Starts a guest and waits for it to end, which it does when its command has.
 *
 * @param {string[]} boot the program that boots it, with its arguments
 * @param {object} how
 * @param {string} how.folder the session's
 * @param {Record<string, string>} [how.env]
 * @param {import('./console.mjs').Console} how.kernelConsole
 * @param {number} how.secondsToBoot
 * @param {import('node:stream').Writable} [how.output] for what the command prints
 * @returns {Promise<number>} the command's exit status
 */
export function supervise(boot, { folder, env, kernelConsole, secondsToBoot, output = process.stdout }) {
  const guest = spawn('sh', [guard, folder, ...boot], {
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', ...env },
    // A process group of its own, which the guard may end as a whole.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
  });
  const [, stdout, stderr, commandStdout, commandStderr, control, lifeline] =
    /** @type {[null, Socket, Socket, Socket, Socket, Socket, Socket]} */ (
      /** @type {unknown} */ (guest.stdio)
    );
  let problem = 'ended before it could run the command';
  /** @type {number | undefined} */
  let status;
  const stop = () => lifeline.destroy();
  const interruption = onInterruption(stop);
  const timer = setTimeout(() => {
    problem = `did not reach its init script within ${secondsToBoot} seconds`;
    stop();
  }, secondsToBoot * 1000);

  kernelConsole.listen(stdout);
  kernelConsole.listen(stderr);
  commandStdout.pipe(output, { end: false });
  commandStderr.pipe(process.stderr, { end: false });
  createInterface({ input: control }).on('line', (text) => {
    const [word, ...words] = text.split(' ');
    if (word === 'ready') {
      clearTimeout(timer);
      problem = 'ended while the command ran';
      return;
    }
    if (word === 'exit') status = Number(words[0]);
    else problem = words.join(' ');
    stop();
  });
  guest.on('error', (error) => {
    problem = `could not be started: ${error.message}`;
  });

  return new Promise((resolve, reject) => {
    guest.on('close', () => {
      clearTimeout(timer);
      interruption.release();
      const result = interruption.status ?? status;
      if (result === undefined) reject(new GuestError(problem));
      else resolve(result);
    });
  });
}
