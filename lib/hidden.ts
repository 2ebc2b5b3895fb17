/** The names of what a handle has for other parts of the package. Registered, since such a part may be a file of its own. */

/** Reads the whole table packed, with or without counters: for those who need no objects. */
export const PACKED_TABLE: unique symbol = Symbol.for('@lvs/netlink packed table') as never;

/** The handle's `BackendHost`, where it has one: for the doctor. */
export const HOST: unique symbol = Symbol.for('@lvs/netlink host') as never;
