/** `-R`: a file of rules as one batch. */

import { isArgumentError } from '../errors/argument';
import { refused } from '../errors/refusal';
import type { IpvsSync } from '../ipvs-sync';
import type { Hosts } from '../rules/host-names';
import type { Line } from '../rules/line';
import { type Rule, readRules, readRulesWithHosts, rulesOf } from '../rules/rule-file';
import { askedBy, checkCommand } from '../verbs/changes';
import { PackedChanges, type Refused } from '../verbs/packed-changes';
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
  const report = new Report(io);
  const text = io.stdin();
  if (!sentWhole(text, line.hosts, director, report)) {
    const { ipvs } = director;
    const rules = await readRulesWithHosts(text, line.hosts);
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

/** A file of good changes only is packed as it is read, and sent at once; of another one nothing is sent. */
function sentWhole(text: string, hosts: Hosts, director: Director, report: Report): boolean {
  const changes = packed(text, hosts);
  if (changes === undefined) return false;
  const failures = director.change(changes);
  if (failures.length > 0) tell(failures, readRules(text, hosts), report);
  return true;
}

/** The changes of a file; `undefined` where a line of it is bad, or none. */
function packed(text: string, hosts: Hosts): PackedChanges | undefined {
  const changes = new PackedChanges();
  for (const { command } of rulesOf(text, hosts)) {
    if (command === undefined) return undefined;
    try {
      changes.add(command);
    } catch (error) {
      if (isArgumentError(error)) return undefined;
      throw error;
    }
  }
  return changes;
}

/** The lines are read again: as long as all goes well nobody needs their numbers. */
function tell(failures: readonly Refused[], rules: readonly Rule[], report: Report): void {
  for (const { index, status, text, detail } of failures) {
    const { number, command } = rules[index] as Change;
    report.bad(number, refused(askedBy(command), status, text, detail));
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
