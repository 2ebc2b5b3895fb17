// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { GuestError } from './error.mjs';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/**
 * Fetches packages of any suite of Debian with an apt that keeps its state in the given folder: the machine's
 * own is not touched, and apt does the checking of signatures and sums.
 *
 * @param {string} suite
 * @param {string[]} packages
 * @param {string} folder
 * @param {string} [architecture] as Debian names it; without it, the machine's own
 * @returns {string[]} the paths of the archives
 */
export function downloadPackages(suite, packages, folder, architecture) {
  const addresses = sourceAddresses();
  for (const part of ['lists/partial', 'cache/archives/partial', 'parts']) {
    mkdirSync(join(folder, part), { recursive: true });
  }
  const environment = { ...process.env, LC_ALL: 'C', APT_CONFIG: join(folder, 'apt.conf') };
  writeFileSync(environment.APT_CONFIG, configuration(folder, architecture));
  writeFileSync(join(folder, 'debian.sources'), sources(addresses, suite));

  const apt = (/** @type {string[]} */ ...args) =>
    spawnSync('apt-get', args, { cwd: folder, env: environment, encoding: 'utf8' });
  // Not every address a machine knows has this suite, so it is the download that tells.
  const update = apt('update');
  const download = apt('download', ...packages);
  if (download.status !== 0) {
    const said = `${update.stderr}${download.stderr}`.trim().replace(/^/gm, '  | ');
    throw new GuestError(
      `none of this machine's apt sources has Debian ${suite} with ${packages[0]}:\n${said}`,
    );
  }
  return readdirSync(folder)
    .filter((name) => name.endsWith('.deb'))
    .map((name) => join(folder, name));
}

/** Where this machine gets its packages from, in the words of apt, which knows every format of its sources. */
function sourceAddresses() {
  const { stdout, error } = spawnSync('apt-get', ['update', '--print-uris'], { encoding: 'utf8' });
  if (error) {
    throw new GuestError(
      "no IPVS kernel: it takes root where the machine's own kernel has ip_vs, or Debian, which packages User Mode Linux",
    );
  }
  return new Set(Array.from(stdout.matchAll(/^'(.+)\/dists\/[^']+\/InRelease'/gm), ([, address]) => address));
}

/**
 * @param {Iterable<string | undefined>} addresses
 * @param {string} suite
 */
function sources(addresses, suite) {
  return [
    'Types: deb',
    `URIs: ${[...addresses].join(' ')}`,
    `Suites: ${suite}`,
    'Components: main',
    ...(existsSync(keyring) ? [`Signed-By: ${keyring}`] : []),
    '',
  ].join('\n');
}

/**
 * @param {string} folder
 * @param {string} [architecture]
 */
function configuration(folder, architecture) {
  return [
    ...(architecture
      ? [`APT::Architecture "${architecture}";`, `APT::Architectures "${architecture}";`]
      : []),
    `Dir::State::lists "${folder}/lists";`,
    'Dir::State::status "/dev/null";',
    `Dir::Cache "${folder}/cache";`,
    `Dir::Etc::sourcelist "${folder}/debian.sources";`,
    `Dir::Etc::sourceparts "${folder}/parts";`,
    'Acquire::Languages "none";',
    // Not the user _apt, who may not write here.
    'APT::Sandbox::User "root";',
    '',
  ].join('\n');
}
