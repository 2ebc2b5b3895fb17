/** The changes that the kernel carries out: how each command becomes a request, and how a refusal names it. */

import { checkObject, conflict } from '../errors/argument';
import type { Asked } from '../errors/asked';
import { Fields } from '../errors/fields';
import type { Command } from '../model/command';
import { type DestinationKey, type DestinationSpec, describeDestination } from '../model/destination';
import { OneOf } from '../model/one-of';
import { DEFAULT_SCHEDULER, describeService, type ServiceKey, type ServiceSpec } from '../model/service';
import { checkStatus, type Verb } from '../session/verb';
import type { Answer } from '../wire/answer';
import { writeDestination, writeDestinationKey } from '../wire/destination-spec';
import { Operation, REQUEST } from '../wire/records';
import { Requests } from '../wire/requests';
import { writeServiceKey } from '../wire/service-key';
import { writeService } from '../wire/service-spec';

/** Bound here: as properties of what is imported each costs several instructions. */
const { service: SERVICE_AT, destination: DESTINATION_AT } = REQUEST;

const COMMAND_FIELDS = new Fields(['op', 'service', 'destination']);

/** A command as a verb; it has the command's fields. */
export class Change implements Verb<void> {
  readonly op: Command['op'];
  readonly service: ServiceKey | undefined;
  readonly destination: DestinationKey | undefined;

  constructor(op: Command['op'], service?: ServiceKey, destination?: DestinationKey) {
    this.op = op;
    this.service = service;
    this.destination = destination;
  }

  asked(): Asked {
    return askedBy(this as Command);
  }

  write(requests: Requests): void {
    requests.add(() => writeRequest(requests, this as Command));
  }

  read(answer: Answer, index: number): void {
    checkStatus(this, answer, index);
  }
}

/**
 * As `writeRequest`, for what may be anything. A command that names a destination has all the fields there are, and none
 * can be misspelt: looking for others would take a tenth of what writing its record takes.
 */
export function writeCommand(requests: Requests, command: Command): void {
  checkObject('', command, 'a command: an object with op');
  const { op, service, destination } = command as Change;
  if (destination === undefined) COMMAND_FIELDS.check('', command, service === undefined ? 1 : 2);
  else if (!takesDestination(op)) throw actsOnMore(op, 'destination');
  if (op === 'flush' && service !== undefined) throw actsOnMore(op, 'service');
  writeRequest(requests, command);
}

/** Compared one by one: this is asked of every rule, and a set takes longer. */
function takesDestination(op: Command['op']): boolean {
  return op === 'addDestination' || op === 'setDestination' || op === 'deleteDestination';
}

/** Whoever named one thing does not mean everything that it is part of. */
function actsOnMore(op: string, field: string): Error {
  OPERATIONS.check('op', op);
  const meant = op.replace('Service', 'Destination');
  const why = meant === op ? ', since it acts on more than that' : `: did you mean ${meant}?`;
  return conflict(field, `: ${op} takes no ${field}${why}`);
}

/** Throws where an argument of the command is bad. */
export function checkCommand(command: Command): void {
  const requests = new Requests(1);
  writeCommand(requests, command);
}

/** Adds the command's request. Throws where an argument is bad, and then the record means nothing. */
function writeRequest(requests: Requests, command: Command): void {
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
const OPERATIONS = new OneOf([
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
export function askedBy(command: Command): Asked {
  const { op, service, destination } = command as Change;
  if (service === undefined) return { syscall: op };
  if (destination !== undefined) return ofDestination(op, service, destination);
  const asked = ofService(op, service);
  if (op !== 'addService' && op !== 'setService') return asked;
  return { ...asked, scheduler: (service as ServiceSpec).scheduler ?? DEFAULT_SCHEDULER };
}

/** What is asked of a service. */
export function ofService(syscall: string, service: ServiceKey): Asked {
  return { syscall, target: service, subject: () => describeService(service) };
}

/** What is asked of a destination. */
export function ofDestination(syscall: string, service: ServiceKey, destination: DestinationKey): Asked {
  return {
    syscall,
    target: { service, destination },
    subject: () => `${describeDestination(destination)} of ${describeService(service)}`,
  };
}
