/** Persistence: how long a client stays with its real server, and which clients count as one. */

import { checkInteger, checkString, invalidType, invalidValue } from '../errors/argument';
import { Fields } from '../errors/fields';
import { AF_INET, AF_INET6, parseAddress } from './address';
import { prefixMask } from './netmask';
import { MAX_PERSISTENCE_TIMEOUT } from './persistence-timeout';

/** How a persistent service keeps clients with their real servers. */
export interface Persistence {
  /** Seconds, 1 … 2678400. Default 360, as ipvsadm and keepalived use (ipvsadm's manual says 300). */
  timeout?: number | undefined;
  /** Clients within one prefix stick together: a prefix length, or for IPv4 a dotted mask. Default: the whole address. */
  netmask?: number | string | undefined;
  /** Persistence engine, e.g. `sip`. The kernel loads `ip_vs_pe_<name>` on demand. Default none. */
  engine?: string | undefined;
}

export const PERSISTENCE_FIELDS = new Fields(['timeout', 'netmask', 'engine']);

const ENGINE = "a persistence engine's name, such as 'sip'";
const ENGINE_NAME = /^[A-Za-z0-9_-]{1,16}$/;

export function checkPersistenceTimeout(path: string, value: unknown): number {
  return checkInteger(path, value, 1, MAX_PERSISTENCE_TIMEOUT);
}

export function checkEngine(path: string, value: unknown): string {
  const name = checkString(path, value, ENGINE);
  if (!ENGINE_NAME.test(name)) throw invalidValue(path, ENGINE, name);
  return name;
}

/** The mask of the whole address, as the kernel takes it. */
export function wholeAddress(family: number): number {
  return family === AF_INET6 ? 128 : 0xffffffff;
}

/** The mask itself for IPv4, the prefix length for IPv6: so the kernel takes it. */
export function checkNetmask(path: string, value: unknown, family: number): number {
  if (family === AF_INET6) return checkInteger(path, value, 1, 128);
  if (typeof value === 'number') return prefixMask(checkInteger(path, value, 0, 32));
  const expected = 'a prefix length or a dotted mask';
  if (typeof value !== 'string') throw invalidType(path, expected, value);
  const bytes = new Uint8Array(16);
  if (parseAddress(value, bytes, 0) !== AF_INET) {
    const length = /^\/?(\d{1,2})$/.exec(value)?.[1];
    throw invalidValue(
      path,
      expected,
      value,
      length === undefined ? '' : `a prefix length is a number: ${length}`,
    );
  }
  return new DataView(bytes.buffer).getUint32(0);
}
