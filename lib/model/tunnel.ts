/** How packets are wrapped on their way to a real server behind a tunnel. */

/**
 * IP in IP, generic UDP encapsulation, or generic routing encapsulation. `port` is the UDP port that the real server takes
 * packets at, 1 … 65535; `checksum` defaults to `none`.
 */
export type Tunnel =
  | { type: 'ipip' }
  | { type: 'gue'; port: number; checksum?: 'none' | 'checksum' | 'remote-checksum' | undefined }
  | { type: 'gre'; checksum?: 'none' | 'checksum' | undefined };

export const GUE = 1;
export const GRE = 2;

/** The kernel's bits. */
export const CHECKSUM = 1;
export const REMOTE_CHECKSUM = 2;
