/** Every verb as a question to the kernel: the records it sends, and what their answer means. Both handles ask them. */

import type {
  Daemon,
  DaemonRole,
  DaemonSpec,
  Destination,
  DestinationKey,
  DestinationSpec,
  Info,
  Service,
  ServiceKey,
  ServiceSpec,
  Stats,
  Timeouts,
} from '../model/types';
import { all, ask, askList, nothing, one, type Question } from '../session/verb';
import { type Answer, STEP } from '../wire/answer';
import { readDaemon, writeDaemon, writeDaemonRole } from '../wire/daemon';
import { readDestination } from '../wire/destination';
import { readInfo, readTimeouts, writeTimeouts } from '../wire/director';
import { DAEMON, DESTINATION, type Memory, Operation, REQUEST, SERVICE } from '../wire/records';
import { readDestinationCount, readService } from '../wire/service';
import { writeServiceKey } from '../wire/service-key';
import { readStats } from '../wire/stats';
import { aboutService, Change } from './changes';

// ------------------------------------------------------------------------------------------ services

function namingService(service: ServiceKey): (memory: Memory, offset: number) => void {
  return (memory, offset) => writeServiceKey(memory, offset + REQUEST.service, service);
}

export function services(): Question<Service[]> {
  return askList({ syscall: 'services' }, Operation.listServices, undefined, all(SERVICE.size, readService));
}

export function service(key: ServiceKey): Question<Service | undefined> {
  const question = ask(
    aboutService('service', key),
    Operation.getService,
    namingService(key),
    one(readService),
  );
  return {
    ...question,
    read: (answer, index) => (answer.status(index) === ESRCH ? undefined : question.read(answer, index)),
  };
}

const ESRCH = 3;

export function addService(service: ServiceSpec): Question<void> {
  return new Change('addService', service);
}

export function setService(service: ServiceSpec): Question<void> {
  return new Change('setService', service);
}

export function deleteService(service: ServiceKey): Question<void> {
  return new Change('deleteService', service);
}

// ------------------------------------------------------------------------------------------ destinations

export function destinations(service: ServiceKey): Question<Destination[]> {
  return askList(
    aboutService('destinations', service),
    Operation.listDestinations,
    namingService(service),
    all(DESTINATION.size, readDestination),
  );
}

export function addDestination(service: ServiceKey, destination: DestinationSpec): Question<void> {
  return new Change('addDestination', service, destination);
}

export function setDestination(service: ServiceKey, destination: DestinationSpec): Question<void> {
  return new Change('setDestination', service, destination);
}

export function deleteDestination(service: ServiceKey, destination: DestinationKey): Question<void> {
  return new Change('deleteDestination', service, destination);
}

// ------------------------------------------------------------------------------------------ the whole table

export type TableRow = Service & { destinations: Destination[] };

export function table(): Question<TableRow[]> {
  return askList({ syscall: 'table' }, Operation.table, undefined, readTable);
}

/** Right before the services are the destinations of each, in the same order. */
function* readTable(answer: Answer, index: number): Generator<void, TableRow[]> {
  const { memory } = answer;
  const first = answer.offset(index);
  const end = first + answer.count(index) * SERVICE.size;
  let offset = first;
  for (let at = first; at < end; at += SERVICE.size) {
    offset -= readDestinationCount(memory, at) * DESTINATION.size;
  }
  const rows: TableRow[] = [];
  let read = 0;
  for (let at = first; at < end; at += SERVICE.size) {
    const row = readService(memory, at) as TableRow;
    const destinations: Destination[] = [];
    for (let n = readDestinationCount(memory, at); n > 0; n--, offset += DESTINATION.size) {
      if (++read % STEP === 0) yield;
      destinations.push(readDestination(memory, offset));
    }
    row.destinations = destinations;
    if (++read % STEP === 0) yield;
    rows.push(row);
  }
  return rows;
}

export function zero(service?: ServiceKey): Question<void> {
  return new Change('zero', service);
}

export function flush(): Question<void> {
  return new Change('flush');
}

// ------------------------------------------------------------------------------------------ the director

export function info(): Question<Info> {
  return ask({ syscall: 'info' }, Operation.getInfo, undefined, one(readInfo));
}

export function stats(): Question<Stats> {
  return ask({ syscall: 'stats' }, Operation.getStats, undefined, one(readStats));
}

export function timeouts(): Question<Timeouts> {
  return ask({ syscall: 'timeouts' }, Operation.getTimeouts, undefined, one(readTimeouts));
}

export function setTimeouts(changes: Partial<Timeouts>): Question<void> {
  return ask(
    { syscall: 'setTimeouts', target: changes },
    Operation.setTimeouts,
    (memory, offset) => writeTimeouts(memory, offset + REQUEST.timeouts, changes),
    nothing,
  );
}

export function daemons(): Question<Daemon[]> {
  return askList({ syscall: 'daemons' }, Operation.listDaemons, undefined, all(DAEMON.size, readDaemon));
}

export function startDaemon(spec: DaemonSpec): Question<void> {
  return ask(
    { syscall: 'startDaemon', target: spec, subject: () => `${spec.role} on ${spec.interface}` },
    Operation.startDaemon,
    (memory, offset) => writeDaemon(memory, offset + REQUEST.daemon, spec),
    nothing,
  );
}

export function stopDaemon(role: DaemonRole): Question<void> {
  return ask(
    { syscall: 'stopDaemon', target: role, subject: () => role },
    Operation.stopDaemon,
    (memory, offset) => writeDaemonRole(memory, offset + REQUEST.daemon, 'role', role),
    nothing,
  );
}
