/** The verbs that concern the whole director. */

import type { Timeouts } from '../model/director';
import type { Stats } from '../model/stats';
import type { Verb } from '../session/verb';
import { readTimeouts, writeTimeouts } from '../wire/director';
import { Operation, REQUEST } from '../wire/records';
import { readStats } from '../wire/stats';
import { nothing, one, verb } from './request';

export function stats(): Verb<Stats> {
  return verb({ syscall: 'stats', reads: true }, Operation.getStats, undefined, one(readStats));
}

export function timeouts(): Verb<Timeouts> {
  return verb({ syscall: 'timeouts', reads: true }, Operation.getTimeouts, undefined, one(readTimeouts));
}

export function setTimeouts(changes: Partial<Timeouts>): Verb<void> {
  return verb(
    { syscall: 'setTimeouts', target: changes },
    Operation.setTimeouts,
    (memory, offset) => writeTimeouts(memory, offset + REQUEST.timeouts, changes),
    nothing,
  );
}
