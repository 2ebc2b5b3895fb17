// @ts-check
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

const subjects = ['reply', 'connections'];
const folder = '.cache/fuzz';
const needs =
  'apt-get install --no-install-recommends cmake clang libclang-rt-14-dev libnl-3-dev libnl-genl-3-dev';

/** Inputs grow no longer: a page or two, and a few messages. */
const longest = 16384;
const secondsForOne = 10;

const { seconds, chosen } = parseOptions();
requireClang();
build();
process.exitCode = chosen.map(fuzz).find((status) => status !== 0) ?? 0;

function parseOptions() {
  try {
    const { values, positionals } = parseArgs({
      options: { seconds: { type: 'string', default: '60' } },
      allowPositionals: true,
    });
    const time = Number(values.seconds);
    if (!Number.isInteger(time) || time < 1)
      throw new Error(`--seconds takes a whole number, not ${values.seconds}`);
    const unknown = positionals.find((name) => !subjects.includes(name));
    if (unknown) throw new Error(`nothing to fuzz by the name ${unknown}`);
    return { seconds: time, chosen: positionals.length > 0 ? positionals : subjects };
  } catch (error) {
    fail(
      `${/** @type {Error} */ (error).message}\nusage: npm run fuzz -- [--seconds 60] [${subjects.join('|')}]`,
    );
  }
}

function requireClang() {
  const args = ['-std=c++20', '-fsanitize=fuzzer,address,undefined', '-x', 'c++', '-', '-o', '/dev/null'];
  const input = 'extern "C" int LLVMFuzzerTestOneInput(const unsigned char*, unsigned long) { return 0; }';
  const { status } = spawnSync('clang++', args, { input, stdio: ['pipe', 'ignore', 'ignore'] });
  if (status !== 0) fail(`clang++ with libFuzzer and its sanitizers is missing. To install it:\n  ${needs}`);
}

function build() {
  const configuration = [
    '-DLVS_FUZZ=ON',
    '-DCMAKE_CXX_COMPILER=clang++',
    '-DCMAKE_BUILD_TYPE=RelWithDebInfo',
  ];
  run('cmake', ['-S', 'native', '-B', folder, ...configuration]);
  run('cmake', [
    '--build',
    folder,
    '--parallel',
    '2',
    '--target',
    ...subjects.map((name) => `${name}_fuzzer`),
  ]);
}

/**
 * Fuzzes one subject, and says what came of it. What it finds on its way stays in the cache, for the next time.
 *
 * @param {string} subject
 * @returns {number}
 */
function fuzz(subject) {
  const program = join(folder, `${subject}_fuzzer`);
  const found = join(folder, 'corpus', subject);
  const crashes = join(folder, 'crashes', subject);
  for (const each of [found, crashes]) mkdirSync(each, { recursive: true });
  const before = new Set(readdirSync(crashes));
  const options = [
    `-max_total_time=${seconds}`,
    `-max_len=${longest}`,
    `-timeout=${secondsForOne}`,
    `-artifact_prefix=${crashes}/`,
    '-print_final_stats=1',
  ];
  const { status, stderr, error } = spawnSync(program, [...options, found, `test/fuzz/corpus/${subject}`], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: (seconds + 120) * 1000,
  });
  if (status === 0) {
    const runs = stderr.match(/stat::number_of_executed_units: (\d+)/)?.[1];
    const coverage = stderr.match(/.*cov: (\d+)(?![\s\S]*cov:)/)?.[1];
    console.log(`fuzz: ${subject}: ${runs} inputs in ${seconds} s, ${coverage} edges covered, nothing found`);
    return 0;
  }
  console.error(stderr.slice(-8000));
  const [crash] = readdirSync(crashes).filter((name) => !before.has(name));
  if (crash === undefined) {
    console.error(`fuzz: ${subject}: ended without a crash file: ${error?.message ?? `status ${status}`}`);
  } else {
    const file = join(crashes, crash);
    console.error(`fuzz: ${subject}: failed on ${file}. To reproduce:\n  ${program} ${file}`);
  }
  return 1;
}

/**
 * @param {string} program
 * @param {string[]} args
 */
function run(program, args) {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
  if (status !== 0)
    fail(`${[program, ...args].join(' ')} failed:\n${error?.message ?? `${stdout}${stderr}`}`);
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(`fuzz: ${message}`);
  process.exit(1);
}
