/** Virtual services: spec -> record, record -> what the kernel reports. */

import { checkObject, checkString, conflict, invalidValue } from '../errors/argument';
import { familyName } from '../model/address';
import { protocolName } from '../model/protocol';
import { PERSISTENT, readFlags, schedulerOfFlags, writeFlags } from '../model/service-flags';
import type { Service, ServiceKey, ServiceOptions, ServiceSpec } from '../model/types';
import { readKnownAddress } from './known-address';
import { readPersistence, writePersistence } from './persistence';
import { ServiceChange as Change, type Memory, SERVICE } from './records';
import { writeServiceKey } from './service-key';
import { readStats } from './stats';
import { TextMemo } from './text-memo';

/** Bound here: as a property of what is imported each offset costs several instructions. */
const AT = SERVICE;

const SCHEDULER = "a scheduler's name, such as 'wrr'";
const SCHEDULER_NAME = /^(?!ftp$|pe_)[A-Za-z0-9_-]{1,15}$/;

/** The whole spec goes into the record at `offset`. */
export function writeService(memory: Memory, offset: number, spec: ServiceSpec): void {
  const family = writeServiceKey(memory, offset, spec);
  const { flags: names, persistence } = spec;
  const scheduler =
    spec.scheduler === undefined ? 'wlc' : checkScheduler('service.scheduler', spec.scheduler);
  memory.setName(offset + AT.scheduler, scheduler);
  let flags = 0;
  if (names !== undefined) {
    flags = writeFlags('service', names, scheduler, memory.getU16(offset + AT.protocol));
  }
  if (persistence !== undefined) flags |= PERSISTENT;
  writePersistence(memory, offset, 'service.persistence', persistence, family);
  memory.setU32(offset + AT.flags, flags);
  if (
    persistence === undefined &&
    memory.getU16(offset + AT.port) === 0 &&
    memory.getU32(offset + AT.fwmark) === 0
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
    memory.setName(offset + AT.scheduler, checkScheduler('changes.scheduler', scheduler));
    given |= Change.scheduler;
  }
  if (flags !== undefined) {
    const protocol = memory.getU16(offset + AT.protocol);
    const owner = schedulerOfFlags(flags);
    const bits = writeFlags('changes', flags, scheduler ?? owner ?? '', protocol);
    memory.setU32(offset + AT.flags, bits);
    given |= Change.flags;
    if (owner !== undefined) {
      memory.setName(offset + AT.scheduler, owner);
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

/** Services in a row mostly have the same. */
let latestScheduler = 'wlc';

/**
 * The kernel loads `ip_vs_<name>` for any name, so one that is no scheduler's could load something else: `ftp` is a
 * helper, and `pe_*` are persistence engines.
 */
function checkScheduler(path: string, value: unknown): string {
  if (value === latestScheduler) return latestScheduler;
  const name = checkString(path, value, SCHEDULER);
  if (!SCHEDULER_NAME.test(name)) throw invalidValue(path, SCHEDULER, name);
  latestScheduler = name;
  return name;
}

const schedulers = new TextMemo((memory, offset) => memory.getName(offset, 16));

/** Reads the service at `offset`. */
export function readService(memory: Memory, offset: number): Service {
  const family = memory.getU16(offset + AT.family);
  const fwmark = memory.getU32(offset + AT.fwmark);
  const flags = memory.getU32(offset + AT.flags);
  const scheduler = schedulers.text(memory, offset + AT.scheduler);
  const names = readFlags(flags, scheduler);
  const stats = readStats(memory, offset + AT.stats);
  const service: Service =
    fwmark !== 0
      ? { fwmark, family: familyName(family), scheduler, flags: names, stats }
      : {
          protocol: protocolName(memory.getU16(offset + AT.protocol)),
          address: readKnownAddress(family, memory, offset + AT.address),
          port: memory.getU16(offset + AT.port),
          family: familyName(family),
          scheduler,
          flags: names,
          stats,
        };
  if ((flags & PERSISTENT) !== 0) service.persistence = readPersistence(memory, offset, family);
  return service;
}

/** How many destinations of the table belong to the service at `offset`. */
export function readDestinationCount(memory: Memory, offset: number): number {
  return memory.getU32(offset + AT.destinations);
}
