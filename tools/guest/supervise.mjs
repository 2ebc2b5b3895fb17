// @ts-check
import { createInterface } from 'node:readline';
import { GuestError } from './error.mjs';
import { onInterruption } from './interruption.mjs';

/** @typedef {import('node:net').Socket} Socket */

/**
 * Waits for a guest that was started to end, which it does when its command has.
 *
 * @param {import('node:child_process').ChildProcess} guest
 * @param {object} how
 * @param {import('./console.mjs').Console} how.kernelConsole
 * @param {number} how.secondsToBoot
 * @param {import('node:stream').Writable} [how.output] for what the command prints
 * @returns {Promise<number>} the command's exit status
 */
export function supervise(guest, { kernelConsole, secondsToBoot, output = process.stdout }) {
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
