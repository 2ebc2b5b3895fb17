/** Virtual services: spec -> record, record -> what the kernel reports. */

import { familyName, familyNumber, formatAddress, formatEndpoint, parseAddress } from './address';
import { readPersistence, writePersistence } from './persistence';
import { ServiceChange as Change, type Memory, SERVICE } from './records';
import { PERSISTENT, readFlags, schedulerOfFlags, writeFlags } from './service-flags';
import { readStats } from './stats';
import type { Family, Protocol, Service, ServiceKey, ServiceOptions, ServiceSpec } from './types';
import { checkInteger, checkName, checkObject, checkString, conflict, invalidValue } from './validate';

const PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ['tcp', 6],
  ['udp', 17],
  ['sctp', 132],
]);
const PROTOCOL_NAMES = new Map([...PROTOCOLS].map(([name, number]) => [number, name as Protocol]));

const FAMILIES: ReadonlyMap<string, Family> = new Map([
  ['ipv4', 'ipv4'],
  ['ipv6', 'ipv6'],
]);

const SCHEDULER = "a scheduler's name, such as 'wrr'";
const SCHEDULER_NAME = /^(?!ftp$|pe_)[A-Za-z0-9_-]{1,15}$/;

/** `tcp`, `udp`, `sctp` to the number in the IP header. */
export function checkProtocol(path: string, value: unknown): number {
  return checkName(path, value, PROTOCOLS);
}

/** The name of an IP protocol. Another tool can give a service any number; it shows as `ip-50`. */
export function protocolName(number: number): Protocol {
  return PROTOCOL_NAMES.get(number) ?? (`ip-${number}` as Protocol);
}

/** `tcp 10.0.0.1:80`, `fwmark 7`, `fwmark 7 (ipv6)`: how messages name a service. */
export function describeService(key: ServiceKey): string {
  if ('fwmark' in key && key.fwmark !== undefined) {
    return key.family === 'ipv6' ? `fwmark ${key.fwmark} (ipv6)` : `fwmark ${key.fwmark}`;
  }
  const address = key as Exclude<ServiceKey, { fwmark: number }>;
  return `${address.protocol} ${formatEndpoint(address)}`;
}

const KEY = 'an object with protocol, address and port, or with fwmark';
const ADDRESS = 'an IPv4 or IPv6 address';

/** What names the service goes into the record at `offset`. Returns the family, as the kernel's number. */
export function writeServiceKey(memory: Memory, offset: number, key: unknown): number {
  checkObject('service', key, KEY);
  const fields = key as Record<string, unknown>;
  const family =
    fields.fwmark === undefined ? writeAddress(memory, offset, fields) : writeMark(memory, offset, fields);
  memory.setU16(offset + SERVICE.family, family);
  return family;
}

function writeMark(memory: Memory, offset: number, key: Record<string, unknown>): number {
  for (const field of ['protocol', 'address', 'port']) {
    if (key[field] === undefined) continue;
    throw conflict(
      `service is named either by protocol, address and port or by fwmark, and has both ${field} and fwmark`,
    );
  }
  memory.setU32(offset + SERVICE.fwmark, checkInteger('service.fwmark', key.fwmark, 1, 0xffffffff));
  return familyNumber(key.family === undefined ? 'ipv4' : checkName('service.family', key.family, FAMILIES));
}

function writeAddress(memory: Memory, offset: number, key: Record<string, unknown>): number {
  memory.setU16(offset + SERVICE.protocol, checkProtocol('service.protocol', key.protocol));
  const address = checkString('service.address', key.address, ADDRESS);
  const family = parseAddress(address, memory.u8, offset + SERVICE.address);
  if (family === 0) throw invalidValue('service.address', ADDRESS, address);
  if (key.family !== undefined && checkName('service.family', key.family, FAMILIES) !== familyName(family)) {
    throw conflict(`service.family is ${key.family}, but service.address is ${address}`);
  }
  memory.setU16(offset + SERVICE.port, checkInteger('service.port', key.port, 0, 65535));
  return family;
}

