/** Options that exclude each other. */

import { CommandLineError } from './command-line-error';
import type { Line } from './line';
import type { OptionName } from './options';
import { spelled } from './spelling';

/** Throws where the line has two of these. */
export function checkOneOf(line: Line, options: readonly OptionName[]): void {
  const [first, second] = options.filter((option) => line.has(option));
  if (second !== undefined) {
    throw notTogether([first as OptionName, second]);
  }
}

/** The error of options that a line may not have at the same time. */
export function notTogether(options: readonly OptionName[]): CommandLineError {
  return new CommandLineError(`${options.map(spelled).join(' and ')} cannot be given together`);
}
