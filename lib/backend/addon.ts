/** The addon: where it is found, and what to tell a user where it is not. */

import { closeSync, existsSync, openSync, readFileSync, readSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Asked } from '../errors/asked';
import type { IpvsError } from '../errors/ipvs-error';
import { refusal } from '../errors/refusal';
import type { Backend, BackendHandle, BackendHost } from './backend';

/** The addon's handle; beyond the seam it has what tests look into. */
export interface AddonHandle extends BackendHandle {
  /**
   * How many lists were read, by what makes them complete: by the socket options, whole; by netlink, in one part; in
   * several, of which the socket options show that they lack nothing; in two readings that agree; and of how many everything
   * was taken that eight readings saw.
   */
  lists(): Record<'atOnce' | 'onePart' | 'witnessed' | 'agreed' | 'unsettled', number>;
}

/** What the addon exports. */
export interface Addon {
  Handle: new () => AddonHandle;
  /** Of the process's own namespace, until it enters another. Needs no IPVS. */
  Host: new () => BackendHost & {
    /** 0 or an errno. A namespace by path or descriptor. */
    enter(netns: string | number): number;
  };
  /** The descriptor of a new network namespace, which is gone when nobody holds it any more; or a negative errno. */
  makeNamespace(): number;
  /** The records' layout as the compiler sees it: `{ record: { size, field: offset } }`. */
  layout(): Record<string, Record<string, number>>;
}

/** What needs the addon. */
const OPEN: Asked = { syscall: 'open', reads: true };

const BUILD_PACKAGES = `Debian, Ubuntu: apt-get install g++ make python3 pkg-config libnl-3-dev libnl-genl-3-dev
  Fedora:         dnf install gcc-c++ make python3 pkgconf-pkg-config libnl3-devel
  Alpine:         apk add g++ make python3 pkgconf libnl3-dev linux-headers`;

const LIBRARY_PACKAGES = `Debian, Ubuntu: apt-get install libnl-3-200 libnl-genl-3-200
  Fedora:         dnf install libnl3
  Alpine:         apk add libnl3`;

let loaded: Addon | undefined;

/** The addon as a backend. */
export function addon(): Backend {
  const { Handle } = loadAddon();
  return { createHandle: () => new Handle() };
}

/** Loads it when it is first needed: importing the package needs none. Throws `IpvsError` where it cannot be loaded. */
export function loadAddon(): Addon {
  loaded ??= load();
  return loaded;
}

function load(): Addon {
  if (process.platform !== 'linux') {
    throw refusal(
      'ERR_IPVS_PLATFORM',
      OPEN,
      `IPVS is a part of the Linux kernel; this is ${process.platform}. Run this on Linux, in a container or a virtual machine.`,
    );
  }
  const root = packageRoot();
  const files = process.env.LVS_NETLINK_ADDON ? [process.env.LVS_NETLINK_ADDON] : candidates(root);
  const file = files.find(existsSync);
  if (file === undefined) throw addonMissing(root, `none of these is there: ${files.join(', ')}`);
  try {
    // Not `require`: a bundler would look for the file when it bundles. And not `node:module`, which takes ten times as long.
    const module = { exports: {} };
    process.dlopen(module, resolve(file));
    return module.exports as Addon;
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
    throw addonMissing(root, `${file} cannot be loaded: ${message}`, cause);
  }
}

/**
 * Where the addon may be, the first that is there counts: what was built here (by node-gyp, or by cmake-js) was built for a
 * reason; what came with the package is for the others.
 */
function candidates(root: string): string[] {
  const { arch } = process;
  return [
    join(root, 'build/Release/lvs_netlink.node'),
    join(root, 'native/build/Release/lvs_netlink.node'),
    join(root, `prebuilds/linux-${arch}-${libc()}.node`),
  ];
}

/** Node's own C library, by the loader that its file names: a report of the process would tell, in a hundred times as long. */
function libc(): 'glibc' | 'musl' {
  try {
    return readLoader(process.execPath).includes('/ld-musl-') ? 'musl' : 'glibc';
  } catch {
    // Not there any more, as after an update: the usual one is the best guess.
    return 'glibc';
  }
}

/** The path of the loader that a 64-bit ELF program asks for; it lies anywhere in a file that tools have added to. */
function readLoader(program: string): string {
  const PT_INTERP = 3;
  const fd = openSync(program, 'r');
  const read = (position: bigint, length: number) => {
    const part = Buffer.alloc(length);
    readSync(fd, part, 0, length, position);
    return part;
  };
  try {
    const header = read(0n, 64);
    const size = header.readUInt16LE(54);
    const segments = read(header.readBigUInt64LE(32), size * header.readUInt16LE(56));
    for (let at = 0; at < segments.length; at += size) {
      if (segments.readUInt32LE(at) !== PT_INTERP) continue;
      return read(segments.readBigUInt64LE(at + 8), segments.readUInt32LE(at + 32)).toString('latin1');
    }
    return '';
  } finally {
    closeSync(fd);
  }
}

/** The package's folder, seen from here and from the file that this is bundled into. */
function packageRoot(): string {
  try {
    return resolve(__dirname, '../..');
  } catch {
    // In somebody's bundle of ECMAScript modules there is no such name.
    return process.cwd();
  }
}

function isBundled(root: string): boolean {
  try {
    return JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).name !== '@lvs/netlink';
  } catch {
    return true;
  }
}

function addonMissing(root: string, why: string, cause?: unknown): IpvsError {
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
