/** The error of everything that is refused for another reason than a bad argument. */

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
  /** The kernel gave no answer for as long as `OpenOptions.timeout` says. */
  | 'ERR_IPVS_TIMEOUT'
  /** The kernel's answer could not be understood. */
  | 'ERR_IPVS_PROTOCOL'
  /** The running kernel does not know what was asked for, and would have ignored it. The message says since when. */
  | 'ERR_IPVS_UNSUPPORTED'
  /** `apply` would leave a table that the guard forbids. */
  | 'ERR_IPVS_GUARD';

/** What an `IpvsError` carries beside its code and message; see its properties of the same names. */
export interface IpvsErrorDetails {
  /** Negative errno; absent where the library refused. */
  errno?: number | undefined;
  /** The verb. */
  syscall?: string | undefined;
  /** What the verb was asked of. */
  target?: unknown;
  /** The error behind this one. */
  cause?: unknown;
}

/** A request that the kernel, or the library on its way there, refused. */
export class IpvsError extends Error {
  /** Always `IpvsError`. */
  override readonly name = 'IpvsError';
  /** The kernel's errno name, or one of the library's own codes. */
  readonly code: IpvsErrorCode | (string & {});
  /** Negative errno, as Node's own system errors carry it; absent where the library refused. */
  declare readonly errno?: number;
  /** What was asked, e.g. `addService`; Node's system errors call it so. */
  declare readonly syscall?: string;
  /** The service, destination or daemon it was asked of. */
  declare readonly target?: unknown;

  /** For doubles in tests: the library makes its own. */
  constructor(code: IpvsErrorCode | (string & {}), message: string, details: IpvsErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    if (details.errno !== undefined) this.errno = details.errno;
    if (details.syscall !== undefined) this.syscall = details.syscall;
    if (details.target !== undefined) this.target = details.target;
  }
}
