/**
 * Linux's names of error numbers. Node gives those of the machine that it runs on, and a simulated kernel answers with
 * Linux's on any machine.
 */

import { getSystemErrorName } from 'node:util';

const LINUX = new Map<string, number>([
  ['EPERM', 1],
  ['ENOENT', 2],
  ['ESRCH', 3],
  ['EINTR', 4],
  ['EIO', 5],
  ['EBADF', 9],
  ['EAGAIN', 11],
  ['ENOMEM', 12],
  ['EACCES', 13],
  ['EBUSY', 16],
  ['EEXIST', 17],
  ['ENODEV', 19],
  ['EINVAL', 22],
  ['EMFILE', 24],
  ['ERANGE', 34],
  ['EPROTO', 71],
  ['EBADMSG', 74],
  ['EMSGSIZE', 90],
  ['ENOPROTOOPT', 92],
  ['EPROTONOSUPPORT', 93],
  ['EOPNOTSUPP', 95],
  ['EAFNOSUPPORT', 97],
  ['EADDRINUSE', 98],
  ['EADDRNOTAVAIL', 99],
  ['ENETDOWN', 100],
  ['ENETUNREACH', 101],
  ['ENOBUFS', 105],
  ['ETIMEDOUT', 110],
  ['ECONNREFUSED', 111],
]);

const NAMES = new Map([...LINUX].map(([name, number]) => [number, name]));

/** The name of Linux's error number, which is positive. */
export function errnoName(number: number): string {
  return NAMES.get(number) ?? getSystemErrorName(-number);
}

/** Linux's number of the name; none where IPVS and netlink never answer with it. */
export function errnoNumber(name: string): number | undefined {
  return LINUX.get(name);
}

/** The names that `errnoNumber` knows. */
export const ERRNO_NAMES: readonly string[] = [...LINUX.keys()];
