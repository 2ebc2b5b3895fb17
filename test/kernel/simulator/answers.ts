/** Answers as text, to be compared. */

import type { BackendHandle } from '../../../lib/backend/backend';
import { Answer } from '../../../lib/wire/answer';
import { Memory } from '../../../lib/wire/memory';
import { DAEMON, DESTINATION, INFO, Operation, REQUEST, SERVICE, TIMEOUTS } from '../../../lib/wire/records';

/** The records that answer each operation. */
const SIZES: Record<number, number> = {
  [Operation.getService]: SERVICE.size,
  [Operation.listDestinations]: DESTINATION.size,
  [Operation.listDaemons]: DAEMON.size,
  [Operation.getTimeouts]: TIMEOUTS.size,
  [Operation.getInfo]: INFO.size,
};

function operationName(operation: number): string {
  return Object.entries(Operation).find(([, number]) => number === operation)?.[0] ?? String(operation);
}

function hex({ u8 }: Memory, at: number, size: number): string {
  return Buffer.from(u8.subarray(at, at + size)).toString('hex');
}

/** The request as its operation and bytes. */
export function describeRequest(memory: Memory, at: number): string {
  return `${operationName(memory.getU8(at))} ${hex(memory, at, REQUEST.size)}`;
}

/** What was answered to each request. */
export function readAnswers(requests: ArrayBuffer, buffer: ArrayBuffer | undefined): string[] {
  const memory = new Memory(requests);
  const answer = Answer.of(buffer);
  return Array.from({ length: requests.byteLength / REQUEST.size }, (_, n) => {
    const status = answer.status(n);
    const count = answer.count(n);
    if (status !== 0) return `refused ${status} ${count}`;
    const size = SIZES[memory.getU8(n * REQUEST.size)];
    if (size === undefined) return 'carried out';
    const records = Array.from({ length: count }, (_, record) =>
      hex(answer.memory, answer.offset(n) + record * size, size),
    );
    return `${count} records ${records.join(' ')}`;
  });
}

/** Every service with its destinations, a line each; services in an order of their own. */
export function readTable(handle: BackendHandle): string[] {
  const requests = new Memory(new ArrayBuffer(REQUEST.size));
  requests.setU8(REQUEST.operation, Operation.table);
  const answer = Answer.of(handle.exchangeSync(requests.buffer, 1, 0));
  const services = answer.offset(0);
  const counts = Array.from({ length: answer.count(0) }, (_, n) =>
    answer.memory.getU32(services + n * SERVICE.size + SERVICE.destinations),
  );
  let at = services - counts.reduce((sum, count) => sum + count, 0) * DESTINATION.size;
  const rows = counts.map((count, n) => {
    const lines = [hex(answer.memory, services + n * SERVICE.size, SERVICE.size)];
    for (let left = count; left > 0; left--, at += DESTINATION.size) {
      lines.push(`  ${hex(answer.memory, at, DESTINATION.size)}`);
    }
    return lines.join('\n');
  });
  return rows.sort();
}
