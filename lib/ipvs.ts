import type { BackendHandle, BackendHost } from './backend/backend';
import type { IpvsClient } from './client';
import type { ConnectionReadings } from './connections/readings';
import type { Method } from './errors/argument';
import { HOST, PACKED_TABLE } from './hidden';
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
import type { OpenOptions } from './model/options';
import type { Service, ServiceKey, ServiceOptions, ServiceSpec } from './model/service';
import type { Stats } from './model/stats';
import type { Sysctls } from './model/sysctls';
import type { DesiredService, TableOptions, TableRow, TableRowState } from './model/table';
import type { ApplyOptions, ApplyResult } from './orchestration/apply-options';
import type { DrainOptions, DrainResult } from './orchestration/drain-options';
import type { Orchestration } from './orchestration/orchestration';
import type { Plan } from './orchestration/plan';
import type { PlanOptions } from './orchestration/plan-options';
import type { RampOptions, RampResult } from './orchestration/ramp-options';
import type { TableEvent } from './orchestration/table-events';
import type { Verbs } from './orchestration/verbs';
import type { WatchOptions } from './orchestration/watch-options';
import type { Send } from './session/exchange';
import type { Late } from './session/late';
import type { Session } from './session/session';
import type { Verb } from './session/verb';
import type { PackedTable } from './wire/table';

/** Loaded by the first handle. */
let parts: typeof import('./handle-parts');
function load(): void {
  parts ??= require('./handle-parts') as typeof import('./handle-parts');
}
const sysctls = () => require('./verbs/sysctls') as typeof import('./verbs/sysctls');
const connections = () => require('./connections/readings') as typeof import('./connections/readings');
const orchestration = () =>
  require('./orchestration/orchestration') as typeof import('./orchestration/orchestration');

/** Only `open` makes handles. */
const OPENED = Symbol('opened');

/**
 * An open conversation with the kernel's IPVS. Requests run in order, off the event loop; those made while
 * one is under way go to the kernel together, as one batch. Needs CAP_NET_ADMIN in the initial user namespace: the
 * kernel checks it there for every request, reads included (`GENL_ADMIN_PERM`).
 */
export class Ipvs implements IpvsClient {
  readonly #session: Session;
  readonly #readings: Late<ConnectionReadings>;
  readonly #handle: BackendHandle;
  readonly #orchestration: Late<Orchestration>;

  private constructor(opened: typeof OPENED, handle: BackendHandle, timeout: number) {
    if (opened !== OPENED) throw new TypeError('Ipvs has no public constructor: await Ipvs.open()');
    parts.findChannel();
    this.#session = new parts.Session(handle, timeout);
    this.#readings = new parts.Late(() => new (connections().ConnectionReadings)(handle));
    this.#orchestration = new parts.Late(() => new (orchestration().Orchestration)(this.#verbs()));
    this.#handle = handle;
  }

  /** Rejects with `IpvsError`: see `IpvsErrorCode` for why. Loads the kernel module where the kernel can. */
  static async open(options: OpenOptions = {}): Promise<Ipvs> {
    load();
    const opening = parts.checked(Ipvs.open, () => parts.checkOptions(options));
    const ipvs = new Ipvs(OPENED, await parts.openHandle(opening), opening.timeout);
    try {
      // A socket opens without any privilege; only a request shows whether it may be used.
      await ipvs.#session.ask(parts.info('open'));
    } catch (error) {
      await ipvs.close();
      throw error;
    }
    return ipvs;
  }

