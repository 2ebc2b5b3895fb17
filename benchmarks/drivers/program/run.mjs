// @ts-check
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const stopwatch = fileURLToPath(new URL('../../../.cache/bench/stopwatch', import.meta.url));

/** What the stopwatch takes, by what is measured. @type {Record<string, string>} */
const MEASURES = { time: 'real', memory: 'memory' };

/**
 * Runs a whole program, from its start to its end, and returns what that took: time, or memory. It finds an empty environment: what a
 * machine sets may cost Node more than all the rest, such as certificates of its own.
 *
 * @param {string[]} command
 * @param {string} [input]
 */
export function run(command, input = '') {
  const measure = MEASURES[process.env.LVS_BENCH_MEASURE ?? ''] ?? 'processor';
  const { status, stderr, output, error } = spawnSync(stopwatch, [measure, ...command], {
    input,
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
    stdio: ['pipe', 'ignore', 'pipe', 'pipe'],
  });
  // ipvsadm ends with 0 where a rule was refused, too.
  if (status !== 0 || stderr) throw new Error(`${command.join(' ')}: ${error?.message ?? stderr}`);
  return Number(output[3]);
}
