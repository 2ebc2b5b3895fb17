/** What to tell a user where the addon is not found, or cannot be loaded. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Asked } from '../errors/asked';
import type { IpvsError } from '../errors/ipvs-error';
import { refusal } from '../errors/refusal';
import { libc } from './libc';

/** What needs the addon. */
const OPEN: Asked = { syscall: 'open', reads: true };

const BUILD_PACKAGES = `Debian, Ubuntu: apt-get install g++ make python3 pkg-config libnl-3-dev libnl-genl-3-dev
  Fedora:         dnf install gcc-c++ make python3 pkgconf-pkg-config libnl3-devel
  Alpine:         apk add g++ make python3 pkgconf libnl3-dev linux-headers`;

const LIBRARY_PACKAGES = `Debian, Ubuntu: apt-get install libnl-3-200 libnl-genl-3-200
  Fedora:         dnf install libnl3
  Alpine:         apk add libnl3`;

/** The error of another system. */
export function notLinux(): IpvsError {
  return refusal(
    'ERR_IPVS_PLATFORM',
    OPEN,
    `IPVS is a part of the Linux kernel; this is ${process.platform}. Run this on Linux, in a container or a virtual machine.`,
  );
}

/** The error of a file that the loader does not take; `root` is the package's folder. */
export function notLoaded(root: string, file: string, cause: Error): IpvsError {
  const { message } = cause;
  if (/libnl[\w-]*\.so/.test(message)) {
    return refusal(
      'ERR_IPVS_LIBNL_MISSING',
      OPEN,
      `the addon needs libnl-3 and libnl-genl-3, which are not installed (${message}). Install them:\n  ${LIBRARY_PACKAGES}`,
      { cause },
    );
  }
  return missing(root, `${file} cannot be loaded: ${message}`, cause);
}

/** The error of no addon that could be used. */
export function missing(root: string, why: string, cause?: unknown): IpvsError {
  const remedy = isBundled(root)
    ? `@lvs/netlink is bundled here into another file, and its addon cannot be: mark it as external
  (esbuild: --external:@lvs/netlink; webpack: externals: { '@lvs/netlink': 'commonjs @lvs/netlink' }), and install it beside
  the bundle.`
    : `Build it: (cd ${root} && npx node-gyp rebuild), which needs
  ${BUILD_PACKAGES}`;
  return refusal(
    'ERR_IPVS_ADDON_MISSING',
    OPEN,
    `there is no addon for ${process.platform} ${process.arch} ${libc()} with Node ${process.version}: ${why}. ${remedy}`,
    { cause },
  );
}

function isBundled(root: string): boolean {
  try {
    return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).name !== '@lvs/netlink';
  } catch {
    return true;
  }
}
