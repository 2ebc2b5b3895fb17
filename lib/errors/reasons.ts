/**
 * Why the kernel refuses, by errno and verb. IPVS gives no reasons of its own (it sends no extended acknowledgement
 * texts), so they are derived from the order in which it checks each command.
 */

import type { Asked } from './asked';
import type { NameOf } from './wording';

/** Words the reason; `name` says what a verb or a field is called, `detail` tells the causes of one errno apart. */
type Reason = string | ((name: NameOf, asked: Asked, detail: number) => string);

const schedulerMissing: Reason = (name, { target, scheduler }) => {
  const { persistence } = target as { persistence?: { engine?: string } | boolean };
  const engine = typeof persistence === 'object' ? persistence.engine : undefined;
  const missing = `the kernel has no scheduler '${scheduler}' and could not load ip_vs_${scheduler} (${name('service.scheduler')})`;
  if (engine === undefined) return missing;
  return `${missing}, or no persistence engine '${engine}' and could not load ip_vs_pe_${engine} (${name('service.persistence.engine')})`;
};

/** What the kernel takes for unicast decides, and of IPv4 addresses the routes of the network namespace. */
const destinationInvalid: Reason = (name, { target }) => {
  const { service, destination } = target as {
    service: { address?: string; family?: string };
    destination: { address: string };
  };
  const { address } = destination;
  const six = address.includes(':');
  const crosses = six !== (service.address?.includes(':') ?? service.family === 'ipv6');
  const causes = [
    whyNotUnicast(address) ?? (crosses ? undefined : 'the kernel takes unicast addresses only'),
    crosses &&
      'it is of another family than its service, which the kernel takes only while no sync daemon runs',
  ].filter(Boolean);
  return `${causes.join('; or ')} (${name('destination.address')})`;
};

function whyNotUnicast(address: string): string | undefined {
  if (/^(22[4-9]|23\d)\.|^ff[\da-f]{2}:/i.test(address)) return 'the kernel takes no multicast address';
  if (/^fe[89ab][\da-f]:/i.test(address))
    return "the kernel takes no link-local address but the director's own";
  if (/^(0\.0\.0\.0|255\.255\.255\.255|[0:]+)$/.test(address)) return 'that is no address of a host';
  if (address.includes(':'))
    return /^[0:]*:ffff:/i.test(address) ? 'the kernel takes no IPv4-mapped address' : undefined;
  return (
    'that is a broadcast address in this network namespace, or no interface of it was ever up, and then the kernel ' +
    "takes no IPv4 address ('ip link set lo up' helps)"
  );
}

interface DaemonTarget {
  role: string;
  multicast?: { group?: string; port?: number };
}

const DEFAULT_GROUP = '224.0.0.81';
const DEFAULT_PORT = 8848;

function groupOf({ multicast }: DaemonTarget): string {
  return multicast?.group ?? DEFAULT_GROUP;
}

/** A master's address is looked up on its interface. */
const groupUnreachable: Reason = (name, { target }, isUp) => {
  if (isUp === 0) return `the network interface is down (${name('daemon.interface')})`;
  const group = groupOf(target as DaemonTarget);
  const why = group.includes(':')
    ? 'the loopback interface has none, nor has one on which IPv6 is disabled'
    : 'IPv4 needs an MTU of at least 68';
  return `the network interface is up, but has no route to ${group}: ${why} (${name('daemon.multicast.group')})`;
};

/** A backup joins its group on its interface. */
const daemonInvalid: Reason = (name, { target }) => {
  const daemon = target as DaemonTarget;
  const mixed = 'the kernel starts no sync daemon while a destination is of another family than its service';
  return daemon.role === 'backup' && groupOf(daemon).includes(':')
    ? `${mixed}; or the network interface has no IPv6, which needs an MTU of at least 1280 (${name('daemon.interface')})`
    : mixed;
};

const noDevice: Reason = (name, { target }) => {
  const { role } = target as DaemonTarget;
  const mtu = role === 'backup' ? ', or it has no IPv4, which needs an MTU of at least 68' : '';
  return `there is no such network interface in this network namespace${mtu} (${name('daemon.interface')})`;
};

const portTaken: Reason = (name, { target }) => {
  const { multicast } = target as DaemonTarget;
  return `another program has UDP port ${multicast?.port ?? DEFAULT_PORT} (${name('daemon.multicast.port')})`;
};

const FILE_FORBIDDEN =
  'this process may not read that file of /proc: a seccomp filter, a security module (SELinux, AppArmor) or a mask over ' +
  '/proc forbids it';

/** Trouble of the process that asks, not of the kernel, whatever it asks for. */
export const PROCESS_REASONS: Record<string, string> = {
  EMFILE:
    'this process has as many files open as it may: close some, or raise its limit (ulimit -n, or LimitNOFILE= of its ' +
    'systemd unit)',
  ENFILE: 'this machine has as many files open as it may: raise fs.file-max',
  EAGAIN:
    'this process may start no more threads: raise its limit (ulimit -u, TasksMax= of its systemd unit, or pids.max of ' +
    'its cgroup)',
  ENOMEM:
    'memory ran out: that of the machine, or what the cgroup of this process may have (memory.max, or MemoryMax= of its ' +
    'systemd unit)',
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
    drain: 'the service has no such destination',
    rampWeight: 'the service has no such destination',
  },
  EINVAL: {
    addDestination: destinationInvalid,
    setDestination: destinationInvalid,
    patchDestination: 'only forwarding by tunnel crosses address families',
    setTimeouts:
      'the kernel counts in ticks, and holds no timeout of more than 2147483647 of them: 2147483 seconds where it has ' +
      '1000 a second, 8589934 where it has 250, 21474836 where it has 100',
    startDaemon: daemonInvalid,
    setSysctls: 'the kernel does not take this value; the settings given before it were written',
  },
  EACCES: {
    setSysctls:
      'it may not be written here: as root only, and some in the first network namespace only; the settings given before ' +
      'it were written',
    any: FILE_FORBIDDEN,
  },
  ERANGE: {
    setSysctls: 'there is no such processor; the settings given before it were written',
    patchDestination: 'with these changes its lowerThreshold would exceed its upperThreshold',
  },
  EAFNOSUPPORT: { any: 'the kernel has no IPv6, or none for IPVS' },
  ENODEV: { startDaemon: noDevice },
  ENETUNREACH: { startDaemon: groupUnreachable },
  EADDRINUSE: { startDaemon: portTaken },
  EPERM: {
    connections: FILE_FORBIDDEN,
    countConnections: FILE_FORBIDDEN,
    stats: FILE_FORBIDDEN,
    sysctls: FILE_FORBIDDEN,
    any:
      'IPVS needs CAP_NET_ADMIN in the initial user namespace for netlink, or in the one that owns this network ' +
      'namespace for the socket options; this process has neither: run as root, or give it that capability; in a rootless ' +
      'container, give it a network namespace of its own',
  },
  ...Object.fromEntries(Object.entries(PROCESS_REASONS).map(([code, any]) => [code, { any }])),
  ENOBUFS: {
    any: "the kernel's answer was lost, and whether this was carried out is not known: read it back",
  },
  EPROTO: { any: 'the kernel did not answer' },
};

/** The reason for an errno: a clause without a full stop. */
export function explain(code: string, asked: Asked, detail: number, name: NameOf): string {
  const byVerb = REASONS[code];
  const reason = byVerb?.[asked.syscall] ?? byVerb?.any;
  if (reason === undefined) return 'the kernel refused';
  return typeof reason === 'string' ? reason : reason(name, asked, detail);
}
