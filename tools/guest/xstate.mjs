// @ts-check
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isUpToDate } from '../setup/freshness.mjs';
import { cache } from './cache.mjs';
import { GuestError } from './error.mjs';

const source = fileURLToPath(new URL('xstate.cc', import.meta.url));
const library = join(cache, 'xstate.so');

/**
 * What a kernel needs in its environment on processors with AMX (see xstate.cc); nothing elsewhere.
 *
 * @returns {Record<string, string>}
 */
export function extendedState() {
  if (!readFileSync('/proc/cpuinfo', 'utf8').includes(' amx_tile')) return {};
  if (!isUpToDate(library, [source])) compile();
  return { LD_PRELOAD: library };
}

function compile() {
  mkdirSync(cache, { recursive: true });
  const fresh = `${library}.${process.pid}`;
  const { status, stderr } = spawnSync(
    process.env.CXX || 'g++',
    ['-std=c++20', '-O2', '-shared', '-fPIC', '-o', fresh, source, '-ldl'],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new GuestError(`could not build ${source}:\n${stderr}`);
  // Another guest may be doing the same.
  renameSync(fresh, library);
}
