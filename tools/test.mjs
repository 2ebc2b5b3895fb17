// @ts-check
import { spawnSync } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { nodes, ownMajor } from './consumers/nodes.cjs';
import { reportFailure } from './guest/error.mjs';
import { runInGuests } from './test/guests.mjs';
import { Tally } from './test/tally.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

/**
 * @typedef {object} Step
 * @property {string} title
 * @property {string} [node] the program, where it is not the one that runs this
 * @property {string[]} jest
 * @property {(command: string[]) => number | Promise<number>} run
 */

const kernel = ['--selectProjects', 'kernel', '--runInBand'];

const others = nodes.filter(([major]) => major !== ownMajor);
const [newest, newestNode] = others.at(-1) ?? [ownMajor, process.execPath];

/** What needs no kernel first: it is quick to say what is wrong. @type {Step[]} */
const steps = [
  {
    title: 'on this machine',
    jest: ['--ignoreProjects', 'kernel', 'draining', 'nftables', '--maxWorkers=100%'],
    run: runHere,
  },
  ...others.map(([major, node]) => ({
    title: `without a kernel, on Node ${major}`,
    node,
    jest: ['--selectProjects', 'unit', 'conformance', '--maxWorkers=100%'],
    run: runHere,
  })),
  { title: 'on a kernel with IPVS', jest: kernel, run: runOnKernels },
  {
    title: `of what a Node may do otherwise, on a kernel with IPVS and Node ${newest}`,
    node: newestNode,
    jest: [...kernel, '--testPathPatterns', 'kernel/(verbs|control)/', 'robustness/(close|exit|workers)'],
    run: runOnKernels,
  },
];

const tally = new Tally();
try {
  for (const { title, node = process.execPath, jest, run } of steps) {
    console.log(`\n== Tests ${title}`);
    const command = [node, 'node_modules/jest/bin/jest.js', ...jest, '--passWithNoTests', '--json'];
    const status = await run([...command, ...process.argv.slice(2)]);
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
function runHere(command) {
  const { argument, add } = tally.report();
  const status = runProcess([...command, argument]);
  add();
  return status;
}

/** @param {string[]} command */
async function runOnKernels(command) {
  compile(command);
  return runInGuests(command, tally);
}

/**
 * Fills Jest's cache of compiled sources by a run in which no test bears the name that is looked for: a guest takes
 * several times as long. What goes wrong here goes wrong there too, where it is seen; what a file has started as it was
 * read is not waited for.
 *
 * @param {string[]} command
 */
function compile([program = '', ...args]) {
  const env = { ...process.env, LVS_COMPILE_ONLY: '1' };
  spawnSync(program, [...args, '--testNamePattern', '^ $', '--forceExit'], { env, stdio: 'ignore' });
}

/** @param {string[]} command */
function runProcess([program = '', ...args]) {
  const { status, signal } = spawnSync(program, args, { stdio: 'inherit' });
  return status ?? 128 + constants.signals[signal ?? 'SIGKILL'];
}
