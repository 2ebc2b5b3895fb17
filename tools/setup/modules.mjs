// @ts-check
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { root, run } from './run.mjs';

/**
 * What npm installs, as package-lock.json has it.
 *
 * @param {string} [folder] a package inside the project
 */
export function installModules(folder = '.') {
  const installed = changedAt(join(folder, 'node_modules/.package-lock.json'));
  if (installed !== undefined && installed >= (changedAt(join(folder, 'package-lock.json')) ?? 0)) return;
  // Not `npm ci`: it refuses a lock file that lacks other platforms' optional binaries, as one does that was made
  // where the registry has this platform's only.
  const args = ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'];
  run(`installing what ${join(folder, 'package-lock.json')} lists`, 'npm', args, folder);
}

/** @param {string} path */
function changedAt(path) {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs;
}
