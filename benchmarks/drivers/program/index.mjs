// @ts-check
// Whole programs, their start included.
import { runRounds } from '../rounds.mjs';
import { ruleFile, words } from '../words.mjs';
import { copyPackage } from './copy.mjs';
import { run } from './run.mjs';

const [name = ''] = process.argv.slice(2);
const { lvsadm, empty } = copyPackage();
const ipvsadm = ['ipvsadm'];
/** @type {Record<string, string[]>} */
const programs = { ipvsadm, lvsadm: [process.execPath, lvsadm], node: [process.execPath, empty] };
const program = programs[name] ?? [];

/** @param {string[][]} commands */
function perform(commands) {
  if (name === 'node') return run(program);
  const [first = []] = commands;
  return first[0] === '-Ln' ? run([...program, ...first]) : run([...program, '-R'], ruleFile(commands));
}

/** @type {import('../rounds.mjs').Driver<string[]>} */
const driver = {
  translate: words,
  flush: () => run([...ipvsadm, '-C']),
  prepare: (commands) => {
    if (commands.length > 0) run([...ipvsadm, '-R'], ruleFile(commands));
  },
  perform,
};

await runRounds(driver);
