/**
 * The changes that the kernel carries out, each as a command: what it writes into a record, and how a refusal names
 * it. The verbs and the batch share them.
 */

import { formatEndpoint } from './address';
import { writeDestination, writeDestinationKey } from './destination';
import type { Request } from './errors';
import { ask, nothing, type Question } from './question';
import { type Memory, Operation, REQUEST } from './records';
import { describeService, writeService, writeServiceKey } from './service';
import type { Command, DestinationKey, ServiceKey } from './types';

/** How one kind of command becomes a record, and what it is called where it is refused. */
interface Change<C> {
  operation: number;
  write(memory: Memory, offset: number, command: C): void;
  about(command: C): Request;
}

type Changes = { [Op in Command['op']]: Change<Extract<Command, { op: Op }>> };

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

function wholeService(operation: number): Change<Extract<Command, { op: 'addService' | 'setService' }>> {
  return {
    operation,
    write: (memory, offset, { service }) =>
      writeService(memory, offset + REQUEST.service, 'service', service),
    about: ({ op, service }) => aboutService(op, service),
  };
}

function wholeDestination(
  operation: number,
): Change<Extract<Command, { op: 'addDestination' | 'setDestination' }>> {
  return {
    operation,
    write(memory, offset, { service, destination }) {
      const family = writeServiceKey(memory, offset + REQUEST.service, 'service', service);
      writeDestination(memory, offset + REQUEST.destination, 'destination', destination, family);
    },
    about: ({ op, service, destination }) => aboutDestination(op, service, destination),
  };
}

const CHANGES: Changes = {
  addService: wholeService(Operation.addService),
  setService: wholeService(Operation.setService),
  deleteService: {
    operation: Operation.deleteService,
    write: (memory, offset, { service }) =>
      void writeServiceKey(memory, offset + REQUEST.service, 'service', service),
    about: ({ op, service }) => aboutService(op, service),
  },
  addDestination: wholeDestination(Operation.addDestination),
  setDestination: wholeDestination(Operation.setDestination),
  deleteDestination: {
    operation: Operation.deleteDestination,
    write(memory, offset, { service, destination }) {
      writeServiceKey(memory, offset + REQUEST.service, 'service', service);
      writeDestinationKey(memory, offset + REQUEST.destination, 'destination', destination);
    },
    about: ({ op, service, destination }) => aboutDestination(op, service, destination),
  },
  zero: {
    operation: Operation.zero,
    write(memory, offset, { service }) {
      if (service !== undefined) writeServiceKey(memory, offset + REQUEST.service, 'service', service);
    },
    about: ({ op, service }) => (service === undefined ? { syscall: op } : aboutService(op, service)),
  },
  flush: { operation: Operation.flush, write() {}, about: ({ op }) => ({ syscall: op }) },
};

/** The commands' names, and what each does. */
export const changes: ReadonlyMap<string, Change<Command>> = new Map(
  Object.entries(CHANGES) as [string, Change<never>][],
);

/** A command as a question. */
export function change(command: Command): Question<void> {
  const { operation, write, about } = CHANGES[command.op] as Change<Command>;
  return ask(about(command), operation, (memory, offset) => write(memory, offset, command), nothing);
}
