/**
 * The orchestration room: what takes more than one request, and time. It works over these verbs, not over a handle, so
 * that it knows nothing of sessions.
 */

import type { BatchOptions, BatchResult, Command } from '../model/command';
import type { DestinationKey, DestinationOptions, DestinationState } from '../model/destination';
import type { Service, ServiceKey } from '../model/service';
import type { Sysctls } from '../model/sysctls';
import type { PackedTable } from '../wire/table';

/** What orchestration asks of a handle; each is as in `IpvsClient`. */
export interface Verbs {
  /** The whole table, packed, without counters. */
  packedTable(): Promise<PackedTable>;
  service(key: ServiceKey): Promise<Service | undefined>;
  /** Without counters. */
  destinations(service: ServiceKey): Promise<DestinationState[]>;
  patchDestination(service: ServiceKey, key: DestinationKey, changes: DestinationOptions): Promise<void>;
  deleteDestination(service: ServiceKey, key: DestinationKey): Promise<void>;
  batch(commands: Iterable<Command>, options?: BatchOptions): Promise<BatchResult>;
  sysctls(): Promise<Sysctls>;
}

/** The same, for what is done at once. */
export interface SyncVerbs {
  packedTable(): PackedTable;
  batch(commands: Iterable<Command>, options?: BatchOptions): BatchResult;
}
