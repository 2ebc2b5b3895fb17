// @ts-check
import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { runRounds } from './rounds.mjs';

const run = promisify(execFile);
const [mode = '', file = '', rounds] = process.argv.slice(2);
const verbs = {
  addService: '-A',
  deleteService: '-D',
  addDestination: '-a',
  setDestination: '-e',
  deleteDestination: '-d',
  destinations: '-Ln',
  table: '-Ln',
};

/** The words of a command line. @param {import('../trials/work.mjs').Step} step */
function words(step) {
  const list = [verbs[step.op]];
  if ('service' in step) list.push('-t', `${step.service.address}:${step.service.port}`);
  if (step.op === 'addService') list.push('-s', 'rr');
  if ('destination' in step) list.push('-r', `${step.destination.address}:${step.destination.port}`);
  if ('weight' in step) list.push('-m', '-w', `${step.weight}`);
  return list;
}

/** @param {string[][]} commands */
function restore(commands) {
  const input = commands.map((each) => `${each.join(' ')}\n`).join('');
  const { status, stderr } = spawnSync('ipvsadm', ['-R'], { input, encoding: 'utf8' });
  // It ends with 0 where a rule was refused, too.
  if (status !== 0 || stderr) throw new Error(`ipvsadm -R: ${stderr}`);
}

/** @param {string[][]} commands */
async function oneByOne(commands) {
  for (const command of commands) await run('ipvsadm', command);
}

/** @type {import('./rounds.mjs').Driver<string[]>} */
const driver = {
  translate: words,
  flush: () => run('ipvsadm', ['-C']),
  prepare: (commands) => (commands.length > 0 ? restore(commands) : undefined),
  perform: (commands) => (mode === 'restore' ? restore(commands) : oneByOne(commands)),
};

await runRounds(driver, { file, rounds: Number(rounds) });
