/** How a handle is opened. */

import type { Backend } from '../backend/backend';
import { Fields } from '../errors/fields';
import { OneOf } from './one-of';

/** How a handle is opened. */
export interface OpenOptions {
  /** Another network namespace: its path (`/run/netns/blue`), a process in it, or an open descriptor. */
  netns?: string | { pid: number } | { fd: number } | undefined;
  /**
   * Milliseconds without an answer after which a request rejects with `ERR_IPVS_TIMEOUT`. A long list or batch that
   * progresses goes on: bound it with `signal`. Default 10000; 0 waits for ever.
   */
  timeout?: number | undefined;
  /**
   * Which of the kernel's two ways in. `auto`, the default: generic netlink, with the socket options for what they tell
   * whole and cheaper, most lists of destinations and whether others are complete; and these alone where they are the only
   * way in: for root of a user namespace, as in rootless containers, the kernel refuses netlink (`GENL_ADMIN_PERM`).
   * `netlink`: nothing else.
   * `socket-options`: nothing else. They know IPv4 only, no persistence engines, no tunnels but ipip, no options of sync
   * daemons (`ERR_IPVS_UNSUPPORTED`), and 32 bits of the numbers of connections and packets. `info` says which it is.
   */
  channel?: 'auto' | 'netlink' | 'socket-options' | undefined;
  /** What carries requests out. Default: the native addon on this machine's kernel. The simulator is another. */
  backend?: Backend | undefined;
}

export const OPEN_OPTIONS = new Fields(['netns', 'timeout', 'channel', 'backend']);
/** By the addon's numbers (Channel in native/ipvs/conversation.h). */
export const CHANNELS = new OneOf([
  ['auto', 0],
  ['netlink', 1],
  ['socket-options', 2],
]);

export const NETNS_FIELDS = new Fields(['pid', 'fd']);
