import { loadAddon, type NativeHandle } from './backend/addon';
import { ConnectionReadings } from './connections/connections';
import type {
  BatchOptions,
  BatchResult,
  Command,
  Connection,
  ConnectionCount,
  ConnectionField,
  ConnectionFilter,
  ConnectionOptions,
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
import { checkOptions, inTime, openFailed } from './session/open';
import { pace } from './session/pace';
import { Queue } from './session/session';
import { Batch } from './verbs/batch';
import type { TableRow } from './verbs/commands';
import * as commands from './verbs/commands';
import * as patches from './verbs/patches';

/**
 * An open conversation with the kernel's IPVS. Requests run in order, off the event loop; those made while
 * one is under way go to the kernel together, as one batch. Needs CAP_NET_ADMIN in the initial user namespace: the
 * kernel checks it there for every request, reads included (`GENL_ADMIN_PERM`).
 */
export class Ipvs implements AsyncDisposable {
  readonly #queue: Queue;
  readonly #readings: ConnectionReadings;

  private constructor(native: NativeHandle, timeout: number) {
    this.#queue = new Queue(native, timeout);
    this.#readings = new ConnectionReadings(native);
  }

  /** Rejects with `IpvsError`: see `IpvsErrorCode` for why. Loads the kernel module where the kernel can. */
  static async open(options: OpenOptions = {}): Promise<Ipvs> {
    const opening = checkOptions(options);
    const native = new (loadAddon().Handle)();
    const failure = await inTime(native.open(opening.netns), opening.timeout);
    if (failure !== 0) throw openFailed(failure, opening);
    const ipvs = new Ipvs(native, opening.timeout);
    try {
      // A socket opens without any privilege; only a request shows whether it may be used.
      await ipvs.info();
    } catch (error) {
      await ipvs.close();
      throw error;
    }
    return ipvs;
  }

  /** The kernel's IPVS version, and how large its connection table is. */
  info(): Promise<Info> {
    return this.#queue.ask(commands.info());
  }

  /** Every virtual service, in the kernel's order, which is none. */
  services(): Promise<Service[]> {
    return this.#queue.ask(commands.services());
  }

  /** `undefined` where there is none. */
  service(key: ServiceKey): Promise<Service | undefined> {
    return this.#queue.ask(commands.service(key));
  }

  /** The real servers of a service, the newest first. `ESRCH` where there is no such service. */
  destinations(service: ServiceKey): Promise<Destination[]> {
    return this.#queue.ask(commands.destinations(service));
  }

  /** Every service with its destinations: the table that `ipvsadm -L` shows. */
  table(): Promise<TableRow[]> {
    return this.#queue.ask(commands.table());
  }

  /** `EEXIST` where the service exists, `ENOENT` where the kernel has no such scheduler or persistence engine. */
  addService(service: ServiceSpec): Promise<void> {
    return this.#queue.ask(commands.addService(service));
  }

  /** Replaces the whole configuration: what is not given falls back to its default. `ESRCH` where there is none. */
  setService(service: ServiceSpec): Promise<void> {
    return this.#queue.ask(commands.setService(service));
  }

  /**
   * Changes what is given, of persistence too, and keeps the rest. Another process may change the service between
   * the reading and the writing of this; requests of the same handle do not. `ESRCH` where there is none.
   */
  patchService(key: ServiceKey, changes: ServiceOptions): Promise<void> {
    return this.#queue.ask(patches.patchService(key, changes));
  }

  /** Removes the service and its destinations; connections live on until they time out. `ESRCH` where there is none. */
  deleteService(key: ServiceKey): Promise<void> {
    return this.#queue.ask(commands.deleteService(key));
  }

  /** `ESRCH` where there is no such service, `EEXIST` where it has the destination. */
  addDestination(service: ServiceKey, destination: DestinationSpec): Promise<void> {
    return this.#queue.ask(commands.addDestination(service, destination));
  }

  /** Replaces the whole configuration: what is not given falls back to its default. `ENOENT` where there is none. */
  setDestination(service: ServiceKey, destination: DestinationSpec): Promise<void> {
    return this.#queue.ask(commands.setDestination(service, destination));
  }

  /** Changes what is given, and keeps the rest: as `patchService`. `ESRCH` or `ENOENT` where there is none. */
  patchDestination(service: ServiceKey, key: DestinationKey, changes: DestinationOptions): Promise<void> {
    return this.#queue.ask(patches.patchDestination(service, key, changes));
  }

  /** Connections to it live on until they time out, but their packets are dropped. `ENOENT` where there is none. */
  deleteDestination(service: ServiceKey, key: DestinationKey): Promise<void> {
    return this.#queue.ask(commands.deleteDestination(service, key));
  }

  /**
   * Carries out commands in order, hundreds to a system call. All are checked before the first is sent; a command
   * that the kernel refuses does not stop those after it, and none is undone. Requests made meanwhile wait.
   */
  async batch(commands: Iterable<Command>, options?: BatchOptions): Promise<BatchResult> {
    const batch = new Batch(commands, options);
    return this.#queue.perform({ syscall: 'batch' }, async (exchange) => {
      for (const slice of await pace(batch.slices())) batch.take(slice, await exchange(slice));
      return batch.result();
    });
  }

  /** Resets the counters of one service, or of all of them. */
  zero(service?: ServiceKey): Promise<void> {
    return this.#queue.ask(commands.zero(service));
  }

  /** Removes every service and destination. */
  flush(): Promise<void> {
    return this.#queue.ask(commands.flush());
  }

  /** How long the kernel keeps idle connections. */
  timeouts(): Promise<Timeouts> {
    return this.#queue.ask(commands.timeouts());
  }

  /** Those not given keep their value. */
  setTimeouts(timeouts: Partial<Timeouts>): Promise<void> {
    return this.#queue.ask(commands.setTimeouts(timeouts));
  }

  /** Director-wide counters. */
  stats(): Promise<Stats> {
    return this.#queue.ask(commands.stats());
  }

  /** The synchronisation daemons that run: at most a master and a backup. */
  daemons(): Promise<Daemon[]> {
    return this.#queue.ask(commands.daemons());
  }

  /** `EEXIST` where one of this role runs, `ENODEV` where there is no such interface. */
  startDaemon(daemon: DaemonSpec): Promise<void> {
    return this.#queue.ask(commands.startDaemon(daemon));
  }

  /** `ESRCH` where none of this role runs. */
  stopDaemon(role: DaemonRole): Promise<void> {
    return this.#queue.ask(commands.stopDaemon(role));
  }

  /**
   * Streams the connection table in bounded memory, whatever its size. Throws where the filter is wrong. Each call is
   * one reading, which begins with the first `next` and ends with the loop.
   */
  connections(filter: ConnectionFilter = {}, options: ConnectionOptions = {}): AsyncIterable<Connection> {
    return this.#readings.stream(filter, options);
  }

  /** Counts without making an object per connection. `by: []` gives one row: the total. */
  countConnections(
    by: readonly ConnectionField[],
    filter: ConnectionFilter = {},
    options: ConnectionOptions = {},
  ): Promise<ConnectionCount[]> {
    return this.#readings.count(by, filter, options);
  }

  /** Idempotent. Requests still waiting reject with `ERR_IPVS_CLOSED`; one under way ends first. */
  close(): Promise<void> {
    this.#readings.close();
    return this.#queue.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
