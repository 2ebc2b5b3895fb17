/** Persistence in a service's record, written. */

import { checkObject } from '../errors/argument';
import {
  checkEngine,
  checkNetmask,
  checkPersistenceTimeout,
  PERSISTENCE_FIELDS,
  type Persistence,
  wholeAddress,
} from '../model/persistence';
import { DEFAULT_PERSISTENCE_TIMEOUT } from '../model/persistence-timeout';
import type { Memory } from './memory';
import { SERVICE } from './records';

/** Bound here: as a property of what is imported each offset costs several instructions. */
const AT = SERVICE;

/** Timeout, netmask and engine go into the service's record at `offset`; for no persistence, the kernel's defaults. */
export function writePersistence(
  memory: Memory,
  offset: number,
  path: string,
  value: Persistence | boolean | undefined,
  family: number,
): void {
  let netmask = wholeAddress(family);
  if (value !== undefined && value !== false) {
    const persistence = value === true ? {} : checkPersistence(path, value);
    const { timeout = DEFAULT_PERSISTENCE_TIMEOUT, engine } = persistence;
    memory.setU32(offset + AT.timeout, checkPersistenceTimeout(`${path}.timeout`, timeout));
    if (persistence.netmask !== undefined)
      netmask = checkNetmask(`${path}.netmask`, persistence.netmask, family);
    if (engine !== undefined) memory.setName(offset + AT.engine, checkEngine(`${path}.engine`, engine));
  }
  memory.setU32(offset + AT.netmask, netmask);
}

function checkPersistence(path: string, value: Persistence): Persistence {
  checkObject(path, value, 'a boolean or an object');
  PERSISTENCE_FIELDS.check(path, value);
  return value;
}
