import type { Asked } from '../errors/asked';
import { IpvsError } from '../errors/ipvs-error';
import { refused } from '../errors/refusal';
import { type DestinationState, describeDestination } from '../model/destination';
import type { Sysctls } from '../model/sysctls';
import { now } from '../session/clock';
import type { Alarms } from './alarms';
import type { DrainResult, DrainSettings } from './drain-options';
import { type DrainWarning, drainWarnings } from './drain-warnings';
import { Failures, isGone, isNoSuchDestination } from './lasting';
import type { Listings, Server } from './listings';
import type { Task } from './task';
import type { Verbs } from './verbs';

const ENOENT = 2;
const ESRCH = 3;

/** What a drain finds before it begins. */
interface Start {
  weight: number;
  warnings: DrainWarning[];
}

/** Ends a drain whose real server is wanted again. */
export class Superseding {
  /** Whether the drain gives the weight back; otherwise, somebody is about to set it. */
  readonly restores: boolean;

  constructor(restores: boolean) {
    this.restores = restores;
  }
}

/** Takes one real server out of service. */
export class Drain {
  readonly #verbs: Verbs;
  readonly #listings: Listings;
  readonly #alarms: Alarms;
  readonly #asked: Asked;
  readonly #server: Server;
  readonly #name: string;
  readonly #settings: DrainSettings;
  readonly #failures = new Failures();
  /** Listings up to this one were asked for before the last look, or before the weight was 0. */
  #mark: number;
  /** When the weight became 0. */
  #since = 0;
  #left = 0;

  constructor(
    verbs: Verbs,
    listings: Listings,
    alarms: Alarms,
    asked: Asked,
    server: Server,
    settings: DrainSettings,
  ) {
    this.#verbs = verbs;
    this.#listings = listings;
    this.#alarms = alarms;
    this.#asked = asked;
    this.#server = server;
    this.#name = describeDestination(server.destination);
    this.#settings = settings;
    this.#mark = listings.mark();
  }

  async run(task: Task): Promise<DrainResult> {
    task.check();
    const { weight, warnings } = await task.until(this.#start());
    if (weight !== 0) await this.#setWeight(0);
    this.#since = now();
    this.#mark = this.#listings.mark();
    try {
      const outcome = await this.#wait(task);
      return { ...(await this.#finish(outcome, weight)), warnings };
    } catch (error) {
      const { signal } = this.#settings;
      const isSuperseded = error instanceof Superseding;
      if (isSuperseded ? error.restores : signal?.aborted && error === signal.reason) {
        await this.#restore(weight);
      }
      if (!isSuperseded) throw error;
      return { ...this.#ended('superseded', false), warnings };
    }
  }

  async #start(): Promise<Start> {
    const { service } = this.#server;
    const [state, listing, sysctls] = await Promise.all([
      this.#verbs.service(service),
      this.#listings.list(service, this.#mark),
      this.#settingsOfNamespace(),
    ]);
    if (state === undefined) throw refused(this.#asked, ESRCH);
    const destination = listing.get(this.#name);
    if (destination === undefined) throw refused(this.#asked, ENOENT);
    const others = [...listing.values()].filter((other) => other !== destination);
    const warnings = drainWarnings({ service: state, destination, others, sysctls });
    return { weight: destination.weight, warnings };
  }

  /** Namespaces of an unprivileged user have none on kernels before 6.10: the kernel's defaults hold there. */
  async #settingsOfNamespace(): Promise<Sysctls> {
    try {
      return await this.#verbs.sysctls();
    } catch (error) {
      if (error instanceof IpvsError && error.code === 'ERR_IPVS_MODULE_MISSING') return {};
      throw error;
    }
  }

  #setWeight(weight: number): Promise<void> {
    const { service, destination } = this.#server;
    return this.#verbs.patchDestination(service, destination, { weight });
  }

  /**
   * Looks until it is idle twice in a row: a packet that was being scheduled when the weight became 0 may bring a
   * connection after the first look.
   */
  async #wait(task: Task): Promise<DrainResult['outcome']> {
    const { timeout, interval } = this.#settings;
    let isLate = false;
    let wake = () => {};
    const deadline =
      timeout === 0
        ? undefined
        : setTimeout(() => {
            isLate = true;
            wake();
          }, timeout);
    try {
      let wasIdle = false;
      for (;;) {
        const isLast = isLate;
        const found = await this.#look(task);
        if (found === null || (found !== undefined && found.weight > 0)) return 'superseded';
        if (found !== undefined) {
          const isIdle = this.#report(found);
          if (isIdle && (wasIdle || isLast)) return 'drained';
          wasIdle = isIdle;
        }
        if (isLast) return 'timeout';
        if (isLate) continue;
        await task.wait<void>((resolve) => {
          wake = resolve;
          return this.#alarms.set(interval, resolve);
        });
      }
    } finally {
      clearTimeout(deadline);
    }
  }

  /** The real server as it is; `null` where it is gone, `undefined` where nothing is known. */
  async #look(task: Task): Promise<DestinationState | null | undefined> {
    const looking = this.#listings.list(this.#server.service, this.#mark);
    try {
      const listing = await task.until(looking);
      this.#failures.reset();
      return listing.get(this.#name) ?? null;
    } catch (error) {
      task.check();
      if (isGone(error)) return null;
      this.#failures.note(error);
      return undefined;
    } finally {
      this.#mark = this.#listings.mark();
    }
  }

  /** Returns whether it is idle. */
  #report({ activeConnections, inactiveConnections }: DestinationState): boolean {
    this.#left = activeConnections + inactiveConnections;
    this.#settings.onProgress({ activeConnections, inactiveConnections, elapsed: this.#elapsed() });
    return this.#left === 0;
  }

  #elapsed(): number {
    return Math.max(0, now() - this.#since);
  }

  /** Does what is to be done at the end. */
  async #finish(outcome: DrainResult['outcome'], weight: number): Promise<Omit<DrainResult, 'warnings'>> {
    const { remove, onTimeout } = this.#settings;
    const deletes = outcome === 'drained' ? remove : outcome === 'timeout' && onTimeout === 'delete';
    const removed = deletes && (await this.#remove());
    if (outcome === 'timeout' && onTimeout === 'restore') await this.#restore(weight);
    return this.#ended(deletes && !removed ? 'superseded' : outcome, removed);
  }

  #ended(outcome: DrainResult['outcome'], removed: boolean): Omit<DrainResult, 'warnings'> {
    return { ...this.#server, outcome, removed, left: this.#left, elapsed: this.#elapsed() };
  }

  /** False where somebody else was faster. */
  async #remove(): Promise<boolean> {
    try {
      await this.#verbs.deleteDestination(this.#server.service, this.#server.destination);
      return true;
    } catch (error) {
      if (isGone(error) || isNoSuchDestination(error)) return false;
      throw error;
    }
  }

  /** Gives the weight back, unless somebody has given it one, or removed it. */
  async #restore(weight: number): Promise<void> {
    try {
      const listing = await this.#listings.list(this.#server.service, this.#listings.mark());
      if (listing.get(this.#name)?.weight === 0 && weight !== 0) await this.#setWeight(weight);
    } catch (error) {
      if (!isGone(error) && !isNoSuchDestination(error)) throw error;
    }
  }
}
