import { loadAddon, type NativeHandle } from './backend/addon';
import { ConnectionReadings } from './connections/connections';
import { closed } from './errors/ipvs-error';
import type {
  BatchOptions,
  BatchResult,
  Command,
  Connection,
  ConnectionCount,
  ConnectionField,
  ConnectionFilter,
  Daemon,
  DaemonRole,
  DaemonSpec,
  Destination,
  DestinationKey,
  DestinationOptions,
  DestinationSpec,
  Info,
  OpenOptions,
  Service,
  ServiceKey,
  ServiceOptions,
  ServiceSpec,
  Stats,
  Timeouts,
} from './model/types';
import { checkOptions, openFailed } from './session/open';
import { finish } from './session/pace';
import type { Question } from './session/verb';
import { Batch } from './verbs/batch';
import type { TableRow } from './verbs/commands';
import * as commands from './verbs/commands';
import * as patches from './verbs/patches';
import { Answer } from './wire/answer';
import { Requests } from './wire/requests';

/** The same verbs as `Ipvs`, returning values instead of promises: for scripts, tools and start-up code. */
export class IpvsSync implements Disposable {
  readonly #native: NativeHandle;
  readonly #timeout: number;
  readonly #requests = new Requests();
  readonly #readings: ConnectionReadings;
  #closed = false;

  private constructor(native: NativeHandle, timeout: number) {
    this.#native = native;
    this.#timeout = timeout;
    this.#readings = new ConnectionReadings(native);
  }

  /** Throws `IpvsError`: see `IpvsErrorCode` for why. Loads the kernel module where the kernel can. */
  static open(options: OpenOptions = {}): IpvsSync {
    const opening = checkOptions(options);
    const native = new (loadAddon().Handle)();
    const failure = native.openSync(opening.netns);
    if (failure !== 0) throw openFailed(failure, opening);
    const ipvs = new IpvsSync(native, opening.timeout);
    try {
      // A socket opens without any privilege; only a request shows whether it may be used.
      ipvs.info();
    } catch (error) {
      ipvs.close();
      throw error;
    }
    return ipvs;
  }

  #ask<T>(question: Question<T>): T {
    if (this.#closed) throw closed(question.about());
    this.#requests.truncate(0);
    question.ask(this.#requests);
    return question.read(this.#exchange(this.#requests), 0);
  }

  #exchange(requests: Requests): Answer {
    return Answer.of(this.#native.exchangeSync(requests.memory.buffer, requests.length, this.#timeout));
  }

  /** The kernel's IPVS version, and how large its connection table is. */
  info(): Info {
    return this.#ask(commands.info());
  }

  /** Every virtual service, in the kernel's order, which is none. */
  services(): Service[] {
    return this.#ask(commands.services());
  }

  /** `undefined` where there is none. */
  service(key: ServiceKey): Service | undefined {
    return this.#ask(commands.service(key));
  }

  /** The real servers of a service, the newest first. `ESRCH` where there is no such service. */
  destinations(service: ServiceKey): Destination[] {
    return this.#ask(commands.destinations(service));
  }

  /** Every service with its destinations: the table that `ipvsadm -L` shows. */
  table(): TableRow[] {
    return this.#ask(commands.table());
  }

  /** `EEXIST` where the service exists, `ENOENT` where the kernel has no such scheduler or persistence engine. */
  addService(service: ServiceSpec): void {
    this.#ask(commands.addService(service));
  }

  /** Replaces the whole configuration: what is not given falls back to its default. `ESRCH` where there is none. */
  setService(service: ServiceSpec): void {
    this.#ask(commands.setService(service));
  }

  /**
   * Changes what is given, of persistence too, and keeps the rest. Another process may change the service between
   * the reading and the writing of this. `ESRCH` where there is none.
   */
  patchService(key: ServiceKey, changes: ServiceOptions): void {
    this.#ask(patches.patchService(key, changes));
  }

  /** Removes the service and its destinations; connections live on until they time out. `ESRCH` where there is none. */
  deleteService(key: ServiceKey): void {
    this.#ask(commands.deleteService(key));
  }

  /** `ESRCH` where there is no such service, `EEXIST` where it has the destination. */
  addDestination(service: ServiceKey, destination: DestinationSpec): void {
    this.#ask(commands.addDestination(service, destination));
  }

  /** Replaces the whole configuration: what is not given falls back to its default. `ENOENT` where there is none. */
  setDestination(service: ServiceKey, destination: DestinationSpec): void {
    this.#ask(commands.setDestination(service, destination));
  }

  /** Changes what is given, and keeps the rest: as `patchService`. `ESRCH` or `ENOENT` where there is none. */
  patchDestination(service: ServiceKey, key: DestinationKey, changes: DestinationOptions): void {
    this.#ask(patches.patchDestination(service, key, changes));
  }

  /** Connections to it live on until they time out, but their packets are dropped. `ENOENT` where there is none. */
  deleteDestination(service: ServiceKey, key: DestinationKey): void {
    this.#ask(commands.deleteDestination(service, key));
  }

  /**
   * Carries out commands in order, hundreds to a system call. All are checked before the first is sent; a command
   * that the kernel refuses does not stop those after it, and none is undone.
   */
  batch(commands: Iterable<Command>, options?: BatchOptions): BatchResult {
    if (this.#closed) throw closed({ syscall: 'batch' });
    const batch = new Batch(commands, options);
    for (const slice of finish(batch.slices())) batch.take(slice, this.#exchange(slice));
    return batch.result();
  }

  /** Resets the counters of one service, or of all of them. */
  zero(service?: ServiceKey): void {
    this.#ask(commands.zero(service));
  }

  /** Removes every service and destination. */
  flush(): void {
    this.#ask(commands.flush());
  }

  /** How long the kernel keeps idle connections. */
  timeouts(): Timeouts {
    return this.#ask(commands.timeouts());
  }

  /** Those not given keep their value. */
  setTimeouts(timeouts: Partial<Timeouts>): void {
    this.#ask(commands.setTimeouts(timeouts));
  }

  /** Director-wide counters. */
  stats(): Stats {
    return this.#ask(commands.stats());
  }

  /** The synchronisation daemons that run: at most a master and a backup. */
  daemons(): Daemon[] {
    return this.#ask(commands.daemons());
  }

  /** `EEXIST` where one of this role runs, `ENODEV` where there is no such interface. */
  startDaemon(daemon: DaemonSpec): void {
    this.#ask(commands.startDaemon(daemon));
  }

  /** `ESRCH` where none of this role runs. */
  stopDaemon(role: DaemonRole): void {
    this.#ask(commands.stopDaemon(role));
  }

  /** Reads the connection table in bounded memory, whatever its size. */
  connections(filter: ConnectionFilter = {}): Iterable<Connection> {
    return this.#readings.iterate(filter);
  }

  /** Counts without making an object per connection. `by: []` gives one row: the total. */
  countConnections(by: readonly ConnectionField[], filter: ConnectionFilter = {}): ConnectionCount[] {
    return this.#readings.countSync(by, filter);
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#readings.close();
    this.#native.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
