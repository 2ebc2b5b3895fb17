/** Command lines through ipvsadm and through lvsadm, on equal fresh tables. */

import { IpvsSync, parseRules } from '../../../lib/index';
import { lvsadm } from '../../lvsadm';
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
      const ours = await this.#observe(await lvsadm(test.args, { netns: this.#netns }, test.stdin));
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

  /** All but counters, in an order that is the same for equal tables: the kernel's own is not. */
  #describe(): string {
    const ipvs = this.#ipvs;
    const table = ipvs.table().map(({ destinations, ...service }) => ({
      ...service,
      stats: 0,
      destinations: destinations.map((each) => JSON.stringify({ ...each, stats: 0 })).sort(),
    }));
    return JSON.stringify([table.map((row) => JSON.stringify(row)).sort(), ipvs.timeouts(), ipvs.daemons()]);
  }
}
