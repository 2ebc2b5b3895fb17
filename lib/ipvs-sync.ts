import type { BackendHandle } from './backend/backend';
import type { IpvsSyncClient } from './client';
import type { ConnectionReadings } from './connections/readings';
import { AbortError } from './errors/abort';
import type { Method } from './errors/argument';
import type { BatchOptions, BatchResult, Command } from './model/command';
import type { Connection, ConnectionCount, ConnectionField, ConnectionFilter } from './model/connection';
import type { Daemon, DaemonRole, DaemonSpec } from './model/daemon';
import type { Destination, DestinationKey, DestinationOptions, DestinationSpec } from './model/destination';
import type { Info, Timeouts } from './model/director';
import type { OpenOptions } from './model/options';
import type { Service, ServiceKey, ServiceOptions, ServiceSpec } from './model/service';
import type { Stats } from './model/stats';
import type { Sysctls } from './model/sysctls';
import type { DesiredService, TableOptions, TableRow, TableRowState } from './model/table';
import type { ApplyResult, ApplySyncOptions } from './orchestration/apply-options';
import type { Plan } from './orchestration/plan';
import type { PlanOptions } from './orchestration/plan-options';
import type { SyncVerbs } from './orchestration/verbs';
import type { Late } from './session/late';
import type { SyncSession } from './session/sync-session';
import type { Verb } from './session/verb';

/** Loaded by the first handle. */
let parts: typeof import('./handle-parts');
function load(): void {
  parts ??= require('./handle-parts') as typeof import('./handle-parts');
}
const sysctls = () => require('./verbs/sysctls') as typeof import('./verbs/sysctls');
const connections = () => require('./connections/readings') as typeof import('./connections/readings');
const reconciliation = () =>
  require('./orchestration/reconciliation') as typeof import('./orchestration/reconciliation');

/** Only `open` makes handles. */
const OPENED = Symbol('opened');

/**
 * The verbs over a handle that is open: the command opens one to list the table, and loads them where it needs others.
 * @internal
 */
export let over: (handle: BackendHandle) => IpvsSync;

