// @ts-check

/**
 * @typedef {object} Target
 * @property {'x64' | 'arm64'} arch as `process.arch` names it
 * @property {'glibc' | 'musl'} libc
 * @property {string} triple as zig names it
 */

/** The oldest glibc that the addons run with: Debian 10's and RHEL 8's, and what Node's own builds need. */
export const GLIBC = '2.28';

/** What the package has an addon for. @type {Target[]} */
export const targets = [
  { arch: 'x64', libc: 'glibc', triple: `x86_64-linux-gnu.${GLIBC}` },
  { arch: 'arm64', libc: 'glibc', triple: `aarch64-linux-gnu.${GLIBC}` },
  { arch: 'x64', libc: 'musl', triple: 'x86_64-linux-musl' },
  { arch: 'arm64', libc: 'musl', triple: 'aarch64-linux-musl' },
];

/** Where it lies in the package, as lib/backend/addon.ts looks for it. @param {Target} target */
export const fileOf = ({ arch, libc }) => `prebuilds/linux-${arch}-${libc}.node`;
