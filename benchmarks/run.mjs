// @ts-check
// Runs where there is an IPVS kernel to itself; prints a line of JSON for that, and one for each trial of each driver.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { release, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fill, loadAnew } from './connections/crowd.mjs';
import { drivers, partDriver } from './drivers/index.mjs';
import { trials } from './trials/index.mjs';
import { outcome, writeWork } from './trials/work.mjs';

/**
 * @typedef {object} Measurement
 * @property {string} trial
 * @property {string} driver
 * @property {string} [lacks] why there are no figures
 * @property {number} [units]
 * @property {number | undefined} [counted] how many of the last rounds count
 * @property {number[]} [counts] of each round, in nanoseconds
 */

const folder = mkdtempSync(join(tmpdir(), 'lvs-bench-'));
const { pairs, repetitions, measure: kind } = JSON.parse(process.argv[2] ?? '');

/** What the kernel still frees of the round before is not this one's, so it has a moment for that, in milliseconds. */
const REST = 50;

/**
 * How long the kernel may keep deleted destinations, in milliseconds; meanwhile each new one is compared with all of
 * them (IP_VS_DEST_TRASH_PERIOD of include/net/ip_vs.h, and once more until its timer looks). Where the clock counts
 * instructions waiting takes no time.
 */
const FORGETTING = 250_000;

console.log(JSON.stringify({ kernel: release(), node: process.version }));
for (let repetition = 0; repetition < repetitions; repetition++) {
  for (const [trial, driver] of pairs) console.log(JSON.stringify(await measure(trial, driver)));
}

/** @param {string} trial @param {string} name @returns {Promise<Measurement>} */
async function measure(trial, name) {
  const whole = trials[trial];
  if (!whole) throw new Error(`no trial ${trial}`);
  const driver = whole.part ? partDriver(whole.part) : drivers[name];
  if (!driver) throw new Error(`no driver ${name}`);
  const lacks = driver.lacks?.(whole);
  if (lacks) return { trial, driver: name, lacks };

  const steps = whole.steps.slice(0, driver.sample);
  const units = Math.ceil((whole.units * steps.length) / whole.steps.length) || whole.units;
  const work = { ...whole, steps };
  const file = join(folder, 'work');
  writeFileSync(file, writeWork(work));
  const length = work.before.length + steps.length;
  const warming = Math.ceil((driver.warmth ?? 0) / (length || 1));
  const rounds = work.once ? 1 : Math.max(driver.rounds, work.rounds ?? 0, warming);
  const rest = kind === 'instructions' && work.afresh ? FORGETTING : REST;
  process.env.LVS_BENCH_MEASURE = work.memory ? 'memory' : kind;
  process.stderr.write(`  ${trial}, ${driver.title}\n`);
  const [program = '', ...args] = [...driver.command, file, `${rounds}`, `${rest}`];
  const { count: connections = 0 } = steps.find((step) => step.op === 'connections') ?? {};
  if (connections > 0) await fill(connections);
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  const expected = outcome(work);
  const rules = rulesStanding();
  if (connections > 0) loadAnew();
  if (status !== 0) return { trial, driver: name, lacks: `failed: ${reason(stderr)}` };
  if (!whole.part && !driver.idle && rules !== expected) {
    return { trial, driver: name, lacks: `failed: ${rules} rules stand, not ${expected}` };
  }
  return { trial, driver: name, units, counted: driver.counted, counts: JSON.parse(stdout) };
}

/** Node's own last line says its version only. @param {string} stderr */
function reason(stderr) {
  return /^\w*Error.*/m.exec(stderr)?.[0] ?? stderr.trim().split('\n').at(-1);
}

function rulesStanding() {
  return readFileSync('/proc/net/ip_vs', 'utf8').match(/^(TCP| {2}-> [0-9A-F])/gm)?.length ?? 0;
}
