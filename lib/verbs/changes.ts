/** The changes that the kernel carries out: how each becomes a record, and how a refusal names it. */

import { checkObject } from '../errors/argument';
import type { Request } from '../errors/ipvs-error';
import { formatEndpoint } from '../model/address';
import { Names } from '../model/one-of';
import type { Command, DestinationKey, DestinationSpec, ServiceKey, ServiceSpec } from '../model/types';
import { check, type Question } from '../session/verb';
import type { Answer } from '../wire/answer';
import { writeDestination, writeDestinationKey } from '../wire/destination';
import { Operation, REQUEST } from '../wire/records';
import type { Requests } from '../wire/requests';
import { writeService } from '../wire/service';
import { describeService, writeServiceKey } from '../wire/service-key';

/** Bound here: as properties of what is imported each costs several instructions. */
const { service: SERVICE_AT, destination: DESTINATION_AT } = REQUEST;

/** A command as a question; it has the command's fields. */
export class Change implements Question<void> {
  readonly op: Command['op'];
  readonly service: ServiceKey | undefined;
  readonly destination: DestinationKey | undefined;

  constructor(op: Command['op'], service?: ServiceKey, destination?: DestinationKey) {
    this.op = op;
    this.service = service;
    this.destination = destination;
  }

  about(): Request {
    return aboutChange(this as Command);
  }

  ask(requests: Requests): void {
    requests.add(() => writeChange(requests, this as Command));
  }

  read(answer: Answer, index: number): void {
    check(this, answer, index);
  }
}

/** Adds the command's record. Throws where an argument is bad, and then the record means nothing. */
export function writeChange(requests: Requests, command: Command): void {
  checkObject('', command, 'a command: an object with op');
  switch (command.op) {
    case 'addService':
      wholeService(requests, Operation.addService, command.service);
      break;
    case 'setService':
      wholeService(requests, Operation.setService, command.service);
      break;
    case 'deleteService':
      namedService(requests, Operation.deleteService, command.service);
      break;
    case 'addDestination':
      wholeDestination(requests, Operation.addDestination, command.service, command.destination);
      break;
    case 'setDestination':
      wholeDestination(requests, Operation.setDestination, command.service, command.destination);
      break;
    case 'deleteDestination':
      namedDestination(requests, Operation.deleteDestination, command.service, command.destination);
      break;
    case 'zero':
      if (command.service === undefined) requests.append(Operation.zero);
      else namedService(requests, Operation.zero, command.service);
      break;
    case 'flush':
      requests.append(Operation.flush);
      break;
    default:
      OPERATIONS.check('op', (command as { op: unknown }).op);
  }
}

/** By the commands' names. */
const OPERATIONS = new Names([
  ['addService', Operation.addService],
  ['setService', Operation.setService],
  ['deleteService', Operation.deleteService],
  ['addDestination', Operation.addDestination],
  ['setDestination', Operation.setDestination],
  ['deleteDestination', Operation.deleteDestination],
  ['zero', Operation.zero],
  ['flush', Operation.flush],
]);

function wholeService(requests: Requests, operation: number, service: ServiceSpec): void {
  const offset = requests.append(operation);
  writeService(requests.memory, offset + SERVICE_AT, service);
}

function namedService(requests: Requests, operation: number, service: ServiceKey): void {
  const offset = requests.append(operation);
  writeServiceKey(requests.memory, offset + SERVICE_AT, service);
}

function wholeDestination(
  requests: Requests,
  operation: number,
  service: ServiceKey,
  destination: DestinationSpec,
): void {
  const offset = requests.append(operation);
  const family = writeServiceKey(requests.memory, offset + SERVICE_AT, service);
  writeDestination(requests.memory, offset + DESTINATION_AT, destination, family);
}

function namedDestination(
  requests: Requests,
  operation: number,
  service: ServiceKey,
  destination: DestinationKey,
): void {
  const offset = requests.append(operation);
  writeServiceKey(requests.memory, offset + SERVICE_AT, service);
  writeDestinationKey(requests.memory, offset + DESTINATION_AT, destination);
}

/** What the command asks, and of what. */
export function aboutChange(command: Command): Request {
  const { op, service, destination } = command as Change;
  if (service === undefined) return { syscall: op };
  return destination === undefined ? aboutService(op, service) : aboutDestination(op, service, destination);
}

/** A request about a service. */
export function aboutService(syscall: string, service: ServiceKey): Request {
  return { syscall, target: service, subject: () => describeService(service) };
}

/** A request about a destination. */
export function aboutDestination(syscall: string, service: ServiceKey, destination: DestinationKey): Request {
  return {
    syscall,
    target: { service, destination },
    subject: () => `${formatEndpoint(destination)} of ${describeService(service)}`,
  };
}
