/** Reads the options of a program. */

import { parseArgs } from 'node:util';
import { CommandLineError } from '../rules/command-line-error';
import { optionRow, PROGRAMS, type ProgramName, type ProgramRule } from './programs';

/** What was given: a text, texts, or true, by the option. */
export type Given = Record<string, string | string[] | boolean | undefined>;

/** The options of a line without lvsadm and the program's word. Throws a `CommandLineError` where they are none. */
export function readOptions(name: ProgramName, words: readonly string[]): Given {
  const { options }: ProgramRule = PROGRAMS[name];
  const known = options.map(({ long, value, multiple = false }) => {
    return [long, { type: value === undefined ? 'boolean' : 'string', multiple }] as const;
  });
  try {
    const { values } = parseArgs({
      args: [...words],
      options: { ...Object.fromEntries(known), help: { type: 'boolean', short: 'h' } },
      strict: true,
    });
    return values as Given;
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
  return `lvsadm ${name} [options]: ${does}\n\n${options.map(optionRow).join('')}`;
}
