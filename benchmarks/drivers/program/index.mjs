// @ts-check
// Whole programs, their start included.
import { runRounds } from '../rounds.mjs';
import { ruleFile } from '../words.mjs';
import { copyPackage } from './copy.mjs';
import { run } from './run.mjs';
import { standing } from './standing.mjs';

const [name = ''] = process.argv.slice(2);
const { lvsadm, empty, table } = copyPackage();
/** @type {Record<string, string[]>} */
const programs = {
  ipvsadm: ['ipvsadm'],
  lvsadm: [process.execPath, lvsadm],
  node: [process.execPath, empty],
  table: [process.execPath, table],
};
const program = programs[name] ?? [];

/** @param {string[][]} commands */
function perform(commands) {
  if (name === 'node' || name === 'table') return run(program);
  const [first = []] = commands;
  return first[0] === '-Ln' || first[0] === '-Sn'
    ? run([...program, ...first])
    : run([...program, '-R'], ruleFile(commands));
}

await runRounds({ ...standing, perform });