  /** What the work over time asks. */
  #verbs(): Verbs {
    return {
      packedTable: () => this.#session.ask(parts.packedTable(false)),
      service: (key) => this.service(key),
      destinations: (service) => this.#ask(parts.destinationStates(service)),
      patchDestination: (service, key, changes) => this.patchDestination(service, key, changes),
      deleteDestination: (service, key) => this.deleteDestination(service, key),
      batch: (commands, options) => this.batch(commands, options),
      sysctls: () => this.sysctls(),
    };
  }

  #ask<T>(verb: Verb<T>): Promise<T> {
    try {
      return this.#session.ask(verb);
    } catch (error) {
      return Promise.reject(parts.fromCaller(error, methodOf(verb)));
    }
  }

  /** Whether the changes fit shows when the kernel has been asked. */
  #askPatch(verb: Verb<void>): Promise<void> {
    const trace = parts.laterFromCaller(methodOf(verb));
    return this.#ask(verb).catch((error) => {
      throw trace(error);
    });
  }

  info(): Promise<Info> {
    return this.#ask(parts.info());
  }

  services(): Promise<Service[]> {
    return this.#ask(parts.services());
  }

  service(key: ServiceKey): Promise<Service | undefined> {
    return this.#ask(parts.service(key));
  }

  destinations(service: ServiceKey): Promise<Destination[]> {
    return this.#ask(parts.destinations(service));
  }

  table(options?: TableOptions & { stats?: true }): Promise<TableRow[]>;
  /** The same, with rows without counters. */
  table(options: TableOptions & { stats: false }): Promise<TableRowState[]>;
  /** The same, with rows with counters or without, as `options.stats` says. */
  table(options?: TableOptions): Promise<TableRow[] | TableRowState[]>;
  async table(options: TableOptions = {}): Promise<TableRow[] | TableRowState[]> {
    const { stats, signal } = parts.checked(Ipvs.prototype.table, () => parts.checkTableOptions(options));
    const verb = parts.table(stats);
    return signal === undefined ? this.#session.ask(verb) : this.#session.askAlone(verb, signal);
  }

  /** @internal */
  [PACKED_TABLE](stats: boolean): Promise<PackedTable> {
    return this.#ask(parts.packedTable(stats));
  }

  addService(service: ServiceSpec): Promise<void> {
    return this.#ask(parts.addService(service));
  }

  setService(service: ServiceSpec): Promise<void> {
    return this.#ask(parts.setService(service));
  }

  patchService(key: ServiceKey, changes: ServiceOptions): Promise<void> {
    return this.#askPatch(parts.patchService(key, changes));
  }

  deleteService(key: ServiceKey): Promise<void> {
    return this.#ask(parts.deleteService(key));
  }

  addDestination(service: ServiceKey, destination: DestinationSpec): Promise<void> {
    return this.#ask(parts.addDestination(service, destination));
  }

  setDestination(service: ServiceKey, destination: DestinationSpec): Promise<void> {
    return this.#ask(parts.setDestination(service, destination));
  }

  patchDestination(service: ServiceKey, key: DestinationKey, changes: DestinationOptions): Promise<void> {
    return this.#askPatch(parts.patchDestination(service, key, changes));
  }

  deleteDestination(service: ServiceKey, key: DestinationKey): Promise<void> {
    return this.#ask(parts.deleteDestination(service, key));
  }

  async batch(commands: Iterable<Command>, options?: BatchOptions): Promise<BatchResult> {
    const trace = parts.laterFromCaller(Ipvs.prototype.batch);
    try {
      const batch = new parts.Batch(commands, options);
      const asked = { syscall: 'batch' };
      const work = async (send: Send) => {
        for (const slice of await parts.inSlices(batch.slices())) batch.take(slice, await send(slice));
        return batch.result();
      };
      return await this.#session.perform(asked, work, batch.signal);
    } catch (error) {
      throw trace(error);
    }
  }

  zero(service?: ServiceKey): Promise<void> {
    return this.#ask(parts.zero(service));
  }

  flush(): Promise<void> {
    return this.#ask(parts.flush());
  }

  timeouts(): Promise<Timeouts> {
    return this.#ask(parts.timeouts());
  }

  setTimeouts(timeouts: Partial<Timeouts>): Promise<void> {
    return this.#ask(parts.setTimeouts(timeouts));
  }

  stats(): Promise<Stats> {
    return this.#ask(parts.stats());
  }

  daemons(): Promise<Daemon[]> {
    return this.#ask(parts.daemons());
  }

  startDaemon(daemon: DaemonSpec): Promise<void> {
    return this.#ask(parts.startDaemon(daemon));
  }

  stopDaemon(role: DaemonRole): Promise<void> {
    return this.#ask(parts.stopDaemon(role));
  }

  connections(filter: ConnectionFilter = {}, options: ConnectionOptions = {}): AsyncIterable<Connection> {
    return parts.checked(Ipvs.prototype.connections, () => this.#readings.get().stream(filter, options));
  }

  countConnections(
    by: readonly ConnectionField[],
    filter: ConnectionFilter = {},
    options: ConnectionOptions = {},
  ): Promise<ConnectionCount[]> {
    try {
      return this.#readings.get().count(by, filter, options);
    } catch (error) {
      return Promise.reject(parts.fromCaller(error, Ipvs.prototype.countConnections));
    }
  }

  async plan(desired: Iterable<DesiredService>, options: PlanOptions = {}): Promise<Plan> {
    const trace = parts.laterFromCaller(Ipvs.prototype.plan);
    return this.#orchestration
      .get()
      .plan(desired, options)
      .catch((error) => {
        throw trace(error);
      });
  }

  async apply(desired: Iterable<DesiredService>, options: ApplyOptions = {}): Promise<ApplyResult> {
    const trace = parts.laterFromCaller(Ipvs.prototype.apply);
    return this.#orchestration
      .get()
      .apply(desired, options)
      .catch((error) => {
        throw trace(error);
      });
  }

  async drain(
    service: ServiceKey,
    destination: DestinationKey,
    options: DrainOptions = {},
  ): Promise<DrainResult> {
    return parts.checked(Ipvs.prototype.drain, () =>
      this.#orchestration.get().drain(service, destination, options),
    );
  }

  async rampWeight(
    service: ServiceKey,
    destination: DestinationKey,
    options: RampOptions,
  ): Promise<RampResult> {
    return parts.checked(Ipvs.prototype.rampWeight, () =>
      this.#orchestration.get().rampWeight(service, destination, options),
    );
  }

  watch(options: WatchOptions = {}): AsyncIterable<TableEvent[]> {
    return parts.checked(Ipvs.prototype.watch, () => this.#orchestration.get().watch(options));
  }

  sysctls(): Promise<Sysctls> {
    return this.#session.perform(sysctls().READING, () => sysctls().readSysctls(this.#handle));
  }

  async setSysctls(values: Partial<Sysctls>): Promise<void> {
    const trace = parts.laterFromCaller(Ipvs.prototype.setSysctls);
    try {
      const changes = new (sysctls().SysctlChanges)(values);
      await this.#session.perform(changes.asked, () => changes.write(this.#handle));
    } catch (error) {
      throw trace(error);
    }
  }

  /** @internal */
  static [HOST](netns: OpenOptions['netns']): BackendHost {
    load();
    return parts.openHost(parts.checkOptions(netns === undefined ? {} : { netns }));
  }

  /** @internal */
  [HOST](): BackendHost | undefined {
    return this.#handle.host?.();
  }

  close(): Promise<void> {
    this.#orchestration.close();
    this.#readings.close();
    return this.#session.close();
  }

  /** As `close`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

/** The handle's method of a verb: messages and methods call a verb by the same name. */
function methodOf(verb: Verb<unknown>): Method {
  return Reflect.get(Ipvs.prototype, verb.asked().syscall) as Method;
}
