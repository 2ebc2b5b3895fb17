// @ts-check
import { spawnSync } from 'node:child_process';
import { SetupError } from './error.mjs';
import { installCommands, packageNames, unmet } from './needs.mjs';

/**
 * The system's packages: installed where that can be done without asking, otherwise asked for.
 *
 * @param {import('./needs.mjs').Need[]} needs
 */
export function installPackages(needs) {
  const missing = unmet(needs);
  if (missing.length === 0) return;
  aptInstall(packageNames(missing));

  const still = unmet(missing);
  if (still.length === 0) return;
  const names = still.map(({ what }) => what).join(', ');
  throw new SetupError([`missing: ${names}. To install:`, ...installCommands(still)].join('\n'));
}

/** @param {string[]} packages */
function aptInstall(packages) {
  const asRoot = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  /** @param {string[]} args */
  const apt = (...args) => {
    const command = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq', ...args];
    return spawnSync(command[0] ?? '', command.slice(1), {
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    });
  };
  if (apt('check').status !== 0) return; // Not root, or not Debian: the caller sees what is missing still.

  console.error(`setup: installing ${packages.join(' ')}`);
  const install = () => apt('install', '-y', '--no-install-recommends', ...packages);
  if (install().status === 0) return;
  // The lists of what there is may be missing, or too old.
  const update = apt('update');
  const { status, stderr } = install();
  if (status !== 0) console.error(`${update.stderr}${stderr}`.trim());
}
