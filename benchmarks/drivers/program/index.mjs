// @ts-check
// Whole programs, their start included.
import { setTimeout } from 'node:timers/promises';
import { runRounds } from '../rounds.mjs';
import { ruleFile, words } from '../words.mjs';
import { copyPackage } from './copy.mjs';
import { run } from './run.mjs';

const [name = '', file = '', rounds] = process.argv.slice(2);
const { lvsadm, empty } = copyPackage();
const ipvsadm = ['ipvsadm'];
/** @type {Record<string, string[]>} */
const programs = { ipvsadm, lvsadm: [process.execPath, lvsadm], node: [process.execPath, empty] };
const program = programs[name] ?? [];

/**
 * How long the kernel may keep deleted destinations, in milliseconds; meanwhile each new one is compared with all of
 * them (IP_VS_DEST_TRASH_PERIOD of include/net/ip_vs.h, and once more until its timer looks). Where the clock counts
 * instructions waiting takes no time.
 */
const emptiesTrash = 250_000;

/** @param {string[][]} commands */
function perform(commands) {
  if (name === 'node') return run(program);
  const [first = []] = commands;
  return first[0] === '-Ln' ? run([...program, ...first]) : run([...program, '-R'], ruleFile(commands));
}

/** @type {import('../rounds.mjs').Driver<string[]>} */
const driver = {
  translate: words,
  flush: async () => {
    run([...ipvsadm, '-C']);
    if (process.env.LVS_BENCH_MEASURE !== 'time') await setTimeout(emptiesTrash);
  },
  prepare: (commands) => {
    if (commands.length > 0) run([...ipvsadm, '-R'], ruleFile(commands));
  },
  perform,
};

await runRounds(driver, { file, rounds: Number(rounds) });
