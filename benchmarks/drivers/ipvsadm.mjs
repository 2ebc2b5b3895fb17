// @ts-check
// A process for each step.
import { run } from './program/run.mjs';
import { standing } from './program/standing.mjs';
import { runRounds } from './rounds.mjs';

/** The processes' own share, and this one's for starting them. @param {string[][]} commands */
function perform(commands) {
  const before = process.cpuUsage();
  const took = commands.reduce((sum, command) => sum + run(['ipvsadm', ...command]), 0);
  if (process.env.LVS_BENCH_MEASURE === 'time') return undefined;
  // The clock would leap where nothing runs, while one waits for the other.
  const { user, system } = process.cpuUsage(before);
  return took + (user + system) * 1000;
}

await runRounds({ ...standing, perform });
