// @ts-check
// A process for each step.
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { run as runProgram } from './program/run.mjs';
import { runRounds } from './rounds.mjs';
import { ruleFile, words } from './words.mjs';

const run = promisify(execFile);

/** @type {import('./rounds.mjs').Driver<string[]>} */
const driver = {
  translate: words,
  flush: () => run('ipvsadm', ['-C']),
  prepare: (commands) => {
    if (commands.length > 0) runProgram(['ipvsadm', '-R'], ruleFile(commands));
  },
  perform: async (commands) => {
    for (const command of commands) await run('ipvsadm', command);
  },
};

await runRounds(driver);
