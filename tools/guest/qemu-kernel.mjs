// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { downloadPackages } from './archive.mjs';
import { cache } from './cache.mjs';
import { GuestError } from './error.mjs';
import { packInitramfs } from './qemu-initramfs.mjs';

// One kernel, so that figures of different days and machines can be compared.
const suite = 'bookworm';
const folder = join(cache, `qemu-${suite}`);

/** Debian's own kernel for real machines, unpacked. @returns {import('./kernels.mjs').Kernel & { initramfs: string }} */
export function findEmulatedKernel() {
  if (!existsSync(folder)) unpack();
  const [release = ''] = readdirSync(join(folder, 'lib/modules'));
  return {
    release,
    binary: join(folder, 'boot', `vmlinuz-${release}`),
    modules: folder,
    initramfs: join(folder, 'initramfs'),
  };
}

function unpack() {
  console.error(`guest: fetching the kernel to emulate from Debian ${suite} (once)`);
  const fresh = `${folder}.${process.pid}`;
  const archive = join(fresh, 'archive');
  try {
    const [meta = ''] = downloadPackages(suite, ['linux-image-amd64'], archive);
    const [image] = run('dpkg-deb', ['--field', meta, 'Depends']).match(/linux-image-\S+/) ?? [];
    if (!image) throw new GuestError(`Debian ${suite}'s linux-image-amd64 names no kernel`);
    rmSync(meta);
    for (const path of downloadPackages(suite, [image, 'busybox-static'], archive)) {
      run('dpkg-deb', ['--extract', path, fresh]);
    }
    rmSync(archive, { recursive: true });
    const [release = ''] = readdirSync(join(fresh, 'lib/modules'));
    // Debian does this where a package is installed, not where it is made.
    run('depmod', ['-b', fresh, release]);
    packInitramfs(fresh, release, join(fresh, 'initramfs'));
    mkdirSync(cache, { recursive: true });
    renameSync(fresh, folder);
  } catch (error) {
    // Another guest may have been quicker.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/**
 * @param {string} program
 * @param {string[]} args
 */
function run(program, args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8' });
  if (status !== 0) throw new GuestError(`${program} failed: ${error?.message ?? stderr.trim()}`);
  return stdout;
}
