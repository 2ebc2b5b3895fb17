// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { reportFailure } from './guest/error.mjs';
import { runInGuest } from './guest/run.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const jest = ['node_modules/jest/bin/jest.js', '--testTimeout', '600000'];
const builds = '.cache/sanitize';
const needs = 'apt-get install --no-install-recommends g++ cmake pkg-config libnl-3-dev libnl-genl-3-dev';

/**
 * AddressSanitizer maps 16 TiB of shadow memory. The guest kernels before 6.13 give a process 512 GiB (User Mode Linux
 * had page tables of three levels), so there it cannot start, and undefined behaviour alone is looked for.
 */
const newest = '7.2';
const oldest = '6.1';

/**
 * Such a guest has a mapping of the host's for every page that a process uses, and the host allows 65530
 * (vm.max_map_count); beyond that the guest hangs. So little memory is held back for finding late uses of it, and every
 * test file has a process of its own.
 */
const address = {
  ASAN_OPTIONS:
    'detect_leaks=0:quarantine_size_mb=8:thread_local_quarantine_size_kb=64:malloc_context_size=8',
};

const words = process.argv.slice(2);
/** Only what needs no kernel: a part of `npm test`. */
const isQuick = words.includes('--quick');
const patterns = words.filter((word) => word !== '--quick');
const undefinedBehaviour = { UBSAN_OPTIONS: 'print_stacktrace=1:halt_on_error=1' };

/** @type {{ title: string, run: () => number | Promise<number> }[]} */
const steps = [
  { title: 'conformance, with AddressSanitizer and UndefinedBehaviorSanitizer', run: conformance },
  { title: `Linux ${newest}, with AddressSanitizer and UndefinedBehaviorSanitizer`, run: withBoth },
  { title: `Linux ${oldest}, with UndefinedBehaviorSanitizer`, run: withUndefinedBehaviour },
];

const both = build('address', 'address,undefined', isQuick ? ['lvs_replay'] : ['lvs_netlink', 'lvs_replay']);
const one = build('undefined', 'undefined', isQuick ? [] : ['lvs_netlink']);
const preload = library('libasan.so');
for (const { title, run } of isQuick ? steps.slice(0, 1) : steps) {
  console.log(`\n== Sanitizers: ${title}`);
  const status = await run();
  if (status === 0) continue;
  console.log(`\n== Sanitizers: ${title} FAILED (status ${status})`);
  process.exitCode = status;
}

/** What needs no kernel. */
function conformance() {
  const env = {
    ...process.env,
    ...undefinedBehaviour,
    ...address,
    LD_PRELOAD: preload,
    LVS_REPLAY_ADDON: both('lvs_replay'),
  };
  const command = [...jest, ...patterns, '--selectProjects', 'conformance', '--passWithNoTests'];
  const { status } = spawnSync(process.execPath, command, { env, stdio: 'inherit' });
  return status ?? 1;
}

function withBoth() {
  return kernelTests(
    newest,
    { ...undefinedBehaviour, ...address, LVS_NETLINK_ADDON: both('lvs_netlink') },
    preload,
  );
}

function withUndefinedBehaviour() {
  return kernelTests(oldest, { ...undefinedBehaviour, LVS_NETLINK_ADDON: one('lvs_netlink') }, '');
}

/**
 * The kernel's tests in a guest, one file after the other.
 *
 * @param {string} kernel
 * @param {Record<string, string>} env
 * @param {string} preload
 */
async function kernelTests(kernel, env, preload) {
  Object.assign(process.env, env);
  const each = [process.execPath, ...jest, '--selectProjects', 'kernel', '--runInBand', '--runTestsByPath'];
  const script = `
    command=$1 preload=$2 failed=0
    shift 2
    for file; do LD_PRELOAD=$preload timeout 900 $command "$file" || { echo "$file: status $?"; failed=1; }; done
    exit $failed`;
  try {
    return await runInGuest(['sh', '-c', script, 'sh', each.join(' '), preload, ...testFiles()], {
      kernel,
      memory: '2G',
    });
  } catch (error) {
    return reportFailure(error);
  }
}

function testFiles() {
  const files = readdirSync('test/kernel', { encoding: 'utf8', recursive: true })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join('test/kernel', name));
  const chosen = files.filter((name) => patterns.every((pattern) => name.includes(pattern)));
  return patterns.length === 0 ? files : chosen;
}

/**
 * Builds with sanitizers, and says where each target is.
 *
 * @param {string} name
 * @param {string} sanitizers
 * @param {string[]} targets
 */
function build(name, sanitizers, targets) {
  const folder = join(builds, name);
  for (const target of targets) {
    const options = [
      '--directory',
      'native',
      '--out',
      folder,
      '--target',
      target,
      `--CDLVS_SANITIZE=${sanitizers}`,
    ];
    // By npm, which knows where Node's headers are.
    const { status, stdout, stderr } = spawnSync(
      'npx',
      ['--no', 'cmake-js', 'build', '--cxx', 'g++', ...options],
      {
        encoding: 'utf8',
        maxBuffer: 2 ** 28,
      },
    );
    if (status !== 0)
      fail(`building ${target} failed:\n${stdout}${stderr}\nTo install what it needs:\n  ${needs}`);
  }
  return (/** @type {string} */ target) => resolve(folder, 'Release', `${target}.node`);
}

/**
 * The sanitizer's runtime, which has to be loaded before everything else. It comes with g++.
 *
 * @param {string} name
 */
function library(name) {
  const { stdout } = spawnSync('g++', [`-print-file-name=${name}`], { encoding: 'utf8' });
  const path = stdout?.trim() ?? '';
  if (!existsSync(path)) fail(`${name} is missing. To install it:\n  ${needs}`);
  return path;
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(`sanitize: ${message}`);
  process.exit(1);
}
