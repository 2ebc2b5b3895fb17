// @ts-check
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const drivers = here('../drivers');
const out = here('../../.cache/bench');

const libnl = ['libnl-3.0', 'libnl-genl-3.0'];
const cxx = ['-std=c++20', '-O2', '-Wall', '-Wextra'];

/** The one that the others are compared with. */
export function buildFloor() {
  mkdirSync(out, { recursive: true });
  run('g++', [...cxx, '-o', `${out}/raw`, `${drivers}/raw/raw.cc`]);
}

/** Compiles the drivers that are not JavaScript; one that lacks its compiler is missing from the table, and says so. */
export function buildDrivers() {
  buildFloor();
  run('g++', [...cxx, '-o', `${out}/stopwatch`, `${drivers}/program/stopwatch.cc`]);
  const flags = (/** @type {string} */ kind) =>
    spawnSync('pkg-config', [kind, ...libnl], { encoding: 'utf8' })
      .stdout.trim()
      .split(' ')
      .filter(Boolean);
  run('g++', [
    ...[...cxx, ...flags('--cflags'), '-o', `${out}/libnl`],
    ...[`${drivers}/libnl/libnl.cc`, ...flags('--libs')],
  ]);
  // Debian's packages of the Go libraries lie where GOPATH points to.
  const go = { GO111MODULE: 'off', GOPATH: '/usr/share/gocode', CGO_ENABLED: '0' };
  run('go', ['build', '-o', `${out}/moby`, `${drivers}/moby/moby.go`], go);
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {Record<string, string>} [environment]
 */
function run(program, args, environment) {
  const options = { encoding: /** @type {const} */ ('utf8'), env: { ...process.env, ...environment } };
  const { status, stderr, error } = spawnSync(program, args, options);
  if (status !== 0) console.error(`bench: ${program} ${args.at(-1)}: ${error?.message ?? stderr.trim()}`);
}
