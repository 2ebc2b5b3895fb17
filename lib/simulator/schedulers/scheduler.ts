/**
 * The schedulers room: which real server gets a new connection. One file each; they choose as the kernel's do, from the
 * same order of destinations (the newest first) and the same numbers.
 */

import type { Clock } from '../clock';
import type { Random } from '../random';
import type { Sysctls } from '../sysctls';
import type { Destination } from '../table/destination';
import type { Service } from '../table/service';

/** What a scheduler may see of a client's first packet. */
export interface Flow {
  family: number;
  protocol: number;
  client: Uint8Array;
  clientPort: number;
  virtual: Uint8Array;
  virtualPort: number;
}

/** A scheduler at work for one service. */
export interface Scheduler {
  /** None where no real server may get it. */
  schedule(flow: Flow): Destination | undefined;
  added?(destination: Destination): void;
  /** It has left the service's list. */
  removed?(destination: Destination): void;
  /** Its weight or its thresholds may have changed. */
  changed?(destination: Destination): void;
  /** The service has another scheduler now, or is gone. */
  stop?(): void;
}

/** What a scheduler works with beside its service. */
export interface Surroundings {
  clock: Clock;
  random: Random;
  sysctls: Sysctls;
}

export type SchedulerClass = new (service: Service, surroundings: Surroundings) => Scheduler;

/** Whether it may get a new connection at all. */
export function isUsable(destination: Destination): boolean {
  return !destination.isOverloaded && destination.weight > 0;
}
