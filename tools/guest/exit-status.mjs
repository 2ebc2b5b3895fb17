// @ts-check
import { constants } from 'node:os';

/**
 * How a process ended, as a shell would tell it.
 *
 * @param {number | null | undefined} code
 * @param {NodeJS.Signals | null} signal
 */
export function exitStatus(code, signal) {
  return code ?? 128 + constants.signals[signal ?? 'SIGKILL'];
}
