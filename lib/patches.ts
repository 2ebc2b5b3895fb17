/** The verbs that change a part of a configuration. */

import type { Answer } from './answer';
import { aboutDestination, aboutService } from './changes';
import { writeDestinationChanges } from './destination';
import { check, type Question } from './question';
import { Failure, type Memory, Operation, REQUEST } from './records';
import type { Requests } from './requests';
import { writeServiceChanges, writeServiceKey } from './service';
import type { DestinationKey, DestinationOptions, ServiceKey, ServiceOptions } from './types';
import { conflict } from './validate';

export function patchService(key: ServiceKey, changes: ServiceOptions): Question<void> {
  const request = aboutService('patchService', key);
  return {
    ...request,
    ask: askPatch(Operation.patchService, (memory, offset) =>
      writeServiceChanges(memory, offset + REQUEST.service, key, changes),
    ),
    read(answer: Answer, index: number) {
      if (answer.status(index) === Failure.foreignFlags) {
        throw conflict(
          `changes.flags ${changes.flags?.join(', ')} belong to another scheduler than that of ${request.subject?.()}`,
        );
      }
      check(request, answer, index);
    },
  };
}

export function patchDestination(
  service: ServiceKey,
  key: DestinationKey,
  changes: DestinationOptions,
): Question<void> {
  const request = aboutDestination('patchDestination', service, key);
  return {
    ...request,
    ask: askPatch(Operation.patchDestination, (memory, offset) => {
      const family = writeServiceKey(memory, offset + REQUEST.service, 'service', service);
      return writeDestinationChanges(memory, offset + REQUEST.destination, key, changes, family);
    }),
    read(answer: Answer, index: number) {
      if (answer.status(index) === Failure.noTunnel) {
        throw conflict(`changes.tunnel needs forward 'tunnel', which ${request.subject?.()} does not have`);
      }
      check(request, answer, index);
    },
  };
}

function askPatch(
  operation: number,
  write: (memory: Memory, offset: number) => number,
): (requests: Requests) => void {
  return (requests) =>
    requests.add(operation, (memory, offset) => {
      memory.setU32(offset + REQUEST.changes, write(memory, offset));
    });
}
