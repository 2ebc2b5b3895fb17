// @ts-check
import { spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { reportFailure } from './guest/error.mjs';
import { runInGuest } from './guest/run.mjs';
import { Tally } from './test/tally.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

/**
 * @typedef {object} Step
 * @property {string} title
 * @property {string[]} jest
 * @property {(command: string[]) => number | Promise<number>} run
 */

/** What needs no kernel first: it is quick to say what is wrong. @type {Step[]} */
const steps = [
  {
    title: 'on this machine',
    jest: ['--selectProjects', 'unit', 'conformance', 'fuzz', 'types', 'package'],
    run: runHere,
  },
  {
    title: 'on a kernel with IPVS',
    jest: ['--selectProjects', 'kernel', '--runInBand'],
    run: runInGuest,
  },
];

const tally = new Tally();
try {
  for (const { title, jest, run } of steps) {
    console.log(`\n== Tests ${title}`);
    const command = [process.execPath, 'node_modules/jest/bin/jest.js', ...jest, ...tally.arguments];
    const status = await run([...command, ...process.argv.slice(2)]);
    tally.add();
    if (status === 0) continue;
    console.log(`\n== Tests ${title} FAILED (status ${status}): the run stops here`);
    process.exitCode = status;
    break;
  }
} catch (error) {
  process.exitCode = reportFailure(error);
}
console.log(`\n${tally}`);

/** @param {string[]} command */
function runHere([program = '', ...args]) {
  const { status, signal } = spawnSync(program, args, { stdio: 'inherit' });
  return status ?? 128 + constants.signals[signal ?? 'SIGKILL'];
}
