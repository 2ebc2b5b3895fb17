/** The control-plane room: requests, carried out one by one with the kernel's checks in the kernel's order. */

import type { Memory } from '../../wire/memory';
import { Operation, REQUEST } from '../../wire/records';
import type { AnswerWriter } from '../answer-writer';
import type { Director } from '../director';
import type { Service } from '../table/service';
import { addDestination, deleteDestination, setDestination } from './destinations';
import { Errno } from './errno';
import { patchDestination, patchService } from './patches';
import {
  reportDaemons,
  reportDestinations,
  reportInfo,
  reportService,
  reportServices,
  reportStats,
  reportTable,
  reportTimeouts,
} from './reports';
import { addService, deleteService, findService, flush, setService, zero } from './services';

/** Carries out the request at `at`, which is the exchange's at `index`. `meanwhile` is what else happens. */
export function carryOut(
  director: Director,
  memory: Memory,
  at: number,
  answer: AnswerWriter,
  index: number,
  meanwhile: () => void,
): void {
  const operation = memory.getU8(at + REQUEST.operation);
  if (operation === Operation.table || operation === Operation.tableState) {
    reportTable(director, answer, index, operation === Operation.table, meanwhile);
    return;
  }
  meanwhile();
  const status =
    change(director, memory, at, operation) ?? report(director, memory, at, operation, answer, index);
  if (status !== Errno.none) answer.refuse(index, status);
}

/** Returns the status of a request that changes something; none of others. */
function change(director: Director, memory: Memory, at: number, operation: number): number | undefined {
  const service = at + REQUEST.service;
  const changes = memory.getU32(at + REQUEST.changes);
  const ofDestination = (command: (service: Service, at: number) => number) => {
    const found = findService(director, memory, service);
    return typeof found === 'number' ? found : command(found, at + REQUEST.destination);
  };
  switch (operation) {
    case Operation.addService:
      return addService(director, memory, service);
    case Operation.setService:
      return setService(director, memory, service);
    case Operation.patchService:
      return patchService(director, memory, service, changes);
    case Operation.deleteService:
      return deleteService(director, memory, service);
    case Operation.addDestination:
      return ofDestination((found, at) => addDestination(director, found, memory, at));
    case Operation.setDestination:
      return ofDestination((found, at) => setDestination(director, found, memory, at));
    case Operation.patchDestination:
      return ofDestination((found, at) => patchDestination(director, found, memory, at, changes));
    case Operation.deleteDestination:
      return ofDestination((found, at) => deleteDestination(director, found, memory, at));
    case Operation.zero:
      return zero(director, memory, service);
    case Operation.flush:
      return flush(director);
    case Operation.setTimeouts:
      return director.timeouts.set(memory, at + REQUEST.timeouts);
    case Operation.stopDaemon:
      return director.daemons.stop(memory.getU32(at + REQUEST.daemon));
    default:
      return undefined;
  }
}

/** Answers a request, or returns the errno that refuses it. */
function report(
  director: Director,
  memory: Memory,
  at: number,
  operation: number,
  answer: AnswerWriter,
  index: number,
): number {
  const ofService = (write: (service: Service) => void) => {
    const found = findService(director, memory, at + REQUEST.service);
    if (typeof found === 'number') return found;
    write(found);
    return Errno.none;
  };
  switch (operation) {
    case Operation.getService:
      return ofService((service) => reportService(service, answer, index));
    case Operation.listDestinations:
      return ofService((service) => reportDestinations(service, true, answer, index));
    case Operation.listDestinationsState:
      return ofService((service) => reportDestinations(service, false, answer, index));
    case Operation.startDaemon:
      return startDaemon(director, memory, at, answer, index);
    case Operation.listServices:
      reportServices(director, answer, index);
      break;
    case Operation.getInfo:
      reportInfo(director, answer, index);
      break;
    case Operation.getStats:
      reportStats(director, answer, index);
      break;
    case Operation.getTimeouts:
      reportTimeouts(director, answer, index);
      break;
    case Operation.listDaemons:
      reportDaemons(director, answer, index);
      break;
  }
  return Errno.none;
}

/** The synchronisation protocol knows no destinations of another family than their service. */
function startDaemon(
  director: Director,
  memory: Memory,
  at: number,
  answer: AnswerWriter,
  index: number,
): number {
  if (director.mixedDestinations > 0) return Errno.EINVAL;
  const refusal = director.daemons.start(memory, at + REQUEST.daemon);
  if (refusal !== undefined) answer.refuse(index, refusal.errno, refusal.detail);
  return Errno.none;
}
