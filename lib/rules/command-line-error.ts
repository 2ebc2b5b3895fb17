/** Errors of command lines. */

import { shortened } from '../errors/shortened';

export class CommandLineError extends Error {
  override readonly name = 'CommandLineError';
  /** True where an option or the command is unknown; otherwise a value or a combination of options is invalid. */
  readonly unreadable: boolean;

  constructor(message: string, { unreadable = false } = {}) {
    super(message);
    this.unreadable = unreadable;
  }
}

/** The value of an option is wrong: `message` is the rest of a sentence that begins with the option and its value. */
export class ValueError extends Error {}

/** The error of a line in which `option` was given with `value`. */
export function ofValue(option: string, value: string, error: unknown): unknown {
  if (!(error instanceof ValueError)) return error;
  return new CommandLineError(`${option} ${shownWord(value)}: ${error.message}`);
}

/** A word of a line as messages show it. */
export function shownWord(word: string): string {
  return word === '' ? "''" : shortened(word);
}
