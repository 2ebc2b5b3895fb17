import { MAX_INT } from '../errors/argument';
import { CommandLineError } from '../rules/command-line-error';

const LONGEST = Math.floor(MAX_INT / 1000);

/** Milliseconds, from an option's seconds, which may be `0.5`; `undefined` where it was not given. */
export function millisecondsOf(option: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const milliseconds = Math.round(Number(text) * 1000);
  if (!/^\d+(\.\d+)?$/.test(text) || milliseconds < least || milliseconds > LONGEST * 1000) {
    throw new CommandLineError(`--${option} ${text}: must be seconds from ${least / 1000} to ${LONGEST}`);
  }
  return milliseconds;
}
