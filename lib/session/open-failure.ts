/** What a failure to open says. */

import { type OpenFailure, OpenStep } from '../backend/backend';
import { errnoName } from '../errors/errno';
import type { IpvsError } from '../errors/ipvs-error';
import { PROCESS_REASONS } from '../errors/reasons';
import { refusal } from '../errors/refusal';
import type { Opening } from './opening';

const NETNS_REASONS: Record<string, string> = {
  EPERM: 'entering another namespace needs CAP_SYS_ADMIN',
  ENOENT: 'there is none (ip netns list shows those with a name)',
  EINVAL: 'that is not a network namespace',
  EBADF: 'that descriptor is not open',
  EACCES: 'it may not be read',
};

const SOCKET_FORBIDDEN =
  'this process may not open one: a seccomp filter or a security module (SELinux, AppArmor) forbids it';

const SOCKET_REASONS: Record<string, string> = {
  EPERM: SOCKET_FORBIDDEN,
  EACCES: SOCKET_FORBIDDEN,
  EAFNOSUPPORT:
    'this process may not use netlink: RestrictAddressFamilies= of its systemd unit, or a seccomp filter, has to allow ' +
    'AF_NETLINK',
  EPROTONOSUPPORT: 'the kernel has no generic netlink',
  ...PROCESS_REASONS,
};

/** The error of a failure to open. */
export function openFailed([step, errno]: OpenFailure, { where, pid }: Opening): IpvsError {
  const asked = { syscall: 'open', reads: true };
  const details = { errno: -errno };
  const code = errnoName(errno);
  if (step === OpenStep.netns) {
    const gone = code === 'ENOENT' && pid !== undefined ? 'there is no such process' : NETNS_REASONS[code];
    const why = `${gone ?? PROCESS_REASONS[code] ?? 'it cannot be entered'} (${code})`;
    return refusal(code, { ...asked, subject: () => where }, why, details);
  }
  if (code === 'ENOENT') {
    return refusal(
      'ERR_IPVS_MODULE_MISSING',
      asked,
      'the kernel has no IPVS and could not load it. Load it where the kernel runs (for a container, on its host): modprobe ip_vs',
    );
  }
  const reason = SOCKET_REASONS[code];
  const why = `no socket in ${where}${reason === undefined ? '' : `: ${reason}`} (${code})`;
  return refusal(code, asked, why, details);
}
