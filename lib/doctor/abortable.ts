import { AbortError } from '../index';

/** What `work` comes to, or an `AbortError` where the signal ended it. */
export async function abortable<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  try {
    signal?.throwIfAborted();
    return await work();
  } catch (error) {
    if (signal?.aborted && error === signal.reason) throw new AbortError(signal);
    throw error;
  }
}
