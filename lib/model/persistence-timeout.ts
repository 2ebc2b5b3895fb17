/** How long a persistent service remembers a client, in seconds. */

/** In seconds. */
export const DEFAULT_PERSISTENCE_TIMEOUT = 360;
/** In seconds, 31 days: ipvsadm's bound, which the kernel does not have. */
export const MAX_PERSISTENCE_TIMEOUT = 2678400;
