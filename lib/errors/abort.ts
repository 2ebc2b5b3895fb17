/** Cancelling by an `AbortSignal`, as Node's own functions are cancelled. */

import { invalidType } from './argument';

/** What was asked for was aborted; `cause` is the signal's reason. */
export class AbortError extends Error {
  override readonly name = 'AbortError';
  readonly code = 'ABORT_ERR';

  constructor(signal: AbortSignal) {
    super('The operation was aborted', { cause: signal.reason });
  }
}

/** A signal, or none. By its looks, as Node does: it may be of another realm. */
export function checkSignal(path: string, value: unknown): AbortSignal | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null || !('aborted' in value)) {
    throw invalidType(path, 'an AbortSignal', value);
  }
  return value as AbortSignal;
}
