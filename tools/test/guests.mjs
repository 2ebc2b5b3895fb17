// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { exitStatus } from '../guest/exit-status.mjs';
import { onInterruption } from '../guest/interruption.mjs';

const guest = fileURLToPath(new URL('../guest.mjs', import.meta.url));

/** A guest has one processor. More than two find no more memory than they would use. */
const most = Math.min(2, availableParallelism());

/** How Jest ended in a guest. @typedef {{ status: number, files: import('./tally.mjs').File[] }} Run */

/**
 * Runs Jest in as many guests as the machine has processors for, each with its share of the test files.
 *
 * @param {string[]} command
 * @param {import('./tally.mjs').Tally} tally
 * @param {number} [count]
 * @returns {Promise<Run[]>} of each guest
 */
export async function runInGuests(command, tally, count = most) {
  const guests = Array.from({ length: count }, (_, index) => {
    const { argument, add } = tally.report();
    return { child: start([...command, `--shard=${index + 1}/${count}`, argument]), add };
  });
  const interruption = onInterruption(() => {
    for (const { child } of guests) child.kill('SIGTERM');
  });
  const runs = await Promise.all(
    guests.map(async ({ child, add }) => {
      const [code, signal] = await once(child, 'close');
      return { status: interruption.status ?? exitStatus(code, signal), files: add() };
    }),
  );
  interruption.release();
  return runs;
}

/** @param {string[]} command */
function start(command) {
  const { stdout } = process;
  // It writes to a pipe; what it cannot see is that a person watches the other end.
  const colours = stdout.isTTY && process.env.NO_COLOR === undefined ? { FORCE_COLOR: '1' } : {};
  const child = spawn(process.execPath, [guest, '--', ...command], {
    env: { ...process.env, ...colours },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  // Line by line, since another guest writes too.
  for (const [stream, to] of /** @type {const} */ ([
    [child.stdout, stdout],
    [child.stderr, process.stderr],
  ])) {
    createInterface({ input: stream }).on('line', (line) => to.write(`${line}\n`));
  }
  return child;
}
