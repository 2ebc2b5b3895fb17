import { type DestinationState, describeDestination } from '../model/destination';
import { describeService, type ServiceState } from '../model/service';
import type { Sysctls } from '../model/sysctls';

/** Why clients may still reach, or lose, a real server in spite of weight 0. */
export interface DrainWarning {
  /**
   * `CONN_REUSE`: clients that use a port again keep their server. `PERSISTENT`: clients of a template keep theirs.
   * `HASH_WITHOUT_FALLBACK`: the scheduler refuses clients that hash to it. `UDP_FLOWS`: flows end only by silence.
   * `LAST_DESTINATION`: no other one has weight.
   */
  code:
    | 'CONN_REUSE'
    | 'PERSISTENT'
    | 'HASH_WITHOUT_FALLBACK'
    | 'UDP_FLOWS'
    | 'LAST_DESTINATION'
    | (string & {});
  /** What may happen, and why, in words. */
  message: string;
  /** Names the sysctl, the flag or the verb that helps. */
  remedy: string;
}

/** What is known when a drain begins. */
export interface Circumstances {
  service: ServiceState;
  destination: DestinationState;
  /** The service's others. */
  others: readonly DestinationState[];
  sysctls: Sysctls;
}

type Judge = (circumstances: Circumstances) => DrainWarning | undefined;

/** A number of the namespace's settings. Where it has none (`Sysctls`), the kernel's default holds. */
function setting(sysctls: Sysctls, name: string, fallback = 0): number {
  return (sysctls[name] as number | undefined) ?? fallback;
}

function isUdp(service: ServiceState): boolean {
  return 'protocol' in service && service.protocol === 'udp';
}

/** `is_new_conn_expected` and `ip_vs_in_hook` in net/netfilter/ipvs/ip_vs_core.c. */
const reusedPorts: Judge = ({ service, destination, sysctls }) => {
  if (isUdp(service) || setting(sysctls, 'expire_nodest_conn') !== 0) return undefined;
  const mode = setting(sysctls, 'conn_reuse_mode', 1);
  const seesClientOnly = destination.forward !== 'masq';
  const why =
    mode === 0
      ? 'conn_reuse_mode is 0'
      : service.persistence !== undefined
        ? 'the service is persistent, and then conn_reuse_mode has no effect'
        : seesClientOnly && (mode & 2) === 0
          ? `conn_reuse_mode is ${mode}, and with ${destination.forward} the director sees no end of the server's side`
          : undefined;
  if (why === undefined) return undefined;
  const further = service.persistence === undefined ? ', or conn_reuse_mode to 3' : '';
  return {
    code: 'CONN_REUSE',
    message: `a client that uses a port again, within the time that its last connection is remembered for, goes to ${describeDestination(destination)} again: ${why}`,
    remedy: `set net.ipv4.vs.expire_nodest_conn to 1${further}`,
  };
};

/** `ip_vs_check_template` in net/netfilter/ipvs/ip_vs_conn.c. */
const templates: Judge = ({ service, destination, sysctls }) => {
  if (service.persistence === undefined || setting(sysctls, 'expire_quiescent_template') !== 0) {
    return undefined;
  }
  return {
    code: 'PERSISTENT',
    message: `${describeService(service)} is persistent: clients that were with ${describeDestination(destination)} in the last ${service.persistence.timeout} s go there again, in spite of weight 0`,
    remedy: 'set net.ipv4.vs.expire_quiescent_template to 1',
  };
};

/** What such a scheduler's flag is called; `dh` has none. */
const FALLBACKS: Record<string, string | undefined> = {
  sh: 'sh-fallback',
  mh: 'mh-fallback',
  dh: undefined,
};

const hashed: Judge = ({ service, destination }) => {
  const { scheduler, flags } = service;
  if (!(scheduler in FALLBACKS)) return undefined;
  const flag = FALLBACKS[scheduler];
  if (flag !== undefined && (flags as string[]).includes(flag)) return undefined;
  return {
    code: 'HASH_WITHOUT_FALLBACK',
    message: `scheduler ${scheduler} refuses new connections that hash to ${describeDestination(destination)} while its weight is 0`,
    remedy:
      flag === undefined
        ? 'give the service another scheduler: mh with the flag mh-fallback also goes by a hash'
        : `give the service the flag ${flag}`,
  };
};

const flows: Judge = ({ service, destination }) => {
  if (!isUdp(service) || service.flags.includes('ops')) return undefined;
  return {
    code: 'UDP_FLOWS',
    message: `a UDP flow ends by silence only: ${describeDestination(destination)} does not become idle while clients go on sending from the same ports`,
    remedy:
      'bound the drain by timeout; a shorter udp timeout (setTimeouts) forgets silent flows sooner, and the flag ops schedules each packet by itself',
  };
};

const lastOne: Judge = ({ service, destination, others }) => {
  if (others.some(({ weight }) => weight > 0)) return undefined;
  return {
    code: 'LAST_DESTINATION',
    message: `${describeService(service)} has no other real server with weight: it refuses new connections while ${describeDestination(destination)} is drained`,
    remedy: 'add another real server, or give one weight, before',
  };
};

const JUDGES = [reusedPorts, templates, hashed, flows, lastOne];

/** What there is to warn of. */
export function drainWarnings(circumstances: Circumstances): DrainWarning[] {
  return JUDGES.map((judge) => judge(circumstances)).filter((warning) => warning !== undefined);
}
