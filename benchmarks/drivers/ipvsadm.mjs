// @ts-check
// A process for each step.
import { run } from './program/run.mjs';
import { runRounds } from './rounds.mjs';
import { ruleFile, words } from './words.mjs';

const ipvsadm = (/** @type {string[]} */ command) => run(['ipvsadm', ...command]);

/** The processes' own share, and this one's for starting them. @param {string[][]} commands */
function perform(commands) {
  const before = process.cpuUsage();
  const took = commands.reduce((sum, command) => sum + ipvsadm(command), 0);
  if (process.env.LVS_BENCH_MEASURE === 'time') return took;
  // The clock would leap where nothing runs, while one waits for the other.
  const { user, system } = process.cpuUsage(before);
  return took + (user + system) * 1000;
}

/** @type {import('./rounds.mjs').Driver<string[]>} */
const driver = {
  translate: words,
  flush: () => ipvsadm(['-C']),
  prepare: (commands) => {
    if (commands.length > 0) run(['ipvsadm', '-R'], ruleFile(commands));
  },
  perform,
};

await runRounds(driver);