/** The same verbs as `Ipvs`, returning values instead of promises: for scripts, tools and start-up code. */
export class IpvsSync implements IpvsSyncClient {
  readonly #session: SyncSession;
  readonly #readings: Late<ConnectionReadings>;
  readonly #handle: BackendHandle;
  /** What planning asks. */
  readonly #verbs: SyncVerbs = {
    packedTable: () => this.#session.ask(parts.packedTable(false)),
    batch: (commands, options) => this.batch(commands, options),
  };

  static {
    over = (handle) => new IpvsSync(OPENED, handle, 0);
  }

  private constructor(opened: typeof OPENED, handle: BackendHandle, timeout: number) {
    if (opened !== OPENED) throw new TypeError('IpvsSync has no public constructor: IpvsSync.open()');
    load();
    parts.findChannel();
    this.#session = new parts.SyncSession(handle, timeout);
    this.#readings = new parts.Late(() => new (connections().ConnectionReadings)(handle));
    this.#handle = handle;
  }

  /** Throws `IpvsError`: see `IpvsErrorCode` for why. Loads the kernel module where the kernel can. */
  static open(options: OpenOptions = {}): IpvsSync {
    load();
    const opening = parts.checked(IpvsSync.open, () => parts.checkOptions(options));
    const ipvs = new IpvsSync(OPENED, parts.openHandleSync(opening), opening.timeout);
    try {
      // A socket opens without any privilege; only a request shows whether it may be used.
      ipvs.#session.ask(parts.info('open'));
    } catch (error) {
      ipvs.close();
      throw error;
    }
    return ipvs;
  }

  #ask<T>(verb: Verb<T>): T {
    try {
      return this.#session.ask(verb);
    } catch (error) {
      throw parts.fromCaller(error, methodOf(verb));
    }
  }

  info(): Info {
    return this.#ask(parts.info());
  }

  services(): Service[] {
    return this.#ask(parts.services());
  }

  service(key: ServiceKey): Service | undefined {
    return this.#ask(parts.service(key));
  }

  destinations(service: ServiceKey): Destination[] {
    return this.#ask(parts.destinations(service));
  }

  table(options?: TableOptions & { stats?: true }): TableRow[];
  /** The same, with rows without counters. */
  table(options: TableOptions & { stats: false }): TableRowState[];
  /** The same, with rows with counters or without, as `options.stats` says. */
  table(options?: TableOptions): TableRow[] | TableRowState[];
  table(options: TableOptions = {}): TableRow[] | TableRowState[] {
    const { stats, signal } = parts.checked(IpvsSync.prototype.table, () => parts.checkTableOptions(options));
    if (signal?.aborted) throw new AbortError(signal);
    return this.#ask(parts.table(stats));
  }

  addService(service: ServiceSpec): void {
    this.#ask(parts.addService(service));
  }

  setService(service: ServiceSpec): void {
    this.#ask(parts.setService(service));
  }

  patchService(key: ServiceKey, changes: ServiceOptions): void {
    this.#ask(parts.patchService(key, changes));
  }

  deleteService(key: ServiceKey): void {
    this.#ask(parts.deleteService(key));
  }

  addDestination(service: ServiceKey, destination: DestinationSpec): void {
    this.#ask(parts.addDestination(service, destination));
  }

  setDestination(service: ServiceKey, destination: DestinationSpec): void {
    this.#ask(parts.setDestination(service, destination));
  }

  patchDestination(service: ServiceKey, key: DestinationKey, changes: DestinationOptions): void {
    this.#ask(parts.patchDestination(service, key, changes));
  }

  deleteDestination(service: ServiceKey, key: DestinationKey): void {
    this.#ask(parts.deleteDestination(service, key));
  }

  batch(commands: Iterable<Command>, options?: BatchOptions): BatchResult {
    try {
      const batch = new parts.Batch(commands, options);
      return this.#session.perform({ syscall: 'batch' }, (send) => {
        if (batch.signal?.aborted) throw new AbortError(batch.signal);
        for (const slice of parts.finish(batch.slices())) batch.take(slice, send(slice));
        return batch.result();
      });
    } catch (error) {
      throw parts.fromCaller(error, IpvsSync.prototype.batch);
    }
  }

  zero(service?: ServiceKey): void {
    this.#ask(parts.zero(service));
  }

  flush(): void {
    this.#ask(parts.flush());
  }

  timeouts(): Timeouts {
    return this.#ask(parts.timeouts());
  }

  setTimeouts(timeouts: Partial<Timeouts>): void {
    this.#ask(parts.setTimeouts(timeouts));
  }

  stats(): Stats {
    return this.#ask(parts.stats());
  }

  daemons(): Daemon[] {
    return this.#ask(parts.daemons());
  }

  startDaemon(daemon: DaemonSpec): void {
    this.#ask(parts.startDaemon(daemon));
  }

  stopDaemon(role: DaemonRole): void {
    this.#ask(parts.stopDaemon(role));
  }

  connections(filter: ConnectionFilter = {}): Iterable<Connection> {
    return parts.checked(IpvsSync.prototype.connections, () => this.#readings.get().iterate(filter));
  }

  countConnections(by: readonly ConnectionField[], filter: ConnectionFilter = {}): ConnectionCount[] {
    return parts.checked(IpvsSync.prototype.countConnections, () =>
      this.#readings.get().countSync(by, filter),
    );
  }

  plan(desired: Iterable<DesiredService>, options: PlanOptions = {}): Plan {
    return parts.checked(IpvsSync.prototype.plan, () =>
      reconciliation().planSync(this.#verbs, desired, options),
    );
  }

  apply(desired: Iterable<DesiredService>, options: ApplySyncOptions = {}): ApplyResult {
    return parts.checked(IpvsSync.prototype.apply, () =>
      reconciliation().applySync(this.#verbs, desired, options),
    );
  }

  sysctls(): Sysctls {
    return this.#session.perform(sysctls().READING, () => sysctls().readSysctlsSync(this.#handle));
  }

  setSysctls(values: Partial<Sysctls>): void {
    parts.checked(IpvsSync.prototype.setSysctls, () => {
      const changes = new (sysctls().SysctlChanges)(values);
      this.#session.perform(changes.asked, () => changes.writeSync(this.#handle));
    });
  }

  close(): void {
    this.#readings.close();
    this.#session.close();
  }

  /** As `close`, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }
}

/** The handle's method of a verb: messages and methods call a verb by the same name. */
function methodOf(verb: Verb<unknown>): Method {
  return Reflect.get(IpvsSync.prototype, verb.asked().syscall) as Method;
}
