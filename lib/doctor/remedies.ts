/** Remedies as commands. */

import { type Destination, describeDestination } from '../model/destination';
import { describeService, type ServiceKey } from '../model/service';
import type { TableRow } from '../model/table';
import { formatRow } from '../rules/format-rules';
import { sysctlName } from './network/network';

/** Sets a setting of /proc/sys until the next start, and says how it stays. */
export function setting(path: string, value: number): string {
  return `sysctl -w ${sysctlName(path)}=${value}`;
}

/** `lvsadm -E` with what the service is to be. */
export function editService(service: TableRow): string {
  return `lvsadm ${line({ ...service, destinations: [] }, 0).replace('-A', '-E')}`;
}

/** `lvsadm -e` with what the real server is to be. */
export function editDestination(service: TableRow, destination: Destination): string {
  return `lvsadm ${line({ ...service, destinations: [destination] }, 1).replace('-a', '-e')}`;
}

export function addDestination(service: TableRow, destination: Destination): string {
  return `lvsadm ${line({ ...service, destinations: [destination] }, 1)}`;
}

export function deleteDestination(service: TableRow, destination: Destination): string {
  const [rule = ''] = / -r \S+/.exec(line({ ...service, destinations: [destination] }, 1)) ?? [];
  return `lvsadm -d ${serviceOption(service)}${rule}`;
}

/** `-t 192.0.2.1:80`, `-f 7 -6`. */
export function serviceOption(service: TableRow): string {
  return /-A (.*?) -s /.exec(line({ ...service, destinations: [] }, 0))?.[1] ?? '';
}

function line(row: TableRow, number: number): string {
  return formatRow(row).split('\n')[number] ?? '';
}

/** How messages name a real server of a service. */
export function nameOf(service: ServiceKey, destination: Destination): string {
  return `real server ${describeDestination(destination)} of ${describeService(service)}`;
}
