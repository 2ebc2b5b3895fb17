/** The face: what both handles offer, for those who type a double of one. */

import type { BatchOptions, BatchResult, Command } from './model/command';
import type {
  Connection,
  ConnectionCount,
  ConnectionField,
  ConnectionFilter,
  ConnectionOptions,
} from './model/connection';
import type { Daemon, DaemonRole, DaemonSpec } from './model/daemon';
import type { Destination, DestinationKey, DestinationOptions, DestinationSpec } from './model/destination';
import type { Info, Timeouts } from './model/director';
import type { Service, ServiceKey, ServiceOptions, ServiceSpec } from './model/service';
import type { Stats } from './model/stats';
import type { Sysctls } from './model/sysctls';
import type { DesiredService, TableOptions, TableRow, TableRowState } from './model/table';
import type { ApplyOptions, ApplyResult, ApplySyncOptions } from './orchestration/apply-options';
import type { DrainOptions, DrainResult } from './orchestration/drain-options';
import type { Plan } from './orchestration/plan';
import type { PlanOptions } from './orchestration/plan-options';
import type { RampOptions, RampResult } from './orchestration/ramp-options';
import type { TableEvent } from './orchestration/table-events';
import type { WatchOptions } from './orchestration/watch-options';

/**
 * The verbs of an `Ipvs`. Each rejects with a `TypeError` or `RangeError` (see `ArgumentError`) where an argument is bad,
 * with an `IpvsError` where the kernel or the library refused.
 */
export interface IpvsClient extends AsyncDisposable {
  /** The kernel's IPVS version, and how large its connection table is. */
  info(): Promise<Info>;
  /** Every virtual service, in the kernel's order, which is none. */
  services(): Promise<Service[]>;
  /** One virtual service; `undefined` where there is none. */
  service(key: ServiceKey): Promise<Service | undefined>;
  /** The real servers of a service, the newest first. `ESRCH` where there is no such service. */
  destinations(service: ServiceKey): Promise<Destination[]>;
  /** Every service with its destinations: the table that `ipvsadm -L` shows. */
  table(options?: TableOptions & { stats?: true }): Promise<TableRow[]>;
  /** The same, with rows without counters. */
  table(options: TableOptions & { stats: false }): Promise<TableRowState[]>;
  /** The same, with rows with counters or without, as `options.stats` says. */
  table(options?: TableOptions): Promise<TableRow[] | TableRowState[]>;

  /** `EEXIST` where the service exists, `ENOENT` where the kernel has no such scheduler or persistence engine. */
  addService(service: ServiceSpec): Promise<void>;
  /** Replaces the whole configuration: what is not given falls back to its default. `ESRCH` where there is none. */
  setService(service: ServiceSpec): Promise<void>;
  /**
   * Changes what is given, of persistence too, and keeps the rest. Another process may change the service between
   * the reading and the writing of this; requests of the same handle do not. `ESRCH` where there is none.
   */
  patchService(key: ServiceKey, changes: ServiceOptions): Promise<void>;
  /** Removes the service and its destinations; connections live on until they time out. `ESRCH` where there is none. */
  deleteService(key: ServiceKey): Promise<void>;

  /** `ESRCH` where there is no such service, `EEXIST` where it has the destination. */
  addDestination(service: ServiceKey, destination: DestinationSpec): Promise<void>;
  /** Replaces the whole configuration: what is not given falls back to its default. `ENOENT` where there is none. */
  setDestination(service: ServiceKey, destination: DestinationSpec): Promise<void>;
  /** Changes what is given, and keeps the rest: as `patchService`. `ESRCH` or `ENOENT` where there is none. */
  patchDestination(service: ServiceKey, key: DestinationKey, changes: DestinationOptions): Promise<void>;
  /** Connections to it live on until they time out, but their packets are dropped. `ENOENT` where there is none. */
  deleteDestination(service: ServiceKey, key: DestinationKey): Promise<void>;

