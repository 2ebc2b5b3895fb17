/** Opening: what both handles do with `OpenOptions`, and what a failure says. */

import { getSystemErrorName } from 'node:util';
import { type OpenFailure, OpenStep } from '../backend/addon';
import { checkInteger, checkObject, invalidType } from '../errors/argument';
import { IpvsError, refused } from '../errors/ipvs-error';
import type { OpenOptions } from '../model/types';
import { Failure } from '../wire/records';

const DEFAULT_TIMEOUT = 10_000;
const MAX_INT = 2147483647;

/** What the options come to. */
export interface Opening {
  /** A namespace by path or descriptor; none is the process's own. */
  netns: string | number | undefined;
  /** The namespace in words. */
  where: string;
  timeout: number;
}

/** Checks the options. */
export function checkOptions(options: OpenOptions): Opening {
  checkObject('options', options);
  const timeout = checkInteger('options.timeout', options.timeout ?? DEFAULT_TIMEOUT, 0, MAX_INT);
  return { ...checkNetns(options.netns), timeout };
}

function checkNetns(netns: unknown): { netns: string | number | undefined; where: string } {
  if (netns === undefined) return { netns, where: 'this network namespace' };
  if (typeof netns === 'string' && netns !== '') return { netns, where: `network namespace ${netns}` };
  const { pid, fd } = (typeof netns === 'object' && netns !== null ? netns : {}) as {
    pid?: unknown;
    fd?: unknown;
  };
  if (pid !== undefined && fd === undefined) {
    checkInteger('options.netns.pid', pid, 1, MAX_INT);
    return { netns: `/proc/${pid}/ns/net`, where: `the network namespace of process ${pid}` };
  }
  if (fd !== undefined && pid === undefined) {
    const netns = checkInteger('options.netns.fd', fd, 0, MAX_INT);
    return { netns, where: `the network namespace of descriptor ${fd}` };
  }
  throw invalidType('options.netns', 'a path, { pid } or { fd }', netns);
}

/**
 * What the promise comes to, or `ERR_IPVS_TIMEOUT`: loading the kernel's module can take long. 0 milliseconds waits for
 * ever.
 */
export async function inTime<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  if (milliseconds === 0) return promise;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(refused({ syscall: 'open' }, Failure.timeout)), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

const NETNS_REASONS: Record<string, string> = {
  EPERM: 'entering another namespace needs CAP_SYS_ADMIN',
  ENOENT: 'there is none (ip netns list shows those with a name)',
  EINVAL: 'that is no network namespace',
  EBADF: 'that descriptor is not open',
  EACCES: 'it may not be read',
};

/** What a failure to open says. */
export function openFailed([step, errno]: OpenFailure, { where }: Opening): IpvsError {
  const details = { errno: -errno, syscall: 'open' };
  const code = getSystemErrorName(-errno);
  if (step === OpenStep.netns) {
    return new IpvsError(
      code,
      `open ${where}: ${NETNS_REASONS[code] ?? 'it cannot be entered'} (${code})`,
      details,
    );
  }
  if (code === 'ENOENT') {
    return new IpvsError(
      'ERR_IPVS_MODULE_MISSING',
      'open: the kernel has no IPVS and could not load it. Load it where the kernel runs (for a container, on its host): modprobe ip_vs',
      { syscall: 'open' },
    );
  }
  return new IpvsError(code, `open: no netlink socket in ${where} (${code})`, details);
}
