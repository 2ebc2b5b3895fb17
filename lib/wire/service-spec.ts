/** Virtual services: spec -> record. Apart from their reading: whoever only lists needs none of it. */

import { checkObject, conflict } from '../errors/argument';
import { schedulerOfFlags, writeFlags } from '../model/given-flags';
import {
  checkScheduler,
  DEFAULT_SCHEDULER,
  SERVICE_CHANGE_FIELDS,
  SERVICE_FIELDS,
  type ServiceKey,
  type ServiceOptions,
  type ServiceSpec,
} from '../model/service';
import { PERSISTENT } from '../model/service-flags';
import type { Memory } from './memory';
import { writePersistence } from './persistence-spec';
import { ServiceChange as Change, SERVICE } from './records';
import { writeKey, writeServiceKey } from './service-key';

/** Bound here: as a property of what is imported each offset costs several instructions. */
const AT = SERVICE;

/** The whole spec goes into the record at `offset`. */
export function writeService(memory: Memory, offset: number, spec: ServiceSpec): void {
  checkObject('service', spec, 'an object with protocol, address and port, or with fwmark');
  const { flags: names, persistence, scheduler: name } = spec;
  let given = 'fwmark' in spec ? 1 : 3;
  if ((spec as { family?: unknown }).family !== undefined) given++;
  if (names !== undefined) given++;
  if (persistence !== undefined) given++;
  if (name !== undefined) given++;
  // Of a row.
  if ((spec as { destinations?: unknown }).destinations !== undefined) given++;
  SERVICE_FIELDS.check('service', spec, given);
  const family = writeKey(memory, offset, spec as never);
  const scheduler = name === undefined ? DEFAULT_SCHEDULER : checkScheduler('service.scheduler', name);
  memory.setName(offset + AT.scheduler, scheduler);
  let flags = 0;
  if (names !== undefined) {
    flags = writeFlags('service', names, scheduler, memory.getU16(offset + AT.protocol));
  }
  const persistent = persistence !== undefined && persistence !== false;
  if (persistent) flags |= PERSISTENT;
  writePersistence(memory, offset, 'service.persistence', persistence, family);
  memory.setU32(offset + AT.flags, flags);
  if (!persistent && memory.getU16(offset + AT.port) === 0 && memory.getU32(offset + AT.fwmark) === 0) {
    throw conflict(
      'service.port',
      (name) => ` 0 stands for every port and needs ${name('service.persistence')}`,
    );
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
  SERVICE_CHANGE_FIELDS.check('changes', changes);
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
  if (persistence === false) {
    given |= Change.noPersistence;
    const everyPort = memory.getU16(offset + AT.port) === 0 && memory.getU32(offset + AT.fwmark) === 0;
    if (everyPort) {
      throw conflict('changes.persistence', ' cannot be false for a service of every port, which needs it');
    }
  }
  if (persistence !== undefined) {
    writePersistence(memory, offset, 'changes.persistence', persistence, family);
    if (persistence !== false) given |= Change.persistence;
    const { timeout, netmask, engine } = typeof persistence === 'boolean' ? {} : persistence;
    if (timeout !== undefined) given |= Change.timeout;
    if (netmask !== undefined) given |= Change.netmask;
    if (engine !== undefined) given |= Change.engine;
  }
  return given;
}
