import { type BackendHandle, type BackendHost, HOST } from './backend/backend';
import type { IpvsClient } from './client';
import type { ConnectionReadings } from './connections/readings';
import { checked, fromCaller, laterFromCaller, type Method } from './errors/argument';
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
import { Late } from './session/late';
import { checkOptions } from './session/open-options';
import { openHandle, openHost } from './session/opening';
import { inSlices } from './session/pacing';
import { Session } from './session/session';
import { findChannel } from './session/tracing';
import type { Verb } from './session/verb';
import { Batch } from './verbs/batch';
import * as daemons from './verbs/daemons';
import * as destinations from './verbs/destinations';
import * as director from './verbs/director';
import { info } from './verbs/info';
import { packedTable } from './verbs/packed-table';
import * as patches from './verbs/patches';
import * as services from './verbs/services';
import * as table from './verbs/table';
import { PACKED_TABLE, type PackedTable } from './wire/table';

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
    findChannel();
    this.#session = new Session(handle, timeout);
    this.#readings = new Late(() => new (connections().ConnectionReadings)(handle));
    this.#orchestration = new Late(() => new (orchestration().Orchestration)(this.#verbs()));
    this.#handle = handle;
  }

  /** Rejects with `IpvsError`: see `IpvsErrorCode` for why. Loads the kernel module where the kernel can. */
  static async open(options: OpenOptions = {}): Promise<Ipvs> {
    const opening = checked(Ipvs.open, () => checkOptions(options));
    const ipvs = new Ipvs(OPENED, await openHandle(opening), opening.timeout);
    try {
      // A socket opens without any privilege; only a request shows whether it may be used.
      await ipvs.#session.ask(info('open'));
    } catch (error) {
      await ipvs.close();
      throw error;
    }
    return ipvs;
  }

  /** What the work over time asks. */
  #verbs(): Verbs {
    return {
      packedTable: () => this.#session.ask(packedTable(false)),
      service: (key) => this.service(key),
      destinations: (service) => this.#ask(destinations.destinationStates(service)),
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
      return Promise.reject(fromCaller(error, methodOf(verb)));
    }
  }

  /** Whether the changes fit shows when the kernel has been asked. */
  #askPatch(verb: Verb<void>): Promise<void> {
    const trace = laterFromCaller(methodOf(verb));
    return this.#ask(verb).catch((error) => {
      throw trace(error);
    });
  }

  info(): Promise<Info> {
    return this.#ask(info());
  }

  services(): Promise<Service[]> {
    return this.#ask(services.services());
  }

  service(key: ServiceKey): Promise<Service | undefined> {
    return this.#ask(services.service(key));
  }

  destinations(service: ServiceKey): Promise<Destination[]> {
    return this.#ask(destinations.destinations(service));
  }

  table(options?: TableOptions & { stats?: true }): Promise<TableRow[]>;
  /** The same, with rows without counters. */
  table(options: TableOptions & { stats: false }): Promise<TableRowState[]>;
  /** The same, with rows with counters or without, as `options.stats` says. */
  table(options?: TableOptions): Promise<TableRow[] | TableRowState[]>;
  async table(options: TableOptions = {}): Promise<TableRow[] | TableRowState[]> {
    const { stats, signal } = checked(Ipvs.prototype.table, () => table.checkTableOptions(options));
    const verb = table.table(stats);
    return signal === undefined ? this.#session.ask(verb) : this.#session.askAlone(verb, signal);
  }

  /** @internal */
  [PACKED_TABLE](stats: boolean): Promise<PackedTable> {
    return this.#ask(packedTable(stats));
  }

  addService(service: ServiceSpec): Promise<void> {
    return this.#ask(services.addService(service));
  }

  setService(service: ServiceSpec): Promise<void> {
    return this.#ask(services.setService(service));
  }

  patchService(key: ServiceKey, changes: ServiceOptions): Promise<void> {
    return this.#askPatch(patches.patchService(key, changes));
  }

  deleteService(key: ServiceKey): Promise<void> {
    return this.#ask(services.deleteService(key));
  }

  addDestination(service: ServiceKey, destination: DestinationSpec): Promise<void> {
    return this.#ask(destinations.addDestination(service, destination));
  }

  setDestination(service: ServiceKey, destination: DestinationSpec): Promise<void> {
    return this.#ask(destinations.setDestination(service, destination));
  }

  patchDestination(service: ServiceKey, key: DestinationKey, changes: DestinationOptions): Promise<void> {
    return this.#askPatch(patches.patchDestination(service, key, changes));
  }

  deleteDestination(service: ServiceKey, key: DestinationKey): Promise<void> {
    return this.#ask(destinations.deleteDestination(service, key));
  }

  async batch(commands: Iterable<Command>, options?: BatchOptions): Promise<BatchResult> {
    const trace = laterFromCaller(Ipvs.prototype.batch);
    try {
      const batch = new Batch(commands, options);
      const asked = { syscall: 'batch' };
      const work = async (send: Send) => {
        for (const slice of await inSlices(batch.slices())) batch.take(slice, await send(slice));
        return batch.result();
      };
      return await this.#session.perform(asked, work, batch.signal);
    } catch (error) {
      throw trace(error);
    }
  }

  zero(service?: ServiceKey): Promise<void> {
    return this.#ask(table.zero(service));
  }

  flush(): Promise<void> {
    return this.#ask(table.flush());
  }

  timeouts(): Promise<Timeouts> {
    return this.#ask(director.timeouts());
  }

  setTimeouts(timeouts: Partial<Timeouts>): Promise<void> {
    return this.#ask(director.setTimeouts(timeouts));
  }

  stats(): Promise<Stats> {
    return this.#ask(director.stats());
  }

  daemons(): Promise<Daemon[]> {
    return this.#ask(daemons.daemons());
  }

  startDaemon(daemon: DaemonSpec): Promise<void> {
    return this.#ask(daemons.startDaemon(daemon));
  }

  stopDaemon(role: DaemonRole): Promise<void> {
    return this.#ask(daemons.stopDaemon(role));
  }

  connections(filter: ConnectionFilter = {}, options: ConnectionOptions = {}): AsyncIterable<Connection> {
    return checked(Ipvs.prototype.connections, () => this.#readings.get().stream(filter, options));
  }

  countConnections(
    by: readonly ConnectionField[],
    filter: ConnectionFilter = {},
    options: ConnectionOptions = {},
  ): Promise<ConnectionCount[]> {
    try {
      return this.#readings.get().count(by, filter, options);
    } catch (error) {
      return Promise.reject(fromCaller(error, Ipvs.prototype.countConnections));
    }
  }

  async plan(desired: Iterable<DesiredService>, options: PlanOptions = {}): Promise<Plan> {
    const trace = laterFromCaller(Ipvs.prototype.plan);
    return this.#orchestration
      .get()
      .plan(desired, options)
      .catch((error) => {
        throw trace(error);
      });
  }

  async apply(desired: Iterable<DesiredService>, options: ApplyOptions = {}): Promise<ApplyResult> {
    const trace = laterFromCaller(Ipvs.prototype.apply);
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
    return checked(Ipvs.prototype.drain, () =>
      this.#orchestration.get().drain(service, destination, options),
    );
  }

  async rampWeight(
    service: ServiceKey,
    destination: DestinationKey,
    options: RampOptions,
  ): Promise<RampResult> {
    return checked(Ipvs.prototype.rampWeight, () =>
      this.#orchestration.get().rampWeight(service, destination, options),
    );
  }

  watch(options: WatchOptions = {}): AsyncIterable<TableEvent[]> {
    return checked(Ipvs.prototype.watch, () => this.#orchestration.get().watch(options));
  }

  sysctls(): Promise<Sysctls> {
    return this.#session.perform(sysctls().READING, () => sysctls().readSysctls(this.#handle));
  }

  async setSysctls(values: Partial<Sysctls>): Promise<void> {
    const trace = laterFromCaller(Ipvs.prototype.setSysctls);
    try {
      const changes = new (sysctls().SysctlChanges)(values);
      await this.#session.perform(changes.asked, () => changes.write(this.#handle));
    } catch (error) {
      throw trace(error);
    }
  }

  /** @internal */
  static [HOST](netns: OpenOptions['netns']): BackendHost {
    return openHost(checkOptions(netns === undefined ? {} : { netns }));
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
