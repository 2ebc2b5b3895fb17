/** The exit statuses: those of ipvsadm. */

import { CommandLineError } from '../rules/command-line-error';

export const Status = {
  done: 0,
  /** A listing failed, or standard output cannot be written. */
  failed: 1,
  /** A value or a combination of options is invalid; standard input cannot be read; or there is no IPVS. */
  wrong: 2,
  /** The kernel refused a change, or an option is unknown. */
  refused: 255,
} as const;

/** The status for an error of a line. */
export function statusOf(error: unknown): number {
  if (!(error instanceof CommandLineError)) return Status.refused;
  return error.unreadable ? Status.refused : Status.wrong;
}
