// @ts-check
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { GuestError } from './error.mjs';

/** What Debian's kernel needs before it can see the machine's files, each after those that it needs. */
const drivers = [
  ...['virtio_ring', 'virtio', 'virtio_pci_legacy_dev', 'virtio_pci_modern_dev', 'virtio_pci'],
  ...['netfs', 'fscache', '9pnet', '9pnet_virtio', '9p'],
];

// The machine's files can be read, not written; what is written stays in memory. busybox passes on what the
// kernel gave it: the init script and its arguments.
const init = `#!/bin/busybox sh
busybox mkdir -p /proc /sys /dev /machine
busybox mount -t proc proc /proc
for driver in ${drivers.join(' ')}; do busybox insmod /drivers/$driver.ko; done
busybox mount -t 9p -o trans=virtio,version=9p2000.L,msize=524288,cache=loose,ro host /machine
busybox mount -t devtmpfs dev /machine/dev
exec busybox switch_root /machine "$@"
`;

/**
 * The file system that the kernel starts from.
 *
 * @param {string} unpacked where the kernel's and busybox's packages are
 * @param {string} release
 * @param {string} file
 */
export function packInitramfs(unpacked, release, file) {
  const folder = `${file}.d`;
  mkdirSync(join(folder, 'bin'), { recursive: true });
  mkdirSync(join(folder, 'drivers'));
  const busybox = join(unpacked, 'bin/busybox');
  copyFileSync(busybox, join(folder, 'bin/busybox'));
  writeFileSync(join(folder, 'init'), init, { mode: 0o755 });
  for (const path of readdirSync(join(unpacked, 'lib/modules', release), {
    recursive: true,
    encoding: 'utf8',
  })) {
    const name = basename(path, '.ko');
    if (!path.endsWith('.ko') || !drivers.includes(name)) continue;
    copyFileSync(join(unpacked, 'lib/modules', release, path), join(folder, 'drivers', `${name}.ko`));
  }
  const script = 'cd "$1" && "$2" find . | "$2" cpio -o -H newc > "$3"';
  const { status, stderr } = spawnSync('sh', ['-c', script, 'sh', folder, busybox, file], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new GuestError(`no initramfs: ${stderr.trim()}`);
  rmSync(folder, { recursive: true });
}
