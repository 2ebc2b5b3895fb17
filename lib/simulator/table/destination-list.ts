/** The destinations of a service: the newest first, as the kernel lists them and as its schedulers go through them. */

import type { Destination } from './destination';

export class DestinationList implements Iterable<Destination> {
  readonly #byKey = new Map<string, Destination>();
  #newest: Destination | undefined;

  get size(): number {
    return this.#byKey.size;
  }

  find(key: string): Destination | undefined {
    return this.#byKey.get(key);
  }

  add(destination: Destination): void {
    destination.newer = undefined;
    destination.older = this.#newest;
    if (this.#newest !== undefined) this.#newest.newer = destination;
    this.#newest = destination;
    this.#byKey.set(destination.key, destination);
  }

  /** Its neighbours stay known to it: a scheduler may stand there. */
  remove(destination: Destination): void {
    const { newer, older } = destination;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    if (older !== undefined) older.newer = newer;
    this.#byKey.delete(destination.key);
  }

  /** The one behind `destination`, or the first where that is `undefined`: the head of the list. */
  after(destination: Destination | undefined): Destination | undefined {
    return destination === undefined ? this.#newest : destination.older;
  }

  *[Symbol.iterator](): Generator<Destination, void> {
    for (let each = this.#newest; each !== undefined; each = each.older) yield each;
  }
}
