/** Requests of a handle whose way in is the socket options: what these have no place for is refused. */

import { Failure } from '../../errors/failure';
import { AF_INET } from '../../model/address';
import type { Memory } from '../../wire/memory';
import { DAEMON, DESTINATION, Operation, REQUEST, SERVICE } from '../../wire/records';
import type { AnswerWriter } from '../answer-writer';
import type { Director } from '../director';
import { carryOut } from './carry-out';
import { reportInfo } from './reports';

/** Details of `Failure.notSaid`, by the numbers of native/ipvs/socket_options.h. */
const NotSaid = {
  nothing: 0,
  serviceIpv6: 1,
  destinationIpv6: 2,
  tunnel: 3,
  engine: 4,
  daemonOptions: 5,
  zeroOfAny: 6,
} as const;

/** As `carryOut`, by the socket options. */
export function carryOutBySocketOptions(
  director: Director,
  memory: Memory,
  at: number,
  answer: AnswerWriter,
  index: number,
  meanwhile: () => void,
): void {
  const what = notSaid(memory, at);
  const isInfo = memory.getU8(at + REQUEST.operation) === Operation.getInfo;
  if (what === NotSaid.nothing && !isInfo) {
    carryOut(director, memory, at, answer, index, meanwhile);
    return;
  }
  meanwhile();
  if (isInfo) reportInfo(director, answer, index, 'socket-options');
  else answer.refuse(index, Failure.notSaid, what);
}

/** What the request at `at` asks for that the socket options have no place for. */
function notSaid(memory: Memory, at: number): number {
  const service = at + REQUEST.service;
  const family = memory.getU16(service + SERVICE.family);
  switch (memory.getU8(at + REQUEST.operation)) {
    case Operation.addDestination:
    case Operation.setDestination:
    case Operation.patchDestination:
      return ofDestination(memory, at, family) || ofTunnel(memory, at);
    case Operation.deleteDestination:
      return ofDestination(memory, at, family);
    case Operation.addService:
    case Operation.setService:
    case Operation.patchService:
      if (family !== AF_INET) return NotSaid.serviceIpv6;
      return memory.getU8(service + SERVICE.engine) === 0 ? NotSaid.nothing : NotSaid.engine;
    case Operation.deleteService:
    case Operation.getService:
    case Operation.listDestinations:
    case Operation.listDestinationsState:
      return family === AF_INET ? NotSaid.nothing : NotSaid.serviceIpv6;
    case Operation.zero:
      if (family === 0) return NotSaid.nothing;
      if (family !== AF_INET) return NotSaid.serviceIpv6;
      return isAny(memory, service) ? NotSaid.zeroOfAny : NotSaid.nothing;
    case Operation.startDaemon:
      return ofDaemon(memory, at + REQUEST.daemon);
    default:
      return NotSaid.nothing;
  }
}

function ofDestination(memory: Memory, at: number, family: number): number {
  if (family !== AF_INET) return NotSaid.serviceIpv6;
  const own = memory.getU16(at + REQUEST.destination + DESTINATION.family);
  return own === AF_INET ? NotSaid.nothing : NotSaid.destinationIpv6;
}

function ofTunnel(memory: Memory, at: number): number {
  const record = at + REQUEST.destination;
  const asked =
    memory.getU8(record + DESTINATION.tunnelType) !== 0 ||
    memory.getU16(record + DESTINATION.tunnelFlags) !== 0;
  return asked ? NotSaid.tunnel : NotSaid.nothing;
}

/** Whether the service has no mark, address and port: the name that stands for all services there. */
function isAny(memory: Memory, service: number): boolean {
  return (
    memory.getU32(service + SERVICE.fwmark) === 0 &&
    memory.getU16(service + SERVICE.port) === 0 &&
    memory.getU32(service + SERVICE.address) === 0
  );
}

function ofDaemon(memory: Memory, daemon: number): number {
  const asked =
    memory.getU16(daemon + DAEMON.maxLength) !== 0 ||
    memory.getU16(daemon + DAEMON.port) !== 0 ||
    memory.getU8(daemon + DAEMON.ttl) !== 0 ||
    memory.getU16(daemon + DAEMON.groupFamily) !== 0;
  return asked ? NotSaid.daemonOptions : NotSaid.nothing;
}
