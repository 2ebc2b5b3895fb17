/** The changes that the kernel carries out: how each command becomes a request, and how a refusal names it. */

import { checkObject, conflict } from '../errors/argument';
import type { Asked } from '../errors/asked';
import { Fields, NOTHING } from '../errors/fields';
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
    requests.add(() => writeRequest(requests, this.op, this.service, this.destination));
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
  const { op, service, destination } = (command ?? NOTHING) as Change;
  if (destination === undefined || typeof command === 'function') writeWithoutDestination(requests, command);
  else writeOfDestination(requests, op, service, destination);
}

/** One that names no destination. */
function writeWithoutDestination(requests: Requests, command: Command): void {
  checkObject('', command, 'a command: an object with op');
  const { op, service } = command as Change;
  COMMAND_FIELDS.check('', command, service === undefined ? 1 : 2);
  if (op === 'flush' && service !== undefined) throw actsOnMore(op, 'service');
  writeRequest(requests, op, service, undefined);
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

/** Adds the request. Throws where an argument is bad, and then the record means nothing. */
function writeRequest(
  requests: Requests,
  op: Command['op'],
  service: ServiceKey | undefined,
  destination: DestinationKey | undefined,
): void {
  if (destination !== undefined || takesDestination(op)) {
    writeOfDestination(requests, op, service, destination);
  } else {
    writeOfService(requests, op, service);
  }
}

function writeOfDestination(requests: Requests, op: string, service: unknown, destination: unknown): void {
  // Compared one by one: this is asked of every rule, and a look into a map takes longer.
  let operation: number;
  if (op === 'addDestination') operation = Operation.addDestination;
  else if (op === 'setDestination') operation = Operation.setDestination;
  else if (op === 'deleteDestination') operation = Operation.deleteDestination;
  else throw actsOnMore(op, 'destination');
  const offset = requests.append(operation);
  const { memory } = requests;
  const family = writeServiceKey(memory, offset + SERVICE_AT, service);
  const at = offset + DESTINATION_AT;
  if (operation === Operation.deleteDestination) writeDestinationKey(memory, at, destination);
  else writeDestination(memory, at, destination as DestinationSpec, family);
}

function takesDestination(op: string): boolean {
  return op === 'addDestination' || op === 'setDestination' || op === 'deleteDestination';
}

function writeOfService(requests: Requests, op: string, service: ServiceKey | undefined): void {
  const operation = OPERATIONS.check('op', op);
  const offset = requests.append(operation) + SERVICE_AT;
  if (operation === Operation.addService || operation === Operation.setService) {
    writeService(requests.memory, offset, service as ServiceSpec);
  } else if (operation === Operation.deleteService || service !== undefined) {
    writeServiceKey(requests.memory, offset, service);
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
