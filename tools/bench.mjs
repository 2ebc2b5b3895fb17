// @ts-check
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { drivers, driversOf } from '../benchmarks/drivers/index.mjs';
import { buildDrivers, buildFloor } from '../benchmarks/report/build.mjs';
import { figure, ofOneBoot } from '../benchmarks/report/figures.mjs';
import { guard, guardPairs } from '../benchmarks/report/guard.mjs';
import { timeLoading } from '../benchmarks/report/loading.mjs';
import { writeTable } from '../benchmarks/report/table.mjs';
import { trials } from '../benchmarks/trials/index.mjs';
import { reportFailure } from './guest/error.mjs';
import { runInQemu } from './guest/qemu.mjs';

/** @typedef {import('../benchmarks/run.mjs').Measurement} Measurement */

const usage = `usage: npm run bench [-- trial[/driver]…]         instructions, on an emulated processor
       npm run bench:host [-- trial[/driver]…]    time, on this machine's kernel or in a guest
       npm run bench -- --guard [--store]
trials: ${Object.keys(trials).join(' ')}
drivers: ${Object.keys(drivers).join(' ')}`;
const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const results = here('../benchmarks/results');
const words = process.argv.slice(2);
const options = new Set(words.filter((word) => word.startsWith('--')));
const names = words.filter((word) => !word.startsWith('--'));
const onHost = options.has('--host');
const measure = /** @type {'time' | 'instructions'} */ (onHost ? 'time' : 'instructions');

if (
  names.some((name) => !isKnown(name)) ||
  [...options].some((word) => !/^--(host|guard|store)$/.test(word))
) {
  console.error(usage);
  process.exit(2);
}
try {
  process.exitCode = options.has('--guard') ? await runGuard() : await runTrials();
} catch (error) {
  process.exitCode = reportFailure(error);
}

async function runGuard() {
  buildFloor();
  const { measurements, status, guest } = await count(guardPairs);
  return status !== 0 || !guard(measurements, guest.node, options.has('--store')) ? 1 : 0;
}

async function runTrials() {
  buildDrivers();
  const chosen = names.length > 0 ? names : Object.keys(trials).filter((name) => !name.startsWith('guard'));
  const pairs = chosen.flatMap((name) => {
    const [trial = '', driver] = name.split('/');
    const work = trials[trial];
    if (driver || !work) return [[trial, driver ?? '']];
    return driversOf(work).map((each) => [trial, each]);
  });
  const { measurements, status, guest } = await count(pairs);
  const figures = (onHost ? measurements : ofOneBoot(measurements)).map(figure);
  const run = { ...guest, measure };
  if (onHost) {
    console.log(writeTable(figures, run));
    return status;
  }
  const loading = pairs.some(([trial]) => trial === 'require') ? { loading: timeLoading() } : {};
  const all = keep(figures, { ...run, ...loading });
  const page = writeTable(all.figures, all);
  writeFileSync(join(results, 'README.md'), page);
  const { drawCharts } = await import('../benchmarks/report/charts.mjs');
  await drawCharts(all.figures, results);
  console.log(page);
  return status;
}

/** @param {string} name */
function isKnown(name) {
  const [trial = '', driver = 'raw'] = name.split('/');
  return trial in trials && driver in drivers;
}

/**
 * Adds to what earlier runs of other trials found. The figures of one trial are all of one run: what the kernel's part of a
 * rule is differs between boots.
 *
 * @param {import('../benchmarks/report/figures.mjs').Figure[]} figures
 * @param {import('../benchmarks/report/table.mjs').Run} run
 */
function keep(figures, run) {
  mkdirSync(results, { recursive: true });
  const file = join(results, 'instructions.json');
  /** @type {{ figures: typeof figures }} */
  const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { figures: [] };
  const fresh = new Set(figures.map(({ trial }) => trial));
  const ended = new Date().toISOString();
  const kept = before.figures.filter(({ trial }) => !fresh.has(trial));
  const all = { ...before, ...run, figures: [...kept, ...figures.map((each) => ({ ...each, run: ended }))] };
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
  return all;
}

/** @param {string[][]} pairs of a trial and a driver */
async function count(pairs) {
  /** @type {Map<string, Measurement[]>} */
  const measurements = new Map();
  let guest = { kernel: '', node: '' };
  let status = 0;
  for (let boot = 1; boot <= Math.max(...pairs.map(boots)) && status === 0; boot++) {
    const counted = pairs.filter((pair) => boots(pair) >= boot);
    status = await countInOne(counted, (line) => {
      if ('kernel' in line) {
        guest = line;
        return;
      }
      const key = `${line.trial} ${line.driver}`;
      measurements.set(key, [...(measurements.get(key) ?? []), line]);
    });
  }
  return { status, guest, measurements: [...measurements.values()] };
}

/** In how many kernels the pair is counted. @param {string[]} pair */
function boots([trial = '']) {
  const work = trials[trial];
  return onHost || work?.part ? 1 : (work?.boots ?? 1);
}

/**
 * @param {string[][]} pairs
 * @param {(line: Measurement | { kernel: string, node: string }) => void} take
 */
async function countInOne(pairs, take) {
  const plan = { pairs, measure, repetitions: onHost ? 5 : 1 };
  const command = [process.execPath, here('../benchmarks/run.mjs'), JSON.stringify(plan)];
  const output = new PassThrough();
  createInterface({ input: output }).on('line', (line) => take(JSON.parse(line)));
  const status = onHost ? await runOnHost(command, output) : await runInQemu(command, { stdout: output });
  output.end();
  await new Promise((resolve) => setImmediate(resolve));
  return status;
}

/**
 * Where the tests run, too: on this machine's kernel, or else in User Mode Linux.
 *
 * @param {string[]} command
 * @param {PassThrough} output
 * @returns {Promise<number>}
 */
function runOnHost(command, output) {
  const child = spawn(process.execPath, [here('guest.mjs'), '--', ...command], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.pipe(output, { end: false });
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? 1)));
}
