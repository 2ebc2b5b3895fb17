/** Command lines through ipvsadm and through lvsadm, on equal fresh tables. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { formatJson } from '../../../lib/cli/layout/json';
import { destinationsInOrder, inOrder } from '../../../lib/cli/layout/order';
import { main } from '../../../lib/cli/main';
import { IpvsSync, parseRules } from '../../../lib/index';
import type { Case } from './corpus';

/** What can be seen of a run. */
export interface Outcome {
  stdout: string;
  status: number | null;
  /** Not compared. */
  stderr: string;
  /** The table, the timeouts and the daemons, as our API has them. */
  after: string;
  /** The table as ipvsadm saves it. */
  saved: string;
}

export const ipvsadm = (args: readonly string[], input = '') =>
  spawnSync('ipvsadm', args, { input, encoding: 'utf8' });

export interface Comparison {
  test: Case;
  theirs: Outcome;
  ours: Outcome;
}

/** How many command lines that should change nothing go to ipvsadm from one shell: starting processes is slow. */
const TOGETHER = 50;

/** Both outcomes of each case. */
export async function compare(ipvs: IpvsSync, cases: readonly Case[]): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  let quiet: Omit<Comparison, 'theirs'>[] = [];
  const settle = () => {
    comparisons.push(...settleTogether(ipvs, quiet));
    quiet = [];
  };
  for (const test of cases) {
    if (quiet.length === TOGETHER || test.table !== quiet[0]?.test.table) settle();
    prepare(ipvs, test);
    const ours = { ...(await lvsadm(test.args, test.stdin)), ...state(ipvs) };
    if (ours.after === made.after && test.stdin === undefined) quiet.push({ test, ours });
    else comparisons.push({ test, ours, theirs: alone(ipvs, test) });
  }
  settle();
  return comparisons;
}

function alone(ipvs: IpvsSync, test: Case): Outcome {
  prepare(ipvs, test);
  const { stdout, stderr, status } = ipvsadm(test.args, test.stdin);
  return { stdout, stderr, status, ...state(ipvs) };
}

/** On one table, which they leave as it is; where they do not, each has it to itself. */
function settleTogether(ipvs: IpvsSync, quiet: readonly Omit<Comparison, 'theirs'>[]): Comparison[] {
  const [first] = quiet;
  if (first === undefined) return [];
  prepare(ipvs, first.test);
  const outcomes = together(quiet.map(({ test }) => test));
  const { after, saved } = state(ipvs);
  const untouched = after === made.after;
  return quiet.map(({ test, ours }, index) => ({
    test,
    ours,
    theirs: untouched ? { ...(outcomes[index] as (typeof outcomes)[0]), after, saved } : alone(ipvs, test),
  }));
}

/** ipvsadm, once for each, from one shell. */
function together(tests: readonly Case[]): Omit<Outcome, 'after' | 'saved'>[] {
  const folder = mkdtempSync('/run/lvsadm-');
  const quoted = (word: string) => `'${word.replaceAll("'", "'\\''")}'`;
  const script = tests.map(({ args }, n) => {
    const command = ['ipvsadm', ...args].map(quoted).join(' ');
    return `${command} </dev/null >${folder}/${n}.out 2>${folder}/${n}.err; echo $? >${folder}/${n}.status\n`;
  });
  spawnSync('sh', { input: script.join('') });
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  const outcomes = tests.map((_, n) => ({
    stdout: read(`${n}.out`),
    stderr: read(`${n}.err`),
    status: Number(read(`${n}.status`)),
  }));
  rmSync(folder, { recursive: true });
  return outcomes;
}

/** lvsadm in this process. */
export async function lvsadm(args: readonly string[], stdin = '') {
  const out = { stdout: '', stderr: '' };
  const status = await main(args, {
    stdin: () => stdin,
    stdout: (text) => {
      out.stdout += text;
    },
    stderr: (text) => {
      out.stderr += text;
    },
    open: () => IpvsSync.open(),
  });
  return { ...out, status };
}

/** The table that was made last, and the state it came to. */
let made = { table: '', after: '' };

/** A fresh table; one that was not touched is still fresh. */
function prepare(ipvs: IpvsSync, { table }: Case): void {
  if (made.table === table && made.after === describe(ipvs)) return;
  ipvs.flush();
  for (const { role } of ipvs.daemons()) ipvs.stopDaemon(role);
  ipvs.setTimeouts({ tcp: 900, tcpFin: 120, udp: 300 });
  ipvs.batch(parseRules(table));
  made = { table, after: describe(ipvs) };
}

/** Listings are of states that were seen already. */
function state(ipvs: IpvsSync): { after: string; saved: string } {
  const after = describe(ipvs);
  return { after, saved: after === made.after ? '' : ipvsadm(['-S', '-n']).stdout };
}

/** All but counters, in the order of a listing: the kernel's own differs from table to table. */
function describe(ipvs: IpvsSync): string {
  const table = inOrder(ipvs.table()).map((row) => ({
    ...row,
    stats: 0,
    destinations: destinationsInOrder(row.destinations).map((each) => ({ ...each, stats: 0 })),
  }));
  return formatJson([table, ipvs.timeouts(), ipvs.daemons()]);
}