/** The whole spec goes into the record at `offset`. */
export function writeService(memory: Memory, offset: number, spec: ServiceSpec): void {
  const family = writeServiceKey(memory, offset, spec);
  const { flags: names, persistence } = spec;
  const scheduler =
    spec.scheduler === undefined ? 'wlc' : checkScheduler('service.scheduler', spec.scheduler);
  memory.setName(offset + SERVICE.scheduler, scheduler);
  let flags = 0;
  if (names !== undefined) {
    flags = writeFlags('service', names, scheduler, memory.getU16(offset + SERVICE.protocol));
  }
  if (persistence !== undefined) flags |= PERSISTENT;
  writePersistence(memory, offset, 'service.persistence', persistence, family);
  memory.setU32(offset + SERVICE.flags, flags);
  if (
    persistence === undefined &&
    memory.getU16(offset + SERVICE.port) === 0 &&
    memory.getU32(offset + SERVICE.fwmark) === 0
  ) {
    throw conflict('service.port 0 stands for every port and needs service.persistence');
  }
}

/** The key and the changes go into the record at `offset`. Returns which changes they are. */
export function writeServiceChanges(
  memory: Memory,
  offset: number,
  key: ServiceKey,
  changes: ServiceOptions,
): number {
  const family = writeServiceKey(memory, offset, key);
  checkObject('changes', changes);
  const { scheduler, flags, persistence } = changes;
  let given = 0;
  if (scheduler !== undefined) {
    memory.setName(offset + SERVICE.scheduler, checkScheduler('changes.scheduler', scheduler));
    given |= Change.scheduler;
  }
  if (flags !== undefined) {
    const protocol = memory.getU16(offset + SERVICE.protocol);
    const owner = schedulerOfFlags(flags);
    const bits = writeFlags('changes', flags, scheduler ?? owner ?? '', protocol);
    memory.setU32(offset + SERVICE.flags, bits);
    given |= Change.flags;
    if (owner !== undefined) {
      memory.setName(offset + SERVICE.scheduler, owner);
      given |= Change.flagsOfScheduler;
    }
  }
  if (persistence !== undefined) {
    writePersistence(memory, offset, 'changes.persistence', persistence, family);
    given |= Change.persistence;
    const { timeout, netmask, engine } = persistence === true ? {} : persistence;
    if (timeout !== undefined) given |= Change.timeout;
    if (netmask !== undefined) given |= Change.netmask;
    if (engine !== undefined) given |= Change.engine;
  }
  return given;
}

/**
 * The kernel loads `ip_vs_<name>` for any name, so one that is no scheduler's could load something else: `ftp` is a
 * helper, and `pe_*` are persistence engines.
 */
function checkScheduler(path: string, value: unknown): string {
  const name = checkString(path, value, SCHEDULER);
  if (!SCHEDULER_NAME.test(name)) throw invalidValue(path, SCHEDULER, name);
  return name;
}

/** Reads the service at `offset`. */
export function readService(memory: Memory, offset: number): Service {
  const family = memory.getU16(offset + SERVICE.family);
  const fwmark = memory.getU32(offset + SERVICE.fwmark);
  const flags = memory.getU32(offset + SERVICE.flags);
  const scheduler = memory.getName(offset + SERVICE.scheduler, 16);
  const options = {
    family: familyName(family),
    scheduler,
    flags: readFlags(flags, scheduler),
    ...((flags & PERSISTENT) !== 0 && { persistence: readPersistence(memory, offset, family) }),
    stats: readStats(memory, offset + SERVICE.stats),
  };
  if (fwmark !== 0) return { fwmark, ...options };
  return {
    protocol: protocolName(memory.getU16(offset + SERVICE.protocol)),
    address: formatAddress(family, memory.u8, offset + SERVICE.address),
    port: memory.getU16(offset + SERVICE.port),
    ...options,
  };
}

/** How many destinations of the table belong to the service at `offset`. */
export function readDestinationCount(memory: Memory, offset: number): number {
  return memory.getU32(offset + SERVICE.destinations);
}
