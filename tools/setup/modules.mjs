// @ts-check
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './run.mjs';

/** What npm installs, as package-lock.json has it. */
export function installModules() {
  const installed = changedAt('node_modules/.package-lock.json');
  if (installed !== undefined && installed >= (changedAt('package-lock.json') ?? 0)) return;
  // Not `npm ci`: it refuses a lock file that lacks other platforms' optional binaries, as one does that was made
  // where the registry has this platform's only.
  run('installing what package-lock.json lists', 'npm', [
    'install',
    '--no-save',
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
  ]);
}

/** @param {string} path */
function changedAt(path) {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs;
}
