/** The virtual services: found by what names them, listed in an order that nobody can rely on. */

import type { Random } from '../random';
import type { Service } from './service';

/** As many as the kernel has up to 7.0. */
const BUCKETS = 256;

export class ServiceTable implements Iterable<Service> {
  readonly #byKey = new Map<string, Service>();
  /** By a hash that the seed salts, as the kernel's lists are by one that its own chance does. */
  readonly #buckets: Service[][] = Array.from({ length: BUCKETS }, () => []);
  readonly #salt: number;

  constructor(random: Random) {
    this.#salt = random.below(2 ** 32);
  }

  get size(): number {
    return this.#byKey.size;
  }

  find(key: string): Service | undefined {
    return this.#byKey.get(key);
  }

  add(service: Service): void {
    this.#byKey.set(service.key, service);
    this.#bucket(service.key).push(service);
  }

  remove(service: Service): void {
    this.#byKey.delete(service.key);
    const bucket = this.#bucket(service.key);
    bucket.splice(bucket.lastIndexOf(service), 1);
  }

  /** Of those in one bucket the newest first. */
  *[Symbol.iterator](): Generator<Service, void> {
    for (const bucket of this.#buckets) yield* bucket.toReversed();
  }

  #bucket(key: string): Service[] {
    let hash = this.#salt;
    for (let n = 0; n < key.length; n++) hash = Math.imul(hash ^ key.charCodeAt(n), 0x01000193);
    return this.#buckets[(hash ^ (hash >>> 15)) & (BUCKETS - 1)] as Service[];
  }
}
