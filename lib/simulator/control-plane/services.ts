/** The commands that concern services, with the kernel's checks in its order. Each returns an errno. */

import { AF_INET, AF_INET6 } from '../../model/address';
import type { Memory } from '../../wire/memory';
import { SERVICE } from '../../wire/records';
import { serviceKey } from '../bytes';
import type { Director } from '../director';
import { ENGINES, NO_SCHEDULER, SCHEDULERS } from '../schedulers';
import type { SchedulerClass } from '../schedulers/scheduler';
import { engineIn, Service, schedulerIn } from '../table/service';
import { unlinkDestination } from './destinations';
import { Errno } from './errno';

const AT = SERVICE;

/** Whether the record at `at` names a service of a family that there is. */
function hasFamily(memory: Memory, at: number): boolean {
  const family = memory.getU16(at + AT.family);
  return family === AF_INET || family === AF_INET6;
}

/** The service that the record at `at` names, or the errno that says why there is none. */
export function findService(director: Director, memory: Memory, at: number): Service | number {
  if (!hasFamily(memory, at)) return Errno.EAFNOSUPPORT;
  return director.services.find(serviceKey(memory, at)) ?? Errno.ESRCH;
}

/** Whether the options in the record at `at` can be had. */
function checkOptions({ sysctls }: Director, memory: Memory, at: number): number {
  const scheduler = schedulerIn(memory, at);
  if (scheduler !== NO_SCHEDULER && !SCHEDULERS.has(scheduler)) return Errno.ENOENT;
  sysctls.schedulerLoaded(scheduler);
  const engine = engineIn(memory, at);
  if (engine !== '' && !ENGINES.has(engine)) return Errno.ENOENT;
  const netmask = memory.getU32(at + AT.netmask);
  const isPrefix = netmask >= 1 && netmask <= 128;
  return memory.getU16(at + AT.family) === AF_INET6 && !isPrefix ? Errno.EINVAL : Errno.none;
}

export function addService(director: Director, memory: Memory, at: number): number {
  if (!hasFamily(memory, at)) return Errno.EAFNOSUPPORT;
  const key = serviceKey(memory, at);
  if (director.services.find(key) !== undefined) return Errno.EEXIST;
  const errno = checkOptions(director, memory, at);
  if (errno !== Errno.none) return errno;
  const service = new Service(key, memory, at);
  service.configure(memory, at);
  bindScheduler(director, service, schedulerIn(memory, at));
  director.services.add(service);
  director.connections.serviceAdded();
  return Errno.none;
}

export function setService(director: Director, memory: Memory, at: number): number {
  const service = findService(director, memory, at);
  if (typeof service === 'number') return service;
  const errno = checkOptions(director, memory, at);
  if (errno !== Errno.none) return errno;
  service.configure(memory, at);
  const scheduler = schedulerIn(memory, at);
  if (scheduler !== service.schedulerName) bindScheduler(director, service, scheduler);
  return Errno.none;
}

function bindScheduler(director: Director, service: Service, name: string): void {
  service.scheduler?.stop?.();
  const Scheduler: SchedulerClass | undefined = SCHEDULERS.get(name);
  service.scheduler = Scheduler && new Scheduler(service, director);
  service.schedulerName = name;
}

export function deleteService(director: Director, memory: Memory, at: number): number {
  const service = findService(director, memory, at);
  if (typeof service === 'number') return service;
  removeService(director, service);
  return Errno.none;
}

function removeService(director: Director, service: Service): void {
  director.services.remove(service);
  director.estimator.forget(service.statistics);
  service.scheduler?.stop?.();
  service.scheduler = undefined;
  for (const destination of [...service.destinations]) unlinkDestination(director, destination);
}

export function flush(director: Director): number {
  for (const service of [...director.services]) removeService(director, service);
  return Errno.none;
}

/** Counters begin anew: of the service that the record at `at` names, or of all where it names none. */
export function zero(director: Director, memory: Memory, at: number): number {
  if (memory.getU16(at + AT.family) === 0) {
    for (const each of director.services) resetStatistics(each);
    director.statistics.reset();
    return Errno.none;
  }
  const service = findService(director, memory, at);
  if (typeof service === 'number') return service;
  resetStatistics(service);
  return Errno.none;
}

function resetStatistics({ statistics, destinations }: Service): void {
  statistics.reset();
  for (const destination of destinations) destination.statistics.reset();
}
