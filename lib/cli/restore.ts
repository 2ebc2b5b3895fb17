/** `-R`: a file of rules as one batch. */

import { isArgumentError } from '../errors/argument';
import type { IpvsSync } from '../ipvs-sync';
import type { Line } from '../rules/line';
import { type Rule, readRulesWithHosts } from '../rules/rule-file';
import { checkCommand } from '../verbs/changes';
import type { Director } from './director';
import type { Io } from './io';
import { Report } from './report';
import { Status } from './status';

/** A line that changes the table. */
type Change = Rule & Required<Pick<Rule, 'command'>>;

/** Carries out a line that is not a change of the table. */
type Run = (line: Line, director: Director, io: Io) => number | Promise<number>;

/** Checks every line before it sends the first. If one is invalid, nothing is sent, unless `--continue` is given. */
export async function restore(line: Line, director: Director, io: Io, run: Run): Promise<number> {
  const { ipvs } = director;
  const report = new Report(io);
  const rules = await readRulesWithHosts(io.stdin(), line.hosts);
  if (!sentWhole(rules, ipvs, report)) {
    const good = rules.filter((rule) => isGood(rule, report));
    if (report.status === Status.done || line.has('continue')) {
      for (const part of parts(good)) {
        if (isChange(part[0])) send(part as Change[], ipvs, report);
        else for (const rule of part) report.take(await run(rule.line as Line, director, io));
      }
    }
  }
  report.end();
  return report.status;
}

/** A file of changes only is one batch. The batch checks them all before it sends any. */
function sentWhole(rules: readonly Rule[], ipvs: IpvsSync, report: Report): boolean {
  if (!rules.every(isChange)) return false;
  try {
    send(rules as Change[], ipvs, report);
    return true;
  } catch (error) {
    if (isArgumentError(error)) return false;
    throw error;
  }
}

function isChange(rule: Rule | undefined): rule is Change {
  return rule?.command !== undefined;
}

/** Beyond the grammar, the API's checks know values that the kernel would refuse. */
function isGood({ number, command, error }: Rule, report: Report): boolean {
  try {
    if (error !== undefined) throw error;
    if (command !== undefined) checkCommand(command);
    return true;
  } catch (wrong) {
    report.bad(number, wrong);
    return false;
  }
}

function send(changes: readonly Change[], ipvs: IpvsSync, report: Report): void {
  const commands = changes.map(({ command }) => command);
  const { failures } = ipvs.batch(commands, { throwOnFailure: false });
  for (const { index, error } of failures) report.bad((changes[index] as Change).number, error);
}

/** Runs of changes, which are sent together, and of other lines. */
function* parts(rules: readonly Rule[]): Generator<Rule[]> {
  let part: Rule[] = [];
  for (const rule of rules) {
    if (part.length > 0 && isChange(rule) !== isChange(part[0])) {
      yield part;
      part = [];
    }
    part.push(rule);
  }
  if (part.length > 0) yield part;
}
