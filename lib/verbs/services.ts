/** The verbs of virtual services. */

import type { Service, ServiceKey, ServiceSpec } from '../model/service';
import type { Verb } from '../session/verb';
import { Operation, REQUEST, SERVICE } from '../wire/records';
import { readService } from '../wire/service';
import { writeServiceKey } from '../wire/service-key';
import { Change, ofService } from './changes';
import { all, listVerb, one, verb, type Write } from './request';

const ESRCH = 3;

/** Names the service in a request. */
export function naming(service: ServiceKey): Write {
  return (memory, offset) => writeServiceKey(memory, offset + REQUEST.service, service);
}

export function services(): Verb<Service[]> {
  const asked = { syscall: 'services', reads: true };
  return listVerb(asked, Operation.listServices, undefined, all(SERVICE.size, readService));
}

export function service(key: ServiceKey): Verb<Service | undefined> {
  const asked = { ...ofService('service', key), reads: true };
  const found = verb(asked, Operation.getService, naming(key), one(readService));
  return {
    ...found,
    read: (answer, index) => (answer.status(index) === ESRCH ? undefined : found.read(answer, index)),
  };
}

export function addService(service: ServiceSpec): Verb<void> {
  return new Change('addService', service);
}

export function setService(service: ServiceSpec): Verb<void> {
  return new Change('setService', service);
}

export function deleteService(service: ServiceKey): Verb<void> {
  return new Change('deleteService', service);
}
