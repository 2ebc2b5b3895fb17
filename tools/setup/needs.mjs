// @ts-check
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} Need
 * @property {string} what
 * @property {() => boolean} isMet by what is usable, however it got there
 * @property {string[]} packages what to install for it, by distribution in the order of `distributions`
 */

const distributions = [
  { name: 'Debian, Ubuntu', install: 'apt-get install --no-install-recommends' },
  { name: 'Fedora', install: 'dnf install' },
  { name: 'Alpine', install: 'apk add' },
];
const debian = 0;

/** @type {Need[]} */
export const needsToBuild = [
  {
    what: 'a C++20 compiler',
    isMet: () => succeeds(process.env.CXX || 'g++', '-std=c++20', '-fsyntax-only', '-x', 'c++', '/dev/null'),
    packages: ['g++', 'gcc-c++', 'g++'],
  },
  program('make'),
  program('python3'),
  program('pkg-config', ['pkg-config', 'pkgconf-pkg-config', 'pkgconf']),
  {
    what: 'the headers of libnl 3',
    isMet: () => succeeds('pkg-config', '--exists', 'libnl-3.0', 'libnl-genl-3.0'),
    packages: ['libnl-3-dev libnl-genl-3-dev', 'libnl3-devel', 'libnl3-dev linux-headers'],
  },
];

/** @type {Need[]} */
export const needsToTest = [
  program('cmake'),
  program('ip', ['iproute2', 'iproute', 'iproute2']),
  program('tc', ['iproute2', 'iproute-tc', 'iproute2']),
  program('modprobe', ['kmod', 'kmod', 'kmod']),
  program('unshare', ['util-linux', 'util-linux', 'util-linux']),
  program('ipvsadm'),
  program('sysctl', ['procps', 'procps-ng', 'procps']),
  program('iptables-legacy', ['iptables', 'iptables-legacy', 'iptables-legacy']),
  // The addons for musl are loaded by musl.
  program('musl-gcc', ['musl-tools', 'musl-gcc', 'gcc']),
  program('etcd', ['etcd-server', 'etcd', 'etcd']),
  program('etcdctl', ['etcd-client', 'etcd', 'etcd-ctl']),
  // Certificates for etcd and for health checks.
  program('openssl'),
  // Completion is asked of the shells themselves.
  program('bash'),
  program('zsh'),
  // It reads the units; it need not run.
  program('systemd-analyze', ['systemd', 'systemd', 'systemd']),
  // The site of the API is looked at.
  program('chromium'),
  // lvsadm top is watched in a terminal.
  program('tmux'),
  {
    what: 'clang with libFuzzer and its sanitizers',
    isMet: hasFuzzer,
    packages: ['clang libclang-rt-dev', 'clang compiler-rt', 'clang compiler-rt'],
  },
];

/** @type {Need[]} */
export const needsToCount = [
  program('qemu-system-x86_64', ['qemu-system-x86', 'qemu-system-x86', 'qemu-system-x86_64']),
  // The kernel that is emulated has nf_tables.
  program('nft', ['nftables', 'nftables', 'nftables']),
];

/** An arm64 machine. @type {Need[]} */
export const needsToEmulateArm = [
  program('qemu-system-aarch64', ['qemu-system-arm', 'qemu-system-aarch64-core', 'qemu-system-aarch64']),
  program('cpio'),
];

/** Clang comes without the runtimes on some distributions. Looking for the file takes less than linking one. */
function hasFuzzer() {
  const { status, stdout } = spawnSync('clang++', ['-print-resource-dir'], { encoding: 'utf8' });
  const folder = join(stdout?.trim() ?? '', 'lib');
  return (
    status === 0 &&
    existsSync(folder) &&
    readdirSync(folder, { recursive: true }).some((name) => name.includes('libclang_rt.fuzzer'))
  );
}

/** @param {Need[]} needs */
export function unmet(needs) {
  return needs.filter(({ isMet }) => !isMet());
}

/**
 * The commands that install them, one line for each distribution.
 *
 * @param {Need[]} needs
 */
export function installCommands(needs) {
  const asRoot = process.getuid?.() === 0 ? '' : 'sudo ';
  return distributions.map(
    ({ name, install }, index) =>
      `  ${`${name}:`.padEnd(16)}${asRoot}${install} ${packageNames(needs, index).join(' ')}`,
  );
}

/**
 * @param {Need[]} needs
 * @param {number} distribution
 */
export function packageNames(needs, distribution = debian) {
  return [...new Set(needs.flatMap(({ packages }) => packages[distribution]?.split(' ') ?? []))];
}

/**
 * @param {string} name
 * @param {string[]} packages
 * @returns {Need}
 */
function program(name, packages = distributions.map(() => name)) {
  return { what: name, isMet: () => isInstalled(name), packages };
}

/** @param {string} name */
function isInstalled(name) {
  // The administrator's programs are not on everybody's path.
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return folders.filter(Boolean).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function succeeds(command, ...args) {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}
