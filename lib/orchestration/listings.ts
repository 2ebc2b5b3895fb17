import { type DestinationKey, type DestinationState, describeDestination } from '../model/destination';
import { describeService, type ServiceKey } from '../model/service';
import type { Verbs } from './verbs';

/** The real servers of one service, by what `describeDestination` says of their keys. */
export type Listing = ReadonlyMap<string, DestinationState>;

interface UnderWay {
  number: number;
  listing: Promise<Listing>;
}

/** Lists services' real servers; a listing that is under way serves all who may have it. */
export class Listings {
  readonly #verbs: Verbs;
  readonly #underWay = new Map<string, UnderWay>();
  #asked = 0;
  #mark: number | undefined;

  constructor(verbs: Verbs) {
    this.#verbs = verbs;
  }

  /** What tells the listings that are asked for from now on from those before. The same for all of one turn. */
  mark(): number {
    if (this.#mark === undefined) {
      this.#mark = this.#asked;
      // Not `queueMicrotask`: fake timers replace it.
      Promise.resolve().then(() => {
        this.#mark = undefined;
      });
    }
    return this.#mark;
  }

  /** A listing that was asked for after the mark. */
  list(service: ServiceKey, mark: number): Promise<Listing> {
    const name = describeService(service);
    const current = this.#underWay.get(name);
    if (current !== undefined && current.number > mark) return current.listing;
    const number = ++this.#asked;
    const listing = this.#list(service).finally(() => {
      if (this.#underWay.get(name)?.number === number) this.#underWay.delete(name);
    });
    this.#underWay.set(name, { number, listing });
    return listing;
  }

  async #list(service: ServiceKey): Promise<Listing> {
    const destinations = await this.#verbs.destinations(service);
    return new Map(destinations.map((destination) => [describeDestination(destination), destination]));
  }
}

/** A real server, its keys in canonical form. */
export interface Server {
  service: ServiceKey;
  destination: DestinationKey;
}
