/** The addon: where it is found, and what to tell a user where it is not. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Asked } from '../errors/asked';
import type { IpvsError } from '../errors/ipvs-error';
import { refusal } from '../errors/refusal';
import type { Backend, BackendHandle, BackendHost } from './backend';

/** What the addon exports. */
export interface Addon {
  Handle: new () => BackendHandle;
  /** Of the process's own namespace, until it enters another. Needs no IPVS. */
  Host: new () => BackendHost & {
    /** 0 or an errno. A namespace by path or descriptor. */
    enter(netns: string | number): number;
  };
  /** The records' layout as the compiler sees it: `{ record: { size, field: offset } }`. */
  layout(): Record<string, Record<string, number>>;
}

const FILE = 'lvs_netlink.node';

/** What needs the addon. */
const OPEN: Asked = { syscall: 'open', reads: true };

/** node-gyp's build, then cmake-js's; both directories lie beside the compiled library and beside its sources. */
const BUILDS = [
  join(__dirname, '../../build/Release', FILE),
  join(__dirname, '../../native/build/Release', FILE),
];

const BUILD_PACKAGES = `Debian, Ubuntu: apt-get install g++ make python3 pkg-config libnl-3-dev libnl-genl-3-dev
  Fedora:         dnf install gcc-c++ make python3 pkgconf-pkg-config libnl3-devel
  Alpine:         apk add g++ make python3 pkgconf libnl3-dev linux-headers
then: npm rebuild @lvs/netlink`;

const LIBRARY_PACKAGES = `Debian, Ubuntu: apt-get install libnl-3-200 libnl-genl-3-200
  Fedora:         dnf install libnl3
  Alpine:         apk add libnl3`;

let backend: Backend | undefined;

/** The addon as a backend, loaded when it is first needed: importing the package needs none. */
export function addon(): Backend {
  if (backend === undefined) {
    const { Handle } = loadAddon();
    backend = { createHandle: () => new Handle() };
  }
  return backend;
}

/** Throws `IpvsError` where it cannot be loaded. */
export function loadAddon(): Addon {
  if (process.platform !== 'linux') {
    throw refusal(
      'ERR_IPVS_PLATFORM',
      OPEN,
      `IPVS is a part of the Linux kernel; this is ${process.platform}. Run this on Linux, in a container or a virtual machine.`,
    );
  }
  const file = process.env.LVS_NETLINK_ADDON ?? BUILDS.find(existsSync);
  if (file === undefined) throw addonMissing('it was not built when the package was installed');
  try {
    return require(file) as Addon;
  } catch (cause) {
    const message = (cause as Error).message;
    if (/libnl[\w-]*\.so/.test(message)) {
      throw refusal(
        'ERR_IPVS_LIBNL_MISSING',
        OPEN,
        `the addon needs libnl-3 and libnl-genl-3, which are not installed (${message}). Install them:\n  ${LIBRARY_PACKAGES}`,
        { cause },
      );
    }
    throw addonMissing(message, cause);
  }
}

function addonMissing(why: string, cause?: unknown): IpvsError {
  return refusal(
    'ERR_IPVS_ADDON_MISSING',
    OPEN,
    `there is no addon for ${process.platform} ${process.arch} with Node ${process.version}: ${why}. Build it:\n  ${BUILD_PACKAGES}`,
    { cause },
  );
}
