/** Cancelling by an `AbortSignal`, as Node's own functions are cancelled. */

/** The class alone is loaded with the package. */
const argument = () => require('./argument') as typeof import('./argument');

/** What was asked for was aborted by its `AbortSignal`; `cause` is the signal's reason. */
export class AbortError extends Error {
  /** Always `AbortError`. */
  override readonly name = 'AbortError';
  /** Always `ABORT_ERR`, as for Node's own functions. */
  readonly code = 'ABORT_ERR';

  /** For doubles in tests: the library makes its own. */
  constructor(signal: AbortSignal) {
    super('The operation was aborted', { cause: signal.reason });
  }
}

/** A signal, or none. Told by its shape, as Node does: it may come from another realm. */
export function checkSignal(path: string, value: unknown): AbortSignal | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value === null || !('aborted' in value)) {
    throw argument().invalidType(path, 'an AbortSignal', value);
  }
  return value as AbortSignal;
}
