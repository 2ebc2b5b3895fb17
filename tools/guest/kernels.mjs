// @ts-check
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { downloadPackages } from './archive.mjs';
import { cache } from './cache.mjs';
import { GuestError } from './error.mjs';

/**
 * @typedef {object} Kernel
 * @property {string} release as `uname -r` says inside
 * @property {string} binary
 * @property {string} modules the folder to give to modprobe -d
 */

/** Which release of Debian carries a kernel. @type {Record<string, string>} */
const suites = { 6.1: 'bookworm', 6.12: 'trixie', 7.2: 'sid' };
const oldest = '6.1';
const loader = 'ld-linux-x86-64.so.2';

/**
 * The kernel asked for, or else the one this machine has installed, or else the oldest one.
 *
 * @param {string | undefined} asked
 * @returns {Kernel}
 */
export function findKernel(asked) {
  const installed = installedKernel();
  if (installed && (!asked || isA(asked, installed))) return installed;
  return unpackedKernel(asked ?? oldest);
}

/** @returns {Kernel | undefined} */
export function installedKernel() {
  const { status, stdout } = spawnSync('linux.uml', ['--version'], { encoding: 'utf8' });
  const release = stdout?.trim();
  if (status !== 0 || !existsSync(`/usr/lib/uml/modules/${release}`)) return undefined;
  const folder = join(cache, `installed-${release}`);
  linkModules(folder, `/usr/lib/uml/modules/${release}`);
  return { release, binary: 'linux.uml', modules: folder };
}

/**
 * @param {string} version
 * @returns {Kernel}
 */
function unpackedKernel(version) {
  const suite = suites[version];
  if (!suite) throw new GuestError(`no kernel ${version}: there are ${Object.keys(suites).join(', ')}`);
  const folder = join(cache, version);
  if (!isComplete(folder)) unpack(version, suite, folder);

  const [release = ''] = readdirSync(join(folder, 'usr/lib/uml/modules'));
  const kernel = { release, binary: join(folder, 'usr/bin/linux.uml'), modules: folder };
  if (!isA(version, kernel)) {
    console.error(
      `guest: asked for kernel ${version}, but Debian ${suite} now has ${release}: this is what runs`,
    );
  }
  return kernel;
}

/**
 * A newer kernel wants a newer C library than the machine's, so each brings that of its own suite. patchelf
 * comes along, too: this way nothing needs installing, and nobody needs to be root.
 *
 * @param {string} version
 * @param {string} suite
 * @param {string} folder
 */
function unpack(version, suite, folder) {
  console.error(`guest: fetching kernel ${version} from Debian ${suite} (once)`);
  const fresh = `${folder}.${process.pid}`;
  try {
    const wanted = ['user-mode-linux', 'libc6', 'patchelf', 'libstdc++6', 'libgcc-s1'];
    for (const archive of downloadPackages(suite, wanted, join(fresh, 'archive'))) {
      run('dpkg-deb', ['--extract', archive, fresh]);
    }
    rmSync(join(fresh, 'archive'), { recursive: true });

    const library = ['usr/lib', 'lib']
      .map((at) => join(at, 'x86_64-linux-gnu'))
      .find((at) => existsSync(join(fresh, at, loader)));
    if (!library) throw new GuestError(`Debian ${suite} has no kernel for this kind of machine`);
    const libraries = (/** @type {string} */ at) =>
      `${join(at, library)}:${join(at, 'usr/lib/x86_64-linux-gnu')}`;
    run(join(fresh, library, loader), [
      ...['--library-path', libraries(fresh), join(fresh, 'usr/bin/patchelf')],
      ...['--set-interpreter', join(folder, library, loader), '--set-rpath', join(folder, library)],
      join(fresh, 'usr/bin/linux.uml'),
    ]);

    const [release = ''] = readdirSync(join(fresh, 'usr/lib/uml/modules'));
    linkModules(fresh, join(fresh, 'usr/lib/uml/modules', release));
    writeFileSync(join(fresh, 'home'), folder);
    rmSync(folder, { recursive: true, force: true });
    renameSync(fresh, folder);
  } catch (error) {
    // Another guest may have been quicker.
    if (!isComplete(folder)) throw error;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/**
 * The patched binary holds absolute paths: a copy of the folder in another place is of no use there.
 *
 * @param {string} folder
 */
function isComplete(folder) {
  const home = join(folder, 'home');
  return existsSync(home) && readFileSync(home, 'utf8') === folder;
}

/**
 * Debian keeps the modules where modprobe does not look.
 *
 * @param {string} folder
 * @param {string} modules
 */
function linkModules(folder, modules) {
  const link = join(folder, 'lib/modules', /** @type {string} */ (modules.split('/').at(-1)));
  if (existsSync(link)) return;
  mkdirSync(dirname(link), { recursive: true });
  try {
    symlinkSync(modules.startsWith(folder) ? relative(dirname(link), modules) : modules, link);
  } catch (error) {
    // Another guest may have been quicker.
    if (!existsSync(link)) throw error;
  }
}

/**
 * @param {string} version
 * @param {Kernel} kernel
 */
function isA(version, kernel) {
  return `${kernel.release}.`.startsWith(`${version}.`);
}

/**
 * @param {string} program
 * @param {string[]} args
 */
function run(program, args) {
  const { status, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new GuestError(`${program} failed: ${error?.message ?? stderr.trim()}`);
}
