// @ts-check
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onInterruption } from '../guest/interruption.mjs';

const guest = fileURLToPath(new URL('../guest.mjs', import.meta.url));

/** A guest has one processor. More than two find no more memory than they would use. */
const most = Math.min(2, availableParallelism());

/**
 * Runs Jest in as many guests as the machine has processors for, each with its share of the test files.
 *
 * @param {string[]} command
 * @param {import('./tally.mjs').Tally} tally
 * @param {number} [count]
 * @returns {Promise<number>} the first status that is not 0
 */
export async function runInGuests(command, tally, count = most) {
  const children = Array.from({ length: count }, (_, index) => {
    const { argument, add } = tally.report();
    const child = start([...command, `--shard=${index + 1}/${count}`, argument]);
    child.on('close', add);
    return child;
  });
  const interruption = onInterruption(() => {
    for (const child of children) child.kill('SIGTERM');
  });
  const statuses = await Promise.all(
    children.map((child) => new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)))),
  );
  interruption.release();
  return interruption.status ?? statuses.find((status) => status !== 0) ?? 0;
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
