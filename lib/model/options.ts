/** How a handle is opened. */

import type { Backend } from '../backend/backend';
import { Fields } from '../errors/fields';

/** How a handle is opened. */
export interface OpenOptions {
  /** Another network namespace: its path (`/run/netns/blue`), a process in it, or an open descriptor. */
  netns?: string | { pid: number } | { fd: number } | undefined;
  /**
   * Milliseconds without an answer after which a request rejects with `ERR_IPVS_TIMEOUT`. A long list or batch that
   * progresses goes on: bound it with `signal`. Default 10000; 0 waits for ever.
   */
  timeout?: number | undefined;
  /** What carries requests out. Default: the native addon on this machine's kernel. The simulator is another. */
  backend?: Backend | undefined;
}

export const OPEN_OPTIONS = new Fields(['netns', 'timeout', 'backend']);
export const NETNS_FIELDS = new Fields(['pid', 'fd']);
