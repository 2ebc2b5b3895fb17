/** The verbs that change a part of a configuration. */

import { conflict } from '../errors/argument';
import type { Request } from '../errors/ipvs-error';
import type { DestinationKey, DestinationOptions, ServiceKey, ServiceOptions } from '../model/types';
import { adding, check, type Question } from '../session/verb';
import type { Answer } from '../wire/answer';
import { writeDestinationChanges } from '../wire/destination';
import { Failure, type Memory, Operation, REQUEST } from '../wire/records';
import { writeServiceChanges } from '../wire/service';
import { writeServiceKey } from '../wire/service-key';
import { aboutDestination, aboutService } from './changes';

export function patchService(key: ServiceKey, changes: ServiceOptions): Question<void> {
  const request = aboutService('patchService', key);
  return patch(
    request,
    Operation.patchService,
    (memory, offset) => writeServiceChanges(memory, offset + REQUEST.service, key, changes),
    Failure.foreignFlags,
    () =>
      `changes.flags ${changes.flags?.join(', ')} belong to another scheduler than that of ${request.subject?.()}`,
  );
}

export function patchDestination(
  service: ServiceKey,
  key: DestinationKey,
  changes: DestinationOptions,
): Question<void> {
  const request = aboutDestination('patchDestination', service, key);
  return patch(
    request,
    Operation.patchDestination,
    (memory, offset) => {
      const family = writeServiceKey(memory, offset + REQUEST.service, service);
      return writeDestinationChanges(memory, offset + REQUEST.destination, key, changes, family);
    },
    Failure.noTunnel,
    () => `changes.tunnel needs forward 'tunnel', which ${request.subject?.()} does not have`,
  );
}

/** `write` returns the bits of what changes. `misfit` is the failure that says that the changes do not go with the rest. */
function patch(
  request: Request,
  operation: number,
  write: (memory: Memory, offset: number) => number,
  misfit: number,
  why: () => string,
): Question<void> {
  return {
    about: () => request,
    ask: adding(operation, (memory, offset) => {
      memory.setU32(offset + REQUEST.changes, write(memory, offset));
    }),
    read(answer: Answer, index: number) {
      if (answer.status(index) === misfit) throw conflict(why());
      check(this, answer, index);
    },
  };
}
