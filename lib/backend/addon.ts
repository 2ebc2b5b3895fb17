/** The addon, and where it is found. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Backend, BackendHandle, BackendHost } from './backend';
import { libc } from './libc';

/** Mostly it is there. */
const failures = () => require('./addon-failure') as typeof import('./addon-failure');

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
  if (process.platform !== 'linux') throw failures().notLinux();
  const root = packageRoot();
  const file = find(root);
  try {
    // Not `require`: a bundler would look for the file when it bundles. And not `node:module`, which takes ten times as long.
    const module = { exports: {} };
    process.dlopen(module, resolve(file));
    return module.exports as Addon;
  } catch (cause) {
    throw failures().notLoaded(root, file, cause as Error);
  }
}

/** The first that is there. */
function find(root: string): string {
  const tried: string[] = [];
  for (const file of candidates(root)) {
    if (existsSync(file)) return file;
    tried.push(file);
  }
  throw failures().missing(root, `none of these is there: ${tried.join(', ')}`);
}

/**
 * Where the addon may be: what was built here (by node-gyp, or by cmake-js) was built for a reason; what came with the
 * package is for the others, and only they need to know the C library.
 */
function* candidates(root: string): Generator<string> {
  const { arch, env } = process;
  if (env.LVS_NETLINK_ADDON) {
    yield env.LVS_NETLINK_ADDON;
    return;
  }
  yield `${root}/build/Release/lvs_netlink.node`;
  yield `${root}/native/build/Release/lvs_netlink.node`;
  yield `${root}/prebuilds/linux-${arch}-${libc()}.node`;
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
