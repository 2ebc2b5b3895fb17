/** Checks what can only be checked when the whole line has been read: what goes together. */

import { CommandLineError, shownWord } from './command-line-error';
import { COMMANDS, type CommandRule } from './commands';
import { checkOneOf, notTogether } from './exclusive';
import type { Line } from './line';
import type { OptionName } from './options';
import { spelled, spelling } from './spelling';

/** A listing names no service, and has none of its values. */
const values = () => require('./check-values') as typeof import('./check-values');

/** Throws a `CommandLineError` for the first fault. */
export function check(line: Line): void {
  checkWords(line);
  if (line.has('sched-flags') || line.has('ops')) values().readFlags(line);
  checkOptions(line);
  if (/^(add|edit)-/.test(line.command)) values().checkTarget(line);
}

function checkWords({ command, words }: Line): void {
  const expected = command === 'set' ? 3 : 0;
  if (words.length < expected)
    throw new CommandLineError('--set needs three timeouts in seconds: tcp tcpfin udp');
  for (const word of words.slice(0, expected)) values().checkTimeout(word);
  if (words.length > expected) {
    throw new CommandLineError(`${shownWord(words[expected] as string)}: no option takes this word`);
  }
}

const NONE: readonly never[] = [];

function checkOptions(line: Line): void {
  const { needs = NONE, takes = NONE, oneOf = NONE, apart = NONE }: CommandRule = COMMANDS[line.command];
  const command = spelling(COMMANDS[line.command]);
  for (const option of needs) {
    if (!line.has(option)) {
      throw new CommandLineError(`${command} needs ${spelled(option)}`);
    }
  }
  for (const option of line.given) {
    if (!needs.includes(option) && !takes.includes(option) && !oneOf.includes(option)) {
      throw new CommandLineError(`${command} does not take ${spelled(option)}`);
    }
  }
  if (oneOf.length > 0) checkOneOf(line, oneOf);
  if (apart.length > 0) checkApart(line, apart);
}

function checkApart(line: Line, sets: readonly (readonly OptionName[])[]): void {
  const given = sets
    .map((set) => set.find((option) => line.has(option)))
    .filter((option) => option !== undefined);
  const [director] = (['timeout', 'daemon'] as const).filter((option) => line.has(option));
  if (line.has('persistent-conn') && director !== undefined) given.push('persistent-conn');
  if (given.length > 1) throw notTogether(given);
}
