/** Words -> a line that can be carried out. */

import { check } from './checks';
import { COMMANDS, type CommandName, commandSpellings } from './commands';
import { CommandLineError, Status } from './error';
import type { Hosts } from './hosts';
import { Line } from './line';
import { OPTIONS, type OptionRule } from './options';
import { Scanner, type Spelling, Vocabulary } from './popt';

/** What a word of options may say: a command, or an option of one. */
export type Entry = Spelling & { command?: CommandName; is?: OptionRule['is']; read?: OptionRule['read'] };

export const VOCABULARY = new Vocabulary<Entry>([...OPTIONS, ...commandSpellings()] as Entry[]);

/** Reads a command line without the program's name. Throws `CommandLineError`, or `UnresolvedHost`. */
export function parse(words: readonly string[], hosts: Hosts): Line {
  const scanner = new Scanner(words, VOCABULARY);
  const line = new Line(readCommand(scanner), hosts);
  if (line.command === 'help' || line.command === 'version') return line;
  line.role = readRole(line.command, scanner.value);
  for (let option = scanner.next(); option !== undefined; option = scanner.next()) {
    if (option.command !== undefined) {
      throw new CommandLineError(
        `invalid option \`${scanner.word}': a line has one command, and it comes first`,
      );
    }
    if (option.is !== undefined) {
      if (line.has(option.is)) throw new CommandLineError(`multiple '${option.is}' options specified`);
      line.given.push(option.is);
    }
    read(option, line, scanner.value);
  }
  line.words = scanner.leftOver;
  check(line);
  return line;
}

/** Has the line take note of an option, and of the value that was given with it. */
export function read(option: Entry, line: Line, value: string | undefined): void {
  option.read?.(line, value ?? option.optional ?? '');
}

function readCommand(scanner: Scanner<Entry>): CommandName {
  let why: string;
  try {
    const option = scanner.next();
    if (option?.command !== undefined) return option.command;
    const first = scanner.leftOver[0] ?? scanner.word;
    why = `${first === '' ? "''" : first}: the first option must be a command`;
  } catch (error) {
    why = (error as Error).message;
  }
  throw new CommandLineError(`${why}; --help shows them`, Status.unreadable);
}

function readRole(command: CommandName, value: string | undefined): string | undefined {
  if (command !== 'start-daemon' && command !== 'stop-daemon') return undefined;
  if (value === 'master' || value === 'backup') return value;
  throw new CommandLineError(`illegal ${COMMANDS[command].long} parameter specified: it is master or backup`);
}
