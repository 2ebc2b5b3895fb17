// @ts-check
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SetupError } from './error.mjs';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs one command in the project's folder, or one below it; what it says is shown only if it fails.
 *
 * @param {string} what
 * @param {string} command
 * @param {string[]} args
 * @param {string} [folder]
 */
export function run(what, command, args, folder = '.') {
  console.error(`setup: ${what}`);
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd: join(root, folder),
    encoding: 'utf8',
    env: { ...process.env, JOBS: 'max' },
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (status === 0) return;
  const said = `${stdout ?? ''}${stderr ?? ''}${error?.message ?? ''}`.trim();
  throw new SetupError(`${[command, ...args].join(' ')} failed:\n${said}`);
}
