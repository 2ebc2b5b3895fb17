/** The words of a command line -> a `Line`. */

import { check } from './check-line';
import { CommandLineError, ofValue, shownWord } from './command-line-error';
import { COMMANDS, type CommandName, commandSpellings } from './commands';
import type { Hosts } from './host-names';
import { Line } from './line';
import { OPTIONS, type OptionRule, TUNNEL_OPTIONS } from './options';
import { Scanner, type Spelling, Vocabulary } from './scanner';
import { spelled, spelling } from './spelling';

const values = () => require('./option-values') as typeof import('./option-values');

/** What a word can spell: a command, or an option. */
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
        `${shownWord(scanner.word)}: a line has only one command, which stands first`,
      );
    }
    if (option.is !== undefined) {
      if (line.has(option.is)) throw new CommandLineError(`only one ${spelled(option.is)} may be given`);
      line.given.push(option.is);
      if (TUNNEL_OPTIONS.has(option.is)) line.tunnelOptions.push(option.is);
    }
    read(option, line, scanner.value);
  }
  line.words = scanner.leftOver;
  check(line);
  return line;
}

let readers: ReturnType<typeof values>['READERS'] | undefined;

/** Stores an option and the value that was given with it in the line. */
export function read(option: Entry, line: Line, value = option.optional ?? ''): void {
  if (option.read === undefined) return;
  readers ??= values().READERS;
  try {
    readers[option.long]?.(line, value);
  } catch (error) {
    throw ofValue(spelling(option), value, error);
  }
}

function readCommand(scanner: Scanner<Entry>): CommandName {
  let why: string;
  try {
    const option = scanner.next();
    if (option?.command !== undefined) return option.command;
    why = `${shownWord(scanner.leftOver[0] ?? scanner.word)}: a line begins with its command`;
  } catch (error) {
    why = (error as Error).message;
  }
  throw new CommandLineError(`${why}; --help lists the commands`, { unreadable: true });
}

function readRole(command: CommandName, value: string | undefined): string | undefined {
  if (command !== 'start-daemon' && command !== 'stop-daemon') return undefined;
  if (value === 'master' || value === 'backup') return value;
  throw new CommandLineError(
    `--${COMMANDS[command].long} ${shownWord(value ?? '')}: must be master or backup`,
  );
}
