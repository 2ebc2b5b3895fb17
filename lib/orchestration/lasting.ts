import { IpvsError } from '../errors/ipvs-error';

/** How many readings in a row may fail before what needs them fails. */
const MOST = 3;

/** The codes with which nothing is there any more: the service is gone, or the module and all services with it. */
const GONE = new Set<string | undefined>(['ESRCH', 'ERR_IPVS_MODULE_MISSING']);

/** Whether the error says that what was asked for is gone. */
export function isGone(error: unknown): boolean {
  return error instanceof IpvsError && GONE.has(error.code);
}

/** Whether the error says that the service has no such real server. */
export function isNoSuchDestination(error: unknown): boolean {
  return error instanceof IpvsError && error.code === 'ENOENT';
}

/** Tells failures that last from those that pass: an answer that was lost, or came too late. */
export class Failures {
  #inARow = 0;

  /** Throws the error where it is one too many. */
  note(error: unknown): void {
    if (!(error instanceof IpvsError) || ++this.#inARow === MOST) throw error;
  }

  /** A reading went well. */
  reset(): void {
    this.#inARow = 0;
  }
}
