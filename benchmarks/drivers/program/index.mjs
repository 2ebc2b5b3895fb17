// @ts-check
// Whole programs, their start included.
import { readFileSync } from 'node:fs';
import { runRounds } from '../rounds.mjs';
import { ruleFile } from '../words.mjs';
import { copyPackage } from './copy.mjs';
import { run } from './run.mjs';
import { standing } from './standing.mjs';

const CONNECTIONS = '/proc/net/ip_vs_conn';

const [name = ''] = process.argv.slice(2);
const { lvsadm, empty, table, connections } = copyPackage();
/** @type {Record<string, string[]>} */
const programs = {
  ipvsadm: ['ipvsadm'],
  lvsadm: [process.execPath, lvsadm],
  node: [process.execPath, empty],
  table: [process.execPath, table],
  connections: [process.execPath, connections],
  cat: ['cat', CONNECTIONS],
};
const program = programs[name] ?? [];
if (name === 'connections') program.push(`${connectionsStanding()}`);
const isTool = name === 'ipvsadm' || name === 'lvsadm';

/** @param {string[][]} commands */
function perform(commands) {
  if (!isTool) return run(program);
  const [first = []] = commands;
  return /^-[LS]n/.test(first[0] ?? '')
    ? run([...program, ...first])
    : run([...program, '-R'], ruleFile(commands));
}

/** Beside the title, the file has a line for each. */
function connectionsStanding() {
  return readFileSync(CONNECTIONS, 'utf8').trimEnd().split('\n').length - 1;
}

await runRounds({ ...standing, perform });
