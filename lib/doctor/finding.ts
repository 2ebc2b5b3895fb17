/** What the doctor found. */

import type { DestinationKey } from '../model/destination';
import type { ServiceKey } from '../model/service';

/** Each has a section of this name in docs/doctor.md. */
export type FindingCode =
  | 'ALL_WEIGHTS_ZERO'
  | 'ARP_FOR_VIP'
  | 'AUTOLOAD_OFF'
  | 'BACKUP_ONLY'
  | 'CONNECTION_TABLE_SMALL'
  | 'CONNTRACK_FULL'
  | 'CONNTRACK_OFF'
  | 'DRAIN_PORT_REUSE'
  | 'DRAIN_TEMPLATES'
  | 'DROUTE_BEHIND_ROUTER'
  | 'FIREWALL_DROPS'
  | 'FIREWALL_NAT'
  | 'HASH_NO_FALLBACK'
  | 'IP_FORWARD_OFF'
  | 'MARK_NOT_LOCAL'
  | 'MARK_NOT_SET'
  | 'MODULE_MISSING'
  | 'NEIGHBOUR_UNRESOLVED'
  | 'NO_DESTINATIONS'
  | 'NO_LISTENER'
  | 'NO_ROUTE'
  | 'NOT_INSPECTED'
  | 'OVERLOADED'
  | 'PORT_MAPPED'
  | 'RETURN_PATH'
  | 'RP_FILTER'
  | 'SEND_REDIRECTS'
  | 'SYN_RECV'
  | 'SYNC_INTERFACE'
  | 'TUNNEL_DEVICE'
  | 'TUNNEL_MTU'
  | 'VIP_MISSING';

/** Something that keeps, or may keep, a director or a real server from its work. */
export interface Finding {
  /** Stable: each has a section in docs/doctor.md. */
  code: FindingCode;
  /** `error`: packets are lost or refused. `warning`: some are, or will be. `info`: to be known, nothing is wrong. */
  severity: 'error' | 'warning' | 'info';
  /** Where it concerns one service. */
  service?: ServiceKey;
  /** Where it concerns one real server of the service. */
  destination?: DestinationKey;
  /** What is wrong, and what was seen. */
  message: string;
  /** The commands that would put it right, one a line; lines that begin with `#` say what no command can. */
  remedy: string;
}

const SEVERITIES = ['error', 'warning', 'info'];

/** The worst first, otherwise in the order in which they were found. */
export function sorted(findings: readonly Finding[]): Finding[] {
  const rank = ({ severity }: Finding) => SEVERITIES.indexOf(severity);
  return [...findings].sort((a, b) => rank(a) - rank(b));
}
