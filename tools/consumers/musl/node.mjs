// @ts-check
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { downloadPackages } from '../../guest/archive.mjs';
import { cache } from '../../guest/cache.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const SUITE = 'bookworm';
/** pnpm's program for musl: a Node of 26.0 with pnpm in it. npm installs it on musl only. */
const PNPM = '@pnpm/linuxstatic-x64@11.21.0';
/** Says whether a program that was put into Node is there to run. */
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2:';
const LIBRARIES = ['libstdc++.so.6', 'libgcc_s.so.1', 'libnl-3.so.200', 'libnl-genl-3.so.200'];

const folder = join(cache, 'musl');

/**
 * Node for musl (`run` in its folder), which musl's own loader runs. Unpacked once. The libraries are Debian's, which were made
 * for glibc: musl's loader gives them musl's functions, and `compatible.c` the few that musl lacks.
 */
export function installMuslNode() {
  if (existsSync(folder)) return;
  const fresh = `${folder}.${process.pid}`;
  const archives = join(fresh, 'archives');
  mkdirSync(archives, { recursive: true });
  const packages = ['libstdc++6', 'libgcc-s1', 'libnl-3-200', 'libnl-genl-3-200'];
  for (const file of downloadPackages(SUITE, packages, archives)) {
    execFileSync('dpkg-deb', ['--extract', file, archives]);
  }
  for (const library of LIBRARIES) {
    const places = ['lib', 'usr/lib'].map((part) => join(archives, part, 'x86_64-linux-gnu', library));
    copyFileSync(places.find(existsSync) ?? library, join(fresh, library));
  }
  const pack = ['pack', PNPM, '--pack-destination', archives, '--silent'];
  const tarball = execFileSync('npm', pack, { encoding: 'utf8' }).trim();
  execFileSync('tar', ['-xzf', join(archives, tarball), '-C', archives]);
  const program = readFileSync(join(archives, 'package/pnpm'));
  rmSync(archives, { recursive: true });

  const fuse = program.indexOf(`${FUSE}1`);
  if (fuse < 0) throw new Error(`${PNPM}: the program has no fuse that is set`);
  program.write('0', fuse + FUSE.length);
  writeFileSync(join(fresh, 'node'), program, { mode: 0o755 });

  // One that they ask for, by the name of glibc's loader.
  const soname = 'ld-linux-x86-64.so.2';
  const options = ['-shared', '-fPIC', '-O', `-Wl,-soname,${soname}`, '-o', join(fresh, soname)];
  execFileSync('musl-gcc', [...options, join(here, 'compatible.c')]);
  writeFileSync(
    join(fresh, 'run'),
    '#!/bin/sh\nfolder=$(dirname "$0")\nexec env LD_LIBRARY_PATH="$folder" "$folder/node" "$@"\n',
    { mode: 0o755 },
  );
  renameSync(fresh, folder);
}
