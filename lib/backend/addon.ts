/** The addon: its contract, where it is found, and what to tell a user where it is not. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { IpvsError } from '../errors/ipvs-error';

/** Where opening failed, and the errno. */
export type OpenFailure = [step: number, errno: number];

/** `OpenFailure`'s steps. */
export const OpenStep = { netns: 1, ipvs: 2 } as const;

/** One conversation with the kernel (native/handle.h). One `exchange` at a time. */
export interface NativeHandle {
  /** A namespace by path or descriptor; none is the process's own. */
  open(netns?: string | number): Promise<0 | OpenFailure>;
  openSync(netns?: string | number): 0 | OpenFailure;
  /**
   * Carries out so many packed records, which stay as they are until it has. 0 milliseconds: no deadline. Resolves to
   * `undefined` where all were carried out and nothing is to be said of any.
   */
  exchange(requests: ArrayBuffer, count: number, milliseconds: number): Promise<ArrayBuffer | undefined>;
  exchangeSync(requests: ArrayBuffer, count: number, milliseconds: number): ArrayBuffer | undefined;
  connections(filter: Uint8Array): NativeConnectionReader;
  close(): void;
}

/**
 * Reads the connection table part by part (native/connection_reader.h). One call at a time; what came of it is taken
 * before the next one.
 */
export interface NativeConnectionReader {
  /** Another part of the table. */
  next(): Promise<void>;
  nextSync(): void;
  /** The whole table, counted. */
  count(fields: number): Promise<void>;
  countSync(fields: number): void;
  /** Fills `bytes` with a `CONNECTION_PART`, as many connections as it holds, and their text. */
  take(bytes: Uint8Array): void;
  /** What is under way ends within a page of the file. */
  close(): void;
}

/** What the addon exports. */
export interface Addon {
  Handle: new () => NativeHandle;
  /** The records' layout as the compiler sees it: `{ record: { size, field: offset } }`. */
  layout(): Record<string, Record<string, number>>;
}

const FILE = 'lvs_netlink.node';

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

let addon: Addon | undefined;

/** The addon, loaded when it is first needed: importing the package needs none. */
export function loadAddon(): Addon {
  addon ??= requireAddon();
  return addon;
}

function requireAddon(): Addon {
  if (process.platform !== 'linux') {
    throw new IpvsError(
      'ERR_IPVS_PLATFORM',
      `IPVS is a part of the Linux kernel; this is ${process.platform}. Run this on Linux, in a container or a virtual machine.`,
      { syscall: 'open' },
    );
  }
  const file = process.env.LVS_NETLINK_ADDON ?? BUILDS.find(existsSync);
  if (file === undefined) throw addonMissing('it was not built when the package was installed');
  try {
    return require(file) as Addon;
  } catch (cause) {
    const message = (cause as Error).message;
    if (/libnl[\w-]*\.so/.test(message)) {
      throw new IpvsError(
        'ERR_IPVS_LIBNL_MISSING',
        `The addon needs libnl-3 and libnl-genl-3, which are not installed (${message}). Install them:\n  ${LIBRARY_PACKAGES}`,
        { syscall: 'open', cause },
      );
    }
    throw addonMissing(message, cause);
  }
}

function addonMissing(why: string, cause?: unknown): IpvsError {
  return new IpvsError(
    'ERR_IPVS_ADDON_MISSING',
    `There is no addon for ${process.platform} ${process.arch} with Node ${process.version}: ${why}. Build it:\n  ${BUILD_PACKAGES}`,
    { syscall: 'open', cause },
  );
}
