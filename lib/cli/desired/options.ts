/** The options that `lvsadm plan` and `lvsadm apply` share. */

import type { DesiredService, Guard, KeptField, PlanOptions } from '../../index';
import { CommandLineError } from '../../rules/command-line-error';
import { type Given, helpOf, readLine } from '../program-options';
import type { ProgramName } from '../programs';
import { Status } from '../status';
import { inWords } from '../wording';
import { readDesired, readOwns } from './read';

/** A line of either program. */
export interface DesiredLine {
  desired: DesiredService[];
  options: PlanOptions;
  given: Given;
}

/** Runs a program of a desired state, and returns its exit status: 1 where something was wrong. */
export async function startDesired(
  name: ProgramName,
  words: readonly string[],
  run: (line: DesiredLine) => Promise<number>,
): Promise<number> {
  try {
    const { given, argument } = readLine(name, words);
    if (given.help) {
      process.stdout.write(helpOf(name));
      return Status.done;
    }
    const desired = await readDesired(argument as string);
    return await run({ desired, options: planOptions(given), given });
  } catch (error) {
    process.stderr.write(`lvsadm ${name}: ${inWords(error)}\n`);
    return Status.failed;
  }
}

function planOptions({ owns = 'named', keep = [], guard = '' }: Given): PlanOptions {
  return {
    owns: owns === 'named' || owns === 'all' ? owns : readOwns(owns as string),
    keep: (keep as string[]).flatMap((names) => names.split(',')) as KeptField[],
    guard: guardOf(guard as string),
  };
}

/** `off`, or `minDestinations=2,maxRemovedServices=0.1`. */
export function guardOf(text: string): Guard | false {
  if (text === 'off') return false;
  const bounds = text.split(',').filter((bound) => bound !== '');
  return Object.fromEntries(
    bounds.map((bound) => {
      const [, name, value] = /^(\w+)=([0-9.]+)$/.exec(bound) ?? [];
      if (name === undefined) {
        throw new CommandLineError(
          `--guard ${text}: must be off, or like minDestinations=2,maxRemovedServices=0.1`,
        );
      }
      return [name, Number(value)];
    }),
  );
}
