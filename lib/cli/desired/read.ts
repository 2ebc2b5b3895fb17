/** The desired state of `lvsadm plan` and `lvsadm apply`: a rule file, or JSON as `lvsadm -L --json` prints it. */

import { readFileSync } from 'node:fs';
import type { DesiredService, DestinationSpec, ServiceKey } from '../../index';
import { describeDestination } from '../../model/destination';
import { describeService } from '../../model/service';
import { CommandLineError } from '../../rules/command-line-error';
import { Hosts } from '../../rules/host-names';
import { type Rule, readRulesWithHosts } from '../../rules/rule-file';
import { canonicalDestination, canonicalService } from '../../wire/canonical';
import { readAll } from '../descriptors';
import { inWords } from '../wording';

/** The text of a file; `-` is standard input. */
function readText(file: string): string {
  try {
    return file === '-' ? readAll(0) : readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandLineError(`${file} cannot be read: ${(error as Error).message}`);
  }
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CommandLineError(`${file} is no JSON: ${(error as Error).message}`);
  }
}

/** Reads a desired state. Throws a `CommandLineError` at the first line that is wrong. */
export async function readDesired(file: string): Promise<DesiredService[]> {
  const text = readText(file);
  if (/^\s*\[[\s{\]]/.test(text)) return parseJson(file, text) as DesiredService[];
  return desiredOf(await readRulesWithHosts(text, new Hosts()));
}

/** Reads keys of services: an array of them, or what `lvsadm apply --json` has printed. */
export function readOwns(file: string): Iterable<ServiceKey> {
  const read = parseJson(file, readText(file)) as { owns?: ServiceKey[] } | ServiceKey[];
  return Array.isArray(read) ? read : (read.owns ?? []);
}

/** The services that the rules of a file add, with their real servers. */
export function desiredOf(rules: readonly Rule[]): DesiredService[] {
  const services = new Map<string, Named>();
  for (const rule of rules) {
    try {
      take(rule, services);
    } catch (error) {
      throw new CommandLineError(`line ${rule.number}: ${inWords(error)}`);
    }
  }
  return [...services.values()].map(({ service }) => service);
}

interface Named {
  line: number;
  service: DesiredService & { destinations: DestinationSpec[] };
  /** The lines of its real servers, by their names. */
  destinations: Map<string, number>;
}

function take({ number, command, error }: Rule, services: Map<string, Named>): void {
  if (error !== undefined) throw error;
  if (command?.op === 'addService') {
    const name = describeService(canonicalService(command.service));
    const first = services.get(name);
    if (first !== undefined) throw new CommandLineError(`${name} is added by line ${first.line} already`);
    const service = { ...command.service, destinations: [] };
    services.set(name, { line: number, service, destinations: new Map() });
  } else if (command?.op === 'addDestination') {
    const name = describeService(canonicalService(command.service));
    const of = services.get(name);
    if (of === undefined) throw new CommandLineError(`no line before it adds ${name}`);
    const server = describeDestination(canonicalDestination(command.destination));
    const first = of.destinations.get(server);
    if (first !== undefined) {
      throw new CommandLineError(`${server} of ${name} is added by line ${first} already`);
    }
    of.destinations.set(server, number);
    of.service.destinations.push(command.destination);
  } else {
    throw new CommandLineError('a desired state is made of -A and -a only, as -S prints them');
  }
}
