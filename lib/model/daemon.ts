/** Synchronisation daemons, which tell other directors of connections. */

import { checkString, invalidValue } from '../errors/argument';
import { Fields } from '../errors/fields';
import { OneOf } from './one-of';

/** A master sends, a backup receives; a director may have one of each. */
export type DaemonRole = 'master' | 'backup';

/** A synchronisation daemon to be started. */
export interface DaemonSpec {
  /** Whether it sends or receives. */
  role: DaemonRole;
  /** Network interface that carries the sync messages: a name of 1 to 15 bytes. */
  interface: string;
  /** 0 … 255. Default 0. */
  syncId?: number | undefined;
  /** Bytes, 1 … 65507. Default: the interface's MTU decides. */
  maxLength?: number | undefined;
  /** Since Linux 4.3; an older kernel would ignore it, and is not asked. */
  multicast?:
    | {
        /** Default 224.0.0.81. */
        group?: string | undefined;
        /** Default 8848. */
        port?: number | undefined;
        /** 1 … 255. Default 1. */
        ttl?: number | undefined;
      }
    | undefined;
}

/** A synchronisation daemon that runs: what is in force, the kernel's own choices included. */
export interface Daemon extends DaemonSpec {
  /** 0 … 255. A backup takes messages of its own id only; with 0, of every one (`ip_vs_process_message`). */
  syncId: number;
}

export const DAEMON_FIELDS = new Fields(['role', 'interface', 'syncId', 'maxLength', 'multicast']);
export const MULTICAST_FIELDS = new Fields(['group', 'port', 'ttl']);

/** The kernel's numbers. */
export const MASTER = 1;
export const ROLES = new OneOf([
  ['master', MASTER],
  ['backup', 2],
]);

const INTERFACE = "a network interface's name, of 1 to 15 bytes";
/** The whole name, a NUL behind it, is 16 bytes. */
const INTERFACE_NAME = /^[^\s/\0]{1,15}$/;

export function checkInterface(path: string, value: unknown): string {
  const name = checkString(path, value, INTERFACE);
  const fits = INTERFACE_NAME.test(name) && Buffer.byteLength(name) === name.length;
  if (!fits) throw invalidValue(path, INTERFACE, name);
  return name;
}