  /**
   * Carries out commands in order, hundreds to a system call. All are checked before the first is sent; a command
   * that the kernel refuses does not stop those after it, and none is undone. Requests made meanwhile wait.
   */
  batch(commands: Iterable<Command>, options?: BatchOptions): Promise<BatchResult>;

  /** Resets the counters of one service and its destinations, or of all. `ESRCH` where there is no such service. */
  zero(service?: ServiceKey): Promise<void>;
  /** Removes every service and destination. */
  flush(): Promise<void>;

  /** How long the kernel keeps idle connections. */
  timeouts(): Promise<Timeouts>;
  /** Those not given keep their value. */
  setTimeouts(timeouts: Partial<Timeouts>): Promise<void>;
  /** Director-wide counters. */
  stats(): Promise<Stats>;

  /** The synchronisation daemons that run: at most a master and a backup. */
  daemons(): Promise<Daemon[]>;
  /** `EEXIST` where one of this role runs, `ENODEV` where there is no such interface. */
  startDaemon(daemon: DaemonSpec): Promise<void>;
  /** `ESRCH` where none of this role runs. */
  stopDaemon(role: DaemonRole): Promise<void>;

  /**
   * Streams the connection table in bounded memory, whatever its size. Throws where the filter is wrong. Each call is
   * one reading, which begins with the first `next` and ends with the loop.
   */
  connections(filter?: ConnectionFilter, options?: ConnectionOptions): AsyncIterable<Connection>;
  /** Counts without making an object per connection. `by: []` gives one row: the total. */
  countConnections(
    by: readonly ConnectionField[],
    filter?: ConnectionFilter,
    options?: ConnectionOptions,
  ): Promise<ConnectionCount[]>;

  /**
   * Takes a real server out of service without cutting its clients off: weight 0, wait until it is idle, remove. Sets no
   * sysctl: the result's `warnings` say what stands in the way, and what helps. `ESRCH` or `ENOENT` where there is none.
   */
  drain(service: ServiceKey, destination: DestinationKey, options?: DrainOptions): Promise<DrainResult>;
  /**
   * Moves a real server's weight in steps, at even times, e.g. from 0 for one that starts cold. Other changes of it
   * survive. `ESRCH` or `ENOENT` where there is none.
   */
  rampWeight(service: ServiceKey, destination: DestinationKey, options: RampOptions): Promise<RampResult>;

  /**
   * What changes in the table, whoever changes it. The kernel sends no events: the table is read and compared. Each array
   * tells what has changed since the one before. Throws where an option is bad.
   */
  watch(options?: WatchOptions): AsyncIterable<TableEvent[]>;

  /**
   * What `apply` would do; changes nothing. `desired` is read once. A service or a real server that it names twice is an
   * error that names both places.
   */
  plan(desired: Iterable<DesiredService>, options?: PlanOptions): Promise<Plan>;
  /**
   * Makes the kernel's table what `desired` says, in one batch, and reads it again to see that it is. Safe to repeat: where
   * nothing differs, nothing is sent. Rejects with a `GuardError` where the guard forbids the result; with a `BatchError`
   * where the kernel refuses a change, or somebody else changes the same services through all `attempts`.
   */
  apply(desired: Iterable<DesiredService>, options?: ApplyOptions): Promise<ApplyResult>;

  /** The namespace's `net.ipv4.vs` settings, those that the running kernel has: 28 on Linux 6.1, 33 on 7.2. */
  sysctls(): Promise<Sysctls>;
  /**
   * Sets those given. All are checked before the first is written: `ERR_IPVS_UNSUPPORTED` where this kernel does not have
   * one. `EACCES` where it may not be written here.
   */
  setSysctls(values: Partial<Sysctls>): Promise<void>;

  /** Idempotent. Requests still waiting reject with `ERR_IPVS_CLOSED`, as do drains, ramps and watches; one under way ends first. */
  close(): Promise<void>;
}

/**
 * The verbs of an `IpvsSync`: those of `IpvsClient`, returning values instead of promises, and throwing where those
 * reject.
 */
