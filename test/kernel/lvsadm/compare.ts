/** Command lines through ipvsadm and through lvsadm, on equal fresh tables. */

import { formatJson } from '../../../lib/cli/layout/json';
import { main } from '../../../lib/cli/main';
import { IpvsSync, parseRules } from '../../../lib/index';
import { destinationsInOrder, inOrder } from '../../../lib/rules/order';
import type { Case } from './corpus';
import { type Result, Terminal } from './terminal';

/** What can be seen of a run, and of what it did; complaints are not compared. */
export interface Outcome extends Result {
  /** The table, the timeouts and the daemons, as our API has them. */
  after: string;
  /** The table as ipvsadm saves it. */
  saved: string;
}

export interface Comparison {
  test: Case;
  theirs: Outcome;
  ours: Outcome;
}

type Ours = Omit<Comparison, 'theirs'>;

/** How many command lines that should change nothing go to ipvsadm on one table. */
const TOGETHER = 50;

export class Comparer implements AsyncDisposable {
  readonly #netns: string;
  readonly #ipvs: IpvsSync;
  readonly #terminal: Terminal;
  /** The table that was made last, and the state it came to. */
  #made = { table: '', after: '' };

  /** In a network namespace, by its name and its path. */
  constructor(name: string, netns: string) {
    this.#netns = netns;
    this.#ipvs = IpvsSync.open({ netns });
    this.#terminal = new Terminal(name);
  }

  /** Both outcomes of each case. */
  async compare(cases: readonly Case[]): Promise<Comparison[]> {
    const comparisons: Comparison[] = [];
    let quiet: Ours[] = [];
    const settle = async () => {
      comparisons.push(...(await this.#settleTogether(quiet)));
      quiet = [];
    };
    for (const test of cases) {
      if (quiet.length === TOGETHER || test.table !== quiet[0]?.test.table) await settle();
      this.#prepare(test);
      const ours = await this.#observe(await this.#lvsadm(test));
      if (ours.after === this.#made.after && test.stdin === undefined) quiet.push({ test, ours });
      else comparisons.push({ test, ours, theirs: await this.#alone(test) });
    }
    await settle();
    return comparisons;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ipvs.close();
    await this.#terminal[Symbol.asyncDispose]();
  }

  async #alone(test: Case): Promise<Outcome> {
    this.#prepare(test);
    return this.#observe(await this.#terminal.run(['ipvsadm', ...test.args], test.stdin));
  }

  /** On one table, which they leave as it is; where they do not, each has it to itself. */
  async #settleTogether(quiet: readonly Ours[]): Promise<Comparison[]> {
    const [first] = quiet;
    if (first === undefined) return [];
    this.#prepare(first.test);
    const results = await this.#terminal.runAll(
      quiet.map(({ test }) => ({ words: ['ipvsadm', ...test.args] })),
    );
    const untouched = this.#describe() === this.#made.after;
    const comparisons: Comparison[] = [];
    for (const [n, { test, ours }] of quiet.entries()) {
      const theirs = untouched ? await this.#observe(results[n] as Result) : await this.#alone(test);
      comparisons.push({ test, ours, theirs });
    }
    return comparisons;
  }

  /** lvsadm in this process. */
  async #lvsadm({ args, stdin = '' }: Case): Promise<Result> {
    const out = { stdout: '', stderr: '' };
    const status = await main(args, {
      stdin: () => stdin,
      stdout: (text) => {
        out.stdout += text;
      },
      stderr: (text) => {
        out.stderr += text;
      },
      open: () => IpvsSync.open({ netns: this.#netns }),
    });
    return { ...out, status };
  }

  /** A fresh table; one that was not touched is still fresh. */
  #prepare({ table }: Case): void {
    if (this.#made.table === table && this.#made.after === this.#describe()) return;
    const ipvs = this.#ipvs;
    ipvs.flush();
    for (const { role } of ipvs.daemons()) ipvs.stopDaemon(role);
    ipvs.setTimeouts({ tcp: 900, tcpFin: 120, udp: 300 });
    ipvs.batch(parseRules(table));
    this.#made = { table, after: this.#describe() };
  }

  /** Saved are only states that were not seen already. */
  async #observe(result: Result): Promise<Outcome> {
    const after = this.#describe();
    const untouched = after === this.#made.after;
    return {
      ...result,
      after,
      saved: untouched ? '' : (await this.#terminal.run(['ipvsadm', '-S', '-n'])).stdout,
    };
  }

  /** All but counters, in the order of a listing: the kernel's own differs from table to table. */
  #describe(): string {
    const ipvs = this.#ipvs;
    const table = inOrder(ipvs.table()).map((row) => ({
      ...row,
      stats: 0,
      destinations: destinationsInOrder(row.destinations).map((each) => ({ ...each, stats: 0 })),
    }));
    return formatJson([table, ipvs.timeouts(), ipvs.daemons()]);
  }
}
