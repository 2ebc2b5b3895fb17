/** The addon by which tests reach the native core without a kernel (native/testing/replay_addon.cc). */

import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BackendConnectionReader } from '../../../lib/backend/backend';

export interface ReplayAddon {
  /** `milliseconds` as of `BackendHandle.exchange`; below 0 the deadline has passed. */
  replay(requests: Uint8Array, script: Uint8Array, milliseconds: number): Replayed;
  /** What `BackendHandle.connections` makes, over a text in place of /proc/net/ip_vs_conn. */
  connections(text: string, filter: Uint8Array): BackendConnectionReader;
}

export interface Replayed {
  /** What opening the conversation came to: 0, or an errno, and then nothing follows. */
  opened: number;
  /** A buffer for each send. */
  sent: Buffer[];
  reply: ArrayBuffer;
}

const ROOT = join(__dirname, '../../..');
const FOLDER = join(ROOT, '.cache/replay');

/** Long enough to compile it all on a busy machine; when nothing has changed it takes two seconds. */
export const BUILD_TIMEOUT = 300_000;

let loaded: ReplayAddon | undefined;

/** Builds the addon where it is out of date, unless LVS_REPLAY_ADDON names one. */
export function buildReplay(): void {
  const given = process.env.LVS_REPLAY_ADDON;
  if (given === undefined) build();
  loaded = require(given ?? join(FOLDER, 'Release/lvs_replay.node'));
}

/** The addon, once it is built. */
export function replayAddon(): ReplayAddon {
  if (loaded === undefined) throw new Error('beforeAll(buildReplay, BUILD_TIMEOUT) is missing');
  return loaded;
}

/** Under a lock, since several test files may be the first at the same time; by npm, which knows Node's headers. */
function build(): void {
  mkdirSync(FOLDER, { recursive: true });
  const options = ['--directory', 'native', '--out', FOLDER, '--target', 'lvs_replay'];
  const command = [join(FOLDER, 'lock'), 'npx', '--no', 'cmake-js', 'build', ...options];
  const { status, stdout, stderr } = spawnSync('flock', command, { cwd: ROOT, encoding: 'utf8' });
  if (status !== 0) throw new Error(`building lvs_replay failed:\n${stdout}${stderr}`);
}
