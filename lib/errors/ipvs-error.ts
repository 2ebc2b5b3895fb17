/** What a refusal says: the kernel's errno, and a sentence that a person can act on. */

import { getSystemErrorName } from 'node:util';
import type { BatchResult } from '../model/types';
import { Failure } from '../wire/records';
import { explain } from './reasons';

/**
 * `code` is the kernel's errno name (`EEXIST`, `ESRCH`, `ENOENT`, `EPERM`, …) where the kernel refused, or one of
 * these where the library did.
 */
export type IpvsErrorCode =
  /** Not Linux. */
  | 'ERR_IPVS_PLATFORM'
  /** No native binary for this platform, architecture and libc. The message says how to build one. */
  | 'ERR_IPVS_ADDON_MISSING'
  /** libnl-3 or libnl-genl-3 is not installed. The message names the distribution's package. */
  | 'ERR_IPVS_LIBNL_MISSING'
  /** The kernel has no IPVS and could not load it. */
  | 'ERR_IPVS_MODULE_MISSING'
  /** The handle is closed, or was closed while the request waited. */
  | 'ERR_IPVS_CLOSED'
  /** The deadline passed. */
  | 'ERR_IPVS_TIMEOUT'
  /** The kernel's answer could not be understood. */
  | 'ERR_IPVS_PROTOCOL'
  /** The running kernel does not know what was asked for, and would have ignored it. The message says since when. */
  | 'ERR_IPVS_UNSUPPORTED';

/** What an `IpvsError` carries beside its message. */
export interface IpvsErrorDetails {
  errno?: number;
  syscall?: string;
  target?: unknown;
  cause?: unknown;
}

/** A request that the kernel, or the library on its way there, refused. */
export class IpvsError extends Error {
  override readonly name = 'IpvsError';
  readonly code: IpvsErrorCode | (string & {});
  /** Negative errno, as Node's own system errors carry it; absent where the library refused. */
  declare readonly errno?: number;
  /** What was asked, e.g. `addService`; Node's system errors call it so. */
  declare readonly syscall?: string;
  /** The service, destination or daemon it was asked of. */
  declare readonly target?: unknown;

  constructor(code: IpvsErrorCode | (string & {}), message: string, details: IpvsErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    if (details.errno !== undefined) this.errno = details.errno;
    if (details.syscall !== undefined) this.syscall = details.syscall;
    if (details.target !== undefined) this.target = details.target;
  }
}

/** Thrown by `batch` where the kernel refused any command. `errors` holds one `IpvsError` per refused command. */
export class BatchError extends AggregateError {
  override readonly name = 'BatchError';
  /** What `batch` would have returned. */
  readonly result: BatchResult;

  constructor(result: BatchResult) {
    const { applied, failures } = result;
    const first = failures[0];
    super(
      failures.map((failure) => failure.error),
      `batch: ${failures.length} of ${applied + failures.length} commands refused` +
        (first ? `; the first is commands[${first.index}]: ${first.error.message}` : ''),
    );
    this.result = result;
  }
}

/** What was asked, and of what: as messages and errors name it. */
export interface Request {
  /** The verb. */
  syscall: string;
  /** What the verb was given to act on; absent for director-wide verbs. */
  target?: unknown;
  /** The target in words: `tcp 10.0.0.1:80`. */
  subject?(): string;
}

const LIBRARY_FAILURES: Record<number, [IpvsErrorCode, string]> = {
  [Failure.protocol]: ['ERR_IPVS_PROTOCOL', "the kernel's answer could not be understood"],
  [Failure.timeout]: [
    'ERR_IPVS_TIMEOUT',
    'the deadline passed; whether it was carried out is not known. OpenOptions.timeout sets the deadline',
  ],
  [Failure.unsupported]: [
    'ERR_IPVS_UNSUPPORTED',
    'this kernel does not know it and would have ignored it: tunnels of type gue need Linux 5.2, gre and tunnel ' +
      'checksums 5.3, destinations of another family 3.18, options of sync daemons 4.3',
  ],
  [Failure.moduleMissing]: ['ERR_IPVS_MODULE_MISSING', 'the kernel has no IPVS any more: modprobe ip_vs'],
};

function headline(request: Request): string {
  return request.subject === undefined ? request.syscall : `${request.syscall} ${request.subject()}`;
}

/** A request that was answered with a status other than 0. `text` is the kernel's own, mostly empty. */
export function refused(request: Request, status: number, text = ''): IpvsError {
  const { syscall, target } = request;
  const library = LIBRARY_FAILURES[status];
  if (library !== undefined) {
    return new IpvsError(library[0], `${headline(request)}: ${library[1]}`, { syscall, target });
  }
  const code = getSystemErrorName(-status);
  const said = text === '' ? '' : ` The kernel says: ${text}.`;
  const message = `${headline(request)}: ${explain(code, request)} (${code}).${said}`;
  return new IpvsError(code, message, { errno: -status, syscall, target });
}

/** The handle is closed. */
export function closed(request: Request): IpvsError {
  return new IpvsError('ERR_IPVS_CLOSED', `${headline(request)}: the handle is closed`, {
    syscall: request.syscall,
    target: request.target,
  });
}
