/**
 * Why the kernel refuses, by errno and verb. IPVS gives no reasons of its own (it sends no extended acknowledgement
 * texts), so they are derived from the order in which it checks each command.
 */

import type { Asked } from './asked';
import type { NameOf } from './wording';

/** Words the reason; `name` says what a verb or a field is called. */
type Reason = string | ((name: NameOf, asked: Asked) => string);

const DESTINATION_ADDRESS =
  'the kernel takes unicast and local addresses only, neither a broadcast nor a multicast one; and where no ' +
  "interface of the network namespace was ever up it takes no IPv4 address at all ('ip link set lo up' helps)";

const schedulerMissing: Reason = (name, { target }) => {
  const { scheduler = 'wlc', persistence } = target as {
    scheduler?: string;
    persistence?: { engine?: string } | boolean;
  };
  const engine = typeof persistence === 'object' ? persistence.engine : undefined;
  const missing = `the kernel has no scheduler '${scheduler}' and could not load ip_vs_${scheduler} (${name('service.scheduler')})`;
  if (engine === undefined) return missing;
  return `${missing}, or no persistence engine '${engine}' and could not load ip_vs_pe_${engine} (${name('service.persistence.engine')})`;
};

const destinationInvalid: Reason = (name, { target }) => {
  const { destination } = target as { destination: { forward?: string } };
  const crossing =
    destination.forward === 'tunnel'
      ? "; nor one of another family than its service's while a sync daemon runs"
      : '';
  return `${DESTINATION_ADDRESS}${crossing} (${name('destination.address')})`;
};

/** By errno, then by verb; `any` is for those that are not named. */
export const REASONS: Record<string, Record<string, Reason>> = {
  EEXIST: {
    addService: (name) => `the service exists already; ${name('setService')} changes it`,
    addDestination: (name) =>
      `the service has this destination already; ${name('setDestination')} changes it`,
    startDaemon: (name) => `a daemon of this role runs already; ${name('stopDaemon')} stops it`,
  },
  ESRCH: {
    stopDaemon: 'no daemon of this role runs',
    any: (name) => `there is no such service; ${name('addService')} makes it`,
  },
  ENOENT: {
    addService: schedulerMissing,
    setService: schedulerMissing,
    patchService: 'the kernel has no such scheduler or persistence engine, and could not load it',
    setDestination: (name) => `the service has no such destination; ${name('addDestination')} makes it`,
    patchDestination: (name) => `the service has no such destination; ${name('addDestination')} makes it`,
    deleteDestination: 'the service has no such destination',
  },
  EINVAL: {
    addDestination: destinationInvalid,
    setDestination: destinationInvalid,
    patchDestination: 'only forwarding by tunnel crosses address families',
    startDaemon: 'the kernel starts no sync daemon while a destination is of another family than its service',
  },
  ERANGE: {
    patchDestination: 'with these changes its lowerThreshold would exceed its upperThreshold',
  },
  EAFNOSUPPORT: { any: 'the kernel has no IPv6, or none for IPVS' },
  ENODEV: {
    startDaemon: (name) =>
      `there is no such network interface in this network namespace (${name('daemon.interface')})`,
  },
  ENETUNREACH: { startDaemon: (name) => `the network interface is down (${name('daemon.interface')})` },
  EPERM: {
    any: 'IPVS needs CAP_NET_ADMIN in the initial user namespace: run as root, or give the process that capability; root inside a rootless container does not have it',
  },
  ENOMEM: { any: 'the kernel ran out of memory' },
  ENOBUFS: {
    any: "the kernel's answer was lost, and whether this was carried out is not known: read it back",
  },
  EPROTO: { any: 'the kernel did not answer' },
};

/** The reason for an errno: a clause without a full stop. */
export function explain(code: string, asked: Asked, name: NameOf): string {
  const byVerb = REASONS[code];
  const reason = byVerb?.[asked.syscall] ?? byVerb?.any;
  if (reason === undefined) return 'the kernel refused';
  return typeof reason === 'string' ? reason : reason(name, asked);
}
