/** The verbs that change a part of a configuration. */

import { conflict } from '../errors/argument';
import type { Asked } from '../errors/asked';
import { Failure } from '../errors/failure';
import type { DestinationKey, DestinationOptions } from '../model/destination';
import type { ServiceKey, ServiceOptions } from '../model/service';
import { checkStatus, type Verb } from '../session/verb';
import { writeDestinationChanges } from '../wire/destination-spec';
import type { Memory } from '../wire/memory';
import { Operation, REQUEST } from '../wire/records';
import { writeServiceKey } from '../wire/service-key';
import { writeServiceChanges } from '../wire/service-spec';
import { ofDestination, ofService } from './changes';
import { adding } from './request';

export function patchService(key: ServiceKey, changes: ServiceOptions): Verb<void> {
  const asked = ofService('patchService', key);
  return patch(
    asked,
    Operation.patchService,
    (memory, offset) => writeServiceChanges(memory, offset + REQUEST.service, key, changes),
    Failure.foreignFlags,
    () =>
      conflict(
        'changes.flags',
        ` ${changes.flags?.join(', ')} belong to another scheduler than that of ${asked.subject?.()}`,
      ),
  );
}

export function patchDestination(
  service: ServiceKey,
  key: DestinationKey,
  changes: DestinationOptions,
): Verb<void> {
  const asked = ofDestination('patchDestination', service, key);
  return patch(
    asked,
    Operation.patchDestination,
    (memory, offset) => {
      const family = writeServiceKey(memory, offset + REQUEST.service, service);
      return writeDestinationChanges(memory, offset + REQUEST.destination, key, changes, family);
    },
    Failure.noTunnel,
    () => conflict('changes.tunnel', ` needs forward 'tunnel', which ${asked.subject?.()} does not have`),
  );
}

/** `write` returns the bits of what changes. `misfit` is the failure that says that the changes do not fit the rest. */
function patch(
  asked: Asked,
  operation: number,
  write: (memory: Memory, offset: number) => number,
  misfit: number,
  misfitError: () => Error,
): Verb<void> {
  return {
    asked: () => asked,
    write: adding(operation, (memory, offset) => {
      memory.setU32(offset + REQUEST.changes, write(memory, offset));
    }),
    read(answer, index) {
      if (answer.status(index) === misfit) throw misfitError();
      checkStatus(this, answer, index);
    },
  };
}
