/** The errors room: what a refusal says, whether the kernel's, the library's or that of a bad argument. */

/** A status below zero: the library refused, not the kernel (native/ipvs/records.h). */
export const Failure = {
  protocol: -1,
  timeout: -2,
  moduleMissing: -3,
  unsupported: -4,
  /** A patch gives flags that belong to another scheduler than the service's. */
  foreignFlags: -5,
  /** A patch gives a tunnel to a destination that is not reached by tunnel. */
  noTunnel: -6,
  /** The socket options, which are the way in, have no place for what was asked for. */
  notSaid: -7,
} as const;
