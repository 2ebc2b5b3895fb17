import type { Asked } from '../errors/asked';
import { refused } from '../errors/refusal';
import { describeDestination } from '../model/destination';
import { now } from '../session/clock';
import { Failures, isGone, isNoSuchDestination } from './lasting';
import type { Listings, Server } from './listings';
import type { RampResult, RampSettings } from './ramp-options';
import type { Task } from './task';
import type { Verbs } from './verbs';

const ENOENT = 2;

/** Moves one real server's weight in steps. */
export class Ramp {
  readonly #verbs: Verbs;
  readonly #listings: Listings;
  readonly #asked: Asked;
  readonly #server: Server;
  readonly #name: string;
  readonly #settings: RampSettings;
  readonly #failures = new Failures();
  /** That which this has set last, or found at the beginning; both where it is not known whether it was set. */
  #weights = new Set<number>();

  constructor(verbs: Verbs, listings: Listings, asked: Asked, server: Server, settings: RampSettings) {
    this.#verbs = verbs;
    this.#listings = listings;
    this.#asked = asked;
    this.#server = server;
    this.#name = describeDestination(server.destination);
    this.#settings = settings;
  }

  async run(task: Task): Promise<RampResult> {
    const found = await task.until(this.#look());
    if (found === undefined) throw refused(this.#asked, ENOENT);
    this.#weights.add(found);
    const { to, over, steps, from = found } = this.#settings;
    let due = now();
    for (let step = 0; step <= steps; step++) {
      if (step > 0) {
        const last = due;
        due += over / steps;
        // Where the clock stands still, as fake ones may, the times between the steps are what counts.
        await task.sleep(Math.max(0, due - Math.max(now(), last)));
      }
      const weight = Math.round(from + ((to - from) * step) / steps);
      const superseded = await this.#step(task, weight, step === steps);
      if (superseded !== undefined) return superseded;
    }
    return { outcome: 'done', weight: to };
  }

  /** Sets the weight, where it is the last one still; returns the result where it is not. */
  async #step(task: Task, weight: number, isLast: boolean): Promise<RampResult | undefined> {
    try {
      const found = await task.until(this.#look());
      if (found === undefined) return { outcome: 'superseded' };
      if (!this.#weights.has(found)) return { outcome: 'superseded', weight: found };
      if (weight !== found) await this.#set(weight);
      this.#failures.reset();
    } catch (error) {
      task.check();
      if (isGone(error) || isNoSuchDestination(error)) return { outcome: 'superseded' };
      if (isLast) throw error;
      this.#failures.note(error);
    }
    return undefined;
  }

  async #look(): Promise<number | undefined> {
    const listing = await this.#listings.list(this.#server.service, this.#listings.mark());
    return listing.get(this.#name)?.weight;
  }

  async #set(weight: number): Promise<void> {
    this.#weights.add(weight);
    await this.#verbs.patchDestination(this.#server.service, this.#server.destination, { weight });
    this.#weights = new Set([weight]);
  }
}
