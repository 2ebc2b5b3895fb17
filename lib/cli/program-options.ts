/** Reads the options of a program. */

import { parseArgs } from 'node:util';
import { CommandLineError } from '../rules/command-line-error';
import { optionRow, PROGRAMS, type ProgramName, type ProgramRule, usageOf } from './programs';

/** What was given: a text, texts, or true, by the option. */
export type Given = Record<string, string | string[] | boolean | undefined>;

/** The options of a line without lvsadm and the program's word. Throws a `CommandLineError` where they are none. */
export function readOptions(name: ProgramName, words: readonly string[]): Given {
  return readLine(name, words).given;
}

/** As `readOptions`, with the argument of a program that has one; it may be missing where help was asked for. */
export function readLine(
  name: ProgramName,
  words: readonly string[],
): { given: Given; argument: string | undefined } {
  const { options, argument: expected }: ProgramRule = PROGRAMS[name];
  const known = options.map(({ long, short, value, multiple = false }) => {
    const type = value === undefined ? 'boolean' : 'string';
    return [long, { type, multiple, ...(short !== undefined && { short }) }] as const;
  });
  try {
    const { values, positionals } = parseArgs({
      args: [...words],
      options: { ...Object.fromEntries(known), help: { type: 'boolean', short: 'h' } },
      strict: true,
      allowPositionals: expected !== undefined,
    });
    const enough = expected?.startsWith('[') ? positionals.length <= 1 : positionals.length === 1;
    if (expected !== undefined && !enough && values.help !== true) {
      throw new Error(
        positionals.length === 0 ? `${expected} is missing` : `only one ${expected} may be given`,
      );
    }
    return { given: values as Given, argument: positionals[0] };
  } catch (error) {
    const [sentence = ''] = (error as Error).message.split(/\. |\n/);
    throw new CommandLineError(`${sentence.replace(/\.$/, '')}; see lvsadm ${name} --help`, {
      unreadable: true,
    });
  }
}

/** The help of a program. */
export function helpOf(name: ProgramName): string {
  const { does, options }: ProgramRule = PROGRAMS[name];
  return `${usageOf(name)}: ${does}\n\n${options.map(optionRow).join('')}`;
}
