/** `-R`: a file of rules as one batch. */

import type { IpvsSync } from '../ipvs-sync';
import type { Command } from '../model/command';
import { CommandLineError, Status } from '../rules/error';
import { type Rule, readRulesWithHosts } from '../rules/file';
import type { Line } from '../rules/line';
import { finish } from '../session/pacing';
import { Batch } from '../verbs/batch';
import type { Io } from './io';
import { inWords } from './refusal';

/** Carries out a line that is no change of the table. */
type Run = (line: Line, ipvs: IpvsSync, io: Io) => number | Promise<number>;

/** Reads every line before the first is sent. A bad one stops it all, unless `--continue` is given. */
export async function restore(line: Line, ipvs: IpvsSync, io: Io, run: Run): Promise<number> {
  const report = new Report(io);
  const goesOn = line.has('continue');
  const steps = (await readRulesWithHosts(io.stdin(), line.hosts)).filter(({ number, error }) => {
    if (error !== undefined) report.bad(number, error);
    return error === undefined;
  });
  if (steps.some((step) => step.line !== undefined)) removeBad(steps, report);
  if (report.status !== Status.done && !goesOn) return report.status;
  for (const part of parts(steps)) {
    if (part[0]?.line === undefined) send(part, ipvs, report, goesOn);
    else for (const step of part) report.take(await run(step.line as Line, ipvs, io));
  }
  return report.status;
}

/** What went wrong, by line; the first of it decides the exit status. */
class Report {
  readonly #io: Io;
  status: number = Status.done;

  constructor(io: Io) {
    this.#io = io;
  }

  bad(number: number, error: unknown): void {
    this.#io.stderr(`lvsadm: line ${number}: ${inWords(error)}\n`);
    this.take(error instanceof CommandLineError ? error.status : Status.refused);
  }

  take(status: number): void {
    if (this.status === Status.done) this.status = status;
  }
}

/** Those whose commands the API refuses: it knows of values that the kernel would refuse. */
function removeBad(steps: Rule[], report: Report): void {
  const changes = steps.filter(({ command }) => command !== undefined);
  const check = () => finish(new Batch(commandsOf(changes)).slices());
  for (let bad = whatIsBad(check); bad !== undefined; bad = whatIsBad(check)) {
    const [step] = changes.splice(bad.index, 1) as [Rule];
    steps.splice(steps.indexOf(step), 1);
    report.bad(step.number, bad.error);
  }
}

/** One batch. The API checks it before the first is sent, so a bad command changes nothing. */
function send(part: Rule[], ipvs: IpvsSync, report: Report, goesOn: boolean): void {
  const batch = () => {
    for (const { index, error } of ipvs.batch(commandsOf(part), { throwOnFailure: false }).failures) {
      report.bad((part[index] as Rule).number, error);
    }
  };
  for (let bad = whatIsBad(batch); bad !== undefined; bad = goesOn ? whatIsBad(batch) : undefined) {
    const [step] = part.splice(bad.index, 1) as [Rule];
    report.bad(step.number, bad.error);
  }
}

function commandsOf(rules: readonly Rule[]): Command[] {
  return rules.map(({ command }) => command as Command);
}

/** The command that the API refused, by its place in the batch. */
function whatIsBad(attempt: () => void): { index: number; error: unknown } | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    const index = /^commands\[(\d+)\]/.exec((error as Error).message)?.[1];
    if (index === undefined) throw error;
    return { index: Number(index), error };
  }
}

/** Neighbours that go to the kernel together. */
function* parts(steps: readonly Rule[]): Generator<Rule[]> {
  let part: Rule[] = [];
  for (const step of steps) {
    const alike = (step.line === undefined) === (part[0]?.line === undefined);
    if (part.length > 0 && !alike) {
      yield part;
      part = [];
    }
    part.push(step);
  }
  if (part.length > 0) yield part;
}