export interface IpvsSyncClient extends Disposable {
  /** The kernel's IPVS version, and how large its connection table is. */
  info(): Info;
  /** Every virtual service, in the kernel's order, which is none. */
  services(): Service[];
  /** One virtual service; `undefined` where there is none. */
  service(key: ServiceKey): Service | undefined;
  /** The real servers of a service, the newest first. `ESRCH` where there is no such service. */
  destinations(service: ServiceKey): Destination[];
  /** Every service with its destinations: the table that `ipvsadm -L` shows. An aborted `signal` throws at once. */
  table(options?: TableOptions & { stats?: true }): TableRow[];
  /** The same, with rows without counters. */
  table(options: TableOptions & { stats: false }): TableRowState[];
  /** The same, with rows with counters or without, as `options.stats` says. */
  table(options?: TableOptions): TableRow[] | TableRowState[];
  /** `EEXIST` where the service exists, `ENOENT` where the kernel has no such scheduler or persistence engine. */
  addService(service: ServiceSpec): void;
  /** Replaces the whole configuration: what is not given falls back to its default. `ESRCH` where there is none. */
  setService(service: ServiceSpec): void;
  /** Changes what is given, of persistence too, and keeps the rest. `ESRCH` where there is none. */
  patchService(key: ServiceKey, changes: ServiceOptions): void;
  /** Removes the service and its destinations; connections live on until they time out. `ESRCH` where there is none. */
  deleteService(key: ServiceKey): void;
  /** `ESRCH` where there is no such service, `EEXIST` where it has the destination. */
  addDestination(service: ServiceKey, destination: DestinationSpec): void;
  /** Replaces the whole configuration: what is not given falls back to its default. `ENOENT` where there is none. */
  setDestination(service: ServiceKey, destination: DestinationSpec): void;
  /** Changes what is given, and keeps the rest. `ESRCH` or `ENOENT` where there is none. */
  patchDestination(service: ServiceKey, key: DestinationKey, changes: DestinationOptions): void;
  /** Connections to it live on until they time out, but their packets are dropped. `ENOENT` where there is none. */
  deleteDestination(service: ServiceKey, key: DestinationKey): void;
  /** Carries out commands in order, hundreds to a system call, as `IpvsClient.batch`. */
  batch(commands: Iterable<Command>, options?: BatchOptions): BatchResult;
  /** Resets the counters of one service and its destinations, or of all. `ESRCH` where there is no such service. */
  zero(service?: ServiceKey): void;
  /** Removes every service and destination. */
  flush(): void;
  /** How long the kernel keeps idle connections. */
  timeouts(): Timeouts;
  /** Those not given keep their value. */
  setTimeouts(timeouts: Partial<Timeouts>): void;
  /** Director-wide counters. */
  stats(): Stats;
  /** The synchronisation daemons that run: at most a master and a backup. */
  daemons(): Daemon[];
  /** `EEXIST` where one of this role runs, `ENODEV` where there is no such interface. */
  startDaemon(daemon: DaemonSpec): void;
  /** `ESRCH` where none of this role runs. */
  stopDaemon(role: DaemonRole): void;
  /** Reads the connection table in bounded memory, whatever its size; each iteration is one reading. */
  connections(filter?: ConnectionFilter): Iterable<Connection>;
  /** Counts without making an object per connection. `by: []` gives one row: the total. */
  countConnections(by: readonly ConnectionField[], filter?: ConnectionFilter): ConnectionCount[];
  /** What `apply` would do; changes nothing. As `IpvsClient.plan`. */
  plan(desired: Iterable<DesiredService>, options?: PlanOptions): Plan;
  /** Makes the kernel's table what `desired` says, as `IpvsClient.apply`; what leaves is removed at once. */
  apply(desired: Iterable<DesiredService>, options?: ApplySyncOptions): ApplyResult;
  /** The namespace's `net.ipv4.vs` settings, those that the running kernel has: 28 on Linux 6.1, 33 on 7.2. */
  sysctls(): Sysctls;
  /** Sets those given. All are checked before the first is written: as `IpvsClient.setSysctls`. */
  setSysctls(values: Partial<Sysctls>): void;
  /** Idempotent. */
  close(): void;
}
