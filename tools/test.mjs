// @ts-check
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { nodes, ownMajor } from './consumers/nodes.cjs';
import { reportFailure } from './guest/error.mjs';
import { exitStatus } from './guest/exit-status.mjs';
import { runInGuests } from './test/guests.mjs';
import { Tally } from './test/tally.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

/** @typedef {import('./test/guests.mjs').Run} Run */

/**
 * @typedef {object} Step
 * @property {string} title
 * @property {string} [node] the program, where it is not the one that runs this
 * @property {string[]} jest
 * @property {string[]} [paths] of the test files, where not all are run
 * @property {(command: string[], isAlone?: boolean) => Promise<Run[]>} run
 * @property {RegExp} hasChance by its path, whether a file's tests hang on how busy the machine is
 */

/** A test that has run out of its time may leave sockets open, for which Jest would wait without end. */
const kernel = ['--selectProjects', 'kernel', '--runInBand', '--forceExit'];

const others = nodes.filter(([major]) => major !== ownMajor);
const [newest, newestNode] = others.at(-1) ?? [ownMajor, process.execPath];

/** What needs no kernel first: it is quick to say what is wrong. @type {Step[]} */
const steps = [
  {
    title: 'on this machine',
    jest: ['--ignoreProjects', 'kernel', 'draining', 'nftables'],
    run: runHere,
    hasChance: /^test\/(agent|package|system)\//,
  },
  ...others.map(([major, node]) => ({
    title: `without a kernel, on Node ${major}`,
    node,
    jest: ['--selectProjects', 'unit', 'conformance'],
    run: runHere,
    hasChance: /^$/,
  })),
  { title: 'on a kernel with IPVS', jest: kernel, run: runOnKernel, hasChance: /./ },
  {
    title: `of what a Node may do otherwise, on a kernel with IPVS and Node ${newest}`,
    node: newestNode,
    jest: kernel,
    paths: ['kernel/(verbs|control)/', 'robustness/(close|exit|workers)'],
    run: runOnKernel,
    hasChance: /./,
  },
];

/** More files than these do not fail by chance. */
const MOST_UNSTEADY = 2;

const tally = new Tally();
try {
  for (const step of steps) {
    const { title, node = process.execPath, jest } = step;
    console.log(`\n== Tests ${title}`);
    const command = [node, 'node_modules/jest/bin/jest.js', ...jest, '--passWithNoTests', '--json'];
    const status = await runStep(step, [...command, ...process.argv.slice(2)]);
    if (status === 0) continue;
    console.log(`\n== Tests ${title} FAILED (status ${status}): the run stops here`);
    process.exitCode = status;
    break;
  }
} catch (error) {
  process.exitCode = reportFailure(error);
}
console.log(`\n${tally}`);

/**
 * A file that fails beside others is run once more, alone: packets, timers and processes of a busy machine may come late.
 * What passes then is named in the last line, since a test that only mostly passes wants mending. Whoever names files or
 * tests sees them run once.
 *
 * @param {Step} step
 * @param {string[]} command
 * @returns {Promise<number>} the status
 */
async function runStep({ paths = [], run, hasChance }, command) {
  // Jest's own file comes second.
  const over = (/** @type {string[]} */ words) => command.toSpliced(2, 0, ...words);
  const runs = await run(over(paths));
  const failing = runs.flatMap(({ files }) => files.filter(({ failed }) => failed > 0));
  const isChance =
    runs.every(isTestFailure) &&
    failing.length <= MOST_UNSTEADY &&
    failing.every(({ name }) => hasChance.test(name));
  if (failing.length === 0 || !isChance || process.argv.length > 2) return statusOf(runs);
  const names = failing.map(({ name }) => name);
  console.log(`\n== Once more, alone: ${names.join(' ')}`);
  const again = await run(over(['--runTestsByPath', ...names]), true);
  const passed = again.flatMap(({ files }) =>
    files.filter(({ failed }) => failed === 0).map(({ name }) => name),
  );
  if (statusOf(again) !== 0 || !names.every((name) => passed.includes(name))) return statusOf(again) || 1;
  tally.forgive(failing);
  return 0;
}

/** @type {Step['run']} */
async function runHere(command, isAlone = false) {
  const { argument, add } = tally.report();
  const status = runProcess([...command, argument, isAlone ? '--runInBand' : '--maxWorkers=100%']);
  return [{ status, files: add() }];
}

/** @type {Step['run']} */
async function runOnKernel(command, isAlone = false) {
  if (isAlone) return runInGuests(command, tally, 1);
  compile(command);
  return runInGuests(command, tally);
}

/** No test failed, or nothing but tests. @param {Run} run */
function isTestFailure({ status, files }) {
  return status === 0 || (status === 1 && files.some(({ failed }) => failed > 0));
}

/** The first that is not 0. @param {Run[]} runs */
function statusOf(runs) {
  return runs.find(({ status }) => status !== 0)?.status ?? 0;
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
  return exitStatus(status, signal);
}
