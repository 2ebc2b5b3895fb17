/** The schedulers by the names that services give. */

import { DestinationHashing } from './dh';
import { Failover } from './fo';
import { LocalityBasedLeastConnection } from './lblc';
import { LocalityBasedWithReplication } from './lblcr';
import { LeastConnection } from './lc';
import { MaglevHashing } from './mh';
import { NeverQueue } from './nq';
import { Overflow } from './ovf';
import { RoundRobin } from './rr';
import type { SchedulerClass } from './scheduler';
import { ShortestExpectedDelay } from './sed';
import { SourceHashingByWeight } from './sh';
import { PowerOfTwo } from './twos';
import { WeightedLeastConnection } from './wlc';
import { WeightedRoundRobin } from './wrr';

export const SCHEDULERS: ReadonlyMap<string, SchedulerClass> = new Map<string, SchedulerClass>([
  ['rr', RoundRobin],
  ['wrr', WeightedRoundRobin],
  ['lc', LeastConnection],
  ['wlc', WeightedLeastConnection],
  ['lblc', LocalityBasedLeastConnection],
  ['lblcr', LocalityBasedWithReplication],
  ['dh', DestinationHashing],
  ['sh', SourceHashingByWeight],
  ['mh', MaglevHashing],
  ['sed', ShortestExpectedDelay],
  ['nq', NeverQueue],
  ['fo', Failover],
  ['ovf', Overflow],
  ['twos', PowerOfTwo],
]);

/** The name of no scheduler: a service that has it refuses every client. */
export const NO_SCHEDULER = 'none';

/** The persistence engines that Linux has. */
export const ENGINES: ReadonlySet<string> = new Set(['sip']);
