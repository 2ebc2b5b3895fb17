/** Synchronisation daemons: spec -> record, record -> what the kernel reports. */

import { checkInteger, checkObject, checkString, invalidValue } from '../errors/argument';
import { AF_INET, AF_INET6, formatAddress, parseAddress } from '../model/address';
import { addressHint } from '../model/address-text';
import {
  checkInterface,
  DAEMON_FIELDS,
  type Daemon,
  type DaemonRole,
  type DaemonSpec,
  MASTER,
  MULTICAST_FIELDS,
  ROLES,
} from '../model/daemon';
import type { Memory } from './memory';
import { DAEMON } from './records';

/** The role alone goes into the record at `offset`: it names the daemon. */
export function writeDaemonRole(memory: Memory, offset: number, path: string, role: unknown): void {
  memory.setU32(offset + DAEMON.state, ROLES.check(path, role));
}

/** The whole spec goes into the record at `offset`; what is not given stays 0, and is the kernel's to choose. */
export function writeDaemon(memory: Memory, offset: number, spec: DaemonSpec): void {
  checkObject('daemon', spec, 'an object with role and interface');
  DAEMON_FIELDS.check('daemon', spec);
  writeDaemonRole(memory, offset, 'daemon.role', spec.role);
  memory.setName(offset + DAEMON.interface, checkInterface('daemon.interface', spec.interface));
  memory.setU32(offset + DAEMON.syncId, checkInteger('daemon.syncId', spec.syncId ?? 0, 0, 255));
  if (spec.maxLength !== undefined) {
    memory.setU16(offset + DAEMON.maxLength, checkInteger('daemon.maxLength', spec.maxLength, 1, 65507));
  }
  if (spec.multicast === undefined) return;
  checkObject('daemon.multicast', spec.multicast);
  MULTICAST_FIELDS.check('daemon.multicast', spec.multicast);
  const { group, port, ttl } = spec.multicast;
  if (group !== undefined) writeGroup(memory, offset, group);
  if (port !== undefined)
    memory.setU16(offset + DAEMON.port, checkInteger('daemon.multicast.port', port, 1, 65535));
  if (ttl !== undefined) memory.setU8(offset + DAEMON.ttl, checkInteger('daemon.multicast.ttl', ttl, 1, 255));
}

function writeGroup(memory: Memory, offset: number, value: unknown): void {
  const path = 'daemon.multicast.group';
  const expected = 'an IPv4 or IPv6 multicast address';
  const group = checkString(path, value, expected);
  const family = parseAddress(group, memory.u8, offset + DAEMON.group);
  const first = memory.getU8(offset + DAEMON.group);
  const multicast = family === AF_INET ? first >> 4 === 14 : family === AF_INET6 && first === 0xff;
  if (!multicast) throw invalidValue(path, expected, group, addressHint(group));
  memory.setU16(offset + DAEMON.groupFamily, family);
}

/** Reads the daemon at `offset`: what is in force, the kernel's own choices included. */
export function readDaemon(memory: Memory, offset: number): Daemon {
  const role: DaemonRole = memory.getU32(offset + DAEMON.state) === MASTER ? 'master' : 'backup';
  const maxLength = memory.getU16(offset + DAEMON.maxLength);
  const multicast = readMulticast(memory, offset);
  return {
    role,
    interface: memory.getName(offset + DAEMON.interface, 16),
    syncId: memory.getU32(offset + DAEMON.syncId),
    ...(maxLength !== 0 && { maxLength }),
    ...(multicast && { multicast }),
  };
}

/** Kernels before 4.3 report nothing of it. */
function readMulticast(memory: Memory, offset: number): DaemonSpec['multicast'] {
  const family = memory.getU16(offset + DAEMON.groupFamily);
  if (family === 0) return undefined;
  return {
    group: formatAddress(family, memory.u8, offset + DAEMON.group),
    port: memory.getU16(offset + DAEMON.port),
    ttl: memory.getU8(offset + DAEMON.ttl),
  };
}
