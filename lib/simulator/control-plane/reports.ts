/** What the kernel reports: each request that asks for it, answered by records. */

import type { Info } from '../../model/director';
import {
  DAEMON,
  DESTINATION,
  DESTINATION_STATE,
  INFO,
  SERVICE,
  SERVICE_STATE,
  STATS,
  TIMEOUTS,
} from '../../wire/records';
import type { AnswerWriter } from '../answer-writer';
import type { Director } from '../director';
import { IPVS_VERSION } from '../kernel';
import type { Destination } from '../table/destination';
import type { Service } from '../table/service';

export function reportInfo(
  { connections }: Director,
  answer: AnswerWriter,
  index: number,
  channel: Info['channel'] = 'netlink',
): void {
  const offset = answer.add(INFO.size, (memory, at) => {
    memory.setU32(at + INFO.version, IPVS_VERSION);
    memory.setU32(at + INFO.connectionTableSize, connections.size);
    memory.setU32(at + INFO.channel, channel === 'netlink' ? 0 : 1);
  });
  answer.answer(index, offset, 1);
}

export function reportStats({ statistics }: Director, answer: AnswerWriter, index: number): void {
  const offset = answer.add(STATS.size, (memory, at) => statistics.write(memory, at));
  answer.answer(index, offset, 1);
}

export function reportTimeouts({ timeouts }: Director, answer: AnswerWriter, index: number): void {
  const offset = answer.add(TIMEOUTS.size, (memory, at) => timeouts.write(memory, at));
  answer.answer(index, offset, 1);
}

export function reportDaemons({ daemons }: Director, answer: AnswerWriter, index: number): void {
  const offset = answer.end;
  const records = daemons.records();
  for (const record of records) answer.add(DAEMON.size, (memory, at) => memory.u8.set(record, at));
  answer.answer(index, offset, records.length);
}

function addService(answer: AnswerWriter, service: Service, hasStats: boolean, destinations = 0): number {
  return answer.add(hasStats ? SERVICE.size : SERVICE_STATE, (memory, at) => {
    service.write(memory, at);
    memory.setU32(at + SERVICE.destinations, destinations);
    if (hasStats) service.statistics.write(memory, at + SERVICE.stats);
  });
}

function addDestination(answer: AnswerWriter, destination: Destination, hasStats: boolean): void {
  answer.add(hasStats ? DESTINATION.size : DESTINATION_STATE, (memory, at) => {
    destination.write(memory, at);
    if (hasStats) destination.statistics.write(memory, at + DESTINATION.stats);
  });
}

export function reportService(service: Service, answer: AnswerWriter, index: number): void {
  answer.answer(index, addService(answer, service, true), 1);
}

export function reportServices({ services }: Director, answer: AnswerWriter, index: number): void {
  const offset = answer.end;
  for (const service of services) addService(answer, service, true);
  answer.answer(index, offset, services.size);
}

export function reportDestinations(
  { destinations }: Service,
  hasStats: boolean,
  answer: AnswerWriter,
  index: number,
): void {
  const offset = answer.end;
  for (const destination of destinations) addDestination(answer, destination, hasStats);
  answer.answer(index, offset, destinations.size);
}

/** The services are listed before the destinations: `meanwhile` is what happens in between. */
export function reportTable(
  { services }: Director,
  answer: AnswerWriter,
  index: number,
  hasStats: boolean,
  meanwhile: () => void,
): void {
  const listed = [...services];
  meanwhile();
  // The destinations go ahead of the services. One that has been deleted since it was listed is left out.
  const rows = listed.filter((service) => services.find(service.key) !== undefined);
  for (const { destinations } of rows) {
    for (const destination of destinations) addDestination(answer, destination, hasStats);
  }
  const offset = answer.end;
  for (const service of rows) addService(answer, service, hasStats, service.destinations.size);
  answer.answer(index, offset, rows.length);
}
