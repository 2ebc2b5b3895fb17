/** The connection table. */

import { addressKey, endpointKey } from '../bytes';
import type { Clock } from '../clock';
import type { Kernel } from '../kernel';
import type { Random } from '../random';
import type { Destination } from '../table/destination';
import { Entry, type EntryKey } from './entry';

/** Up to 7.0; since then the least, once there is a service. */
const FIXED_SIZE = 4096;
const LEAST_SIZE = 256;

/** What a template waits where its time is over and connections that it made are left. */
const POSTPONEMENT = 60_000;

/** The port of a template that is no longer valid. */
const INVALID_PORT = 0xffff;

function keyText(key: EntryKey, isTemplate: boolean): string {
  const { protocol, family, client, clientPort, virtual, virtualPort, fwmark } = key;
  const virtualKey = endpointKey(family, protocol, virtual, 0, virtualPort);
  const kind = String.fromCharCode(isTemplate ? 1 : 0, clientPort, fwmark >>> 16, fwmark & 0xffff);
  return kind + virtualKey + addressKey(family, client);
}

export class ConnectionTable {
  readonly #kernel: Kernel;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #givenSize: number | undefined;
  readonly #entries = new Map<string, Entry>();
  /** Templates that are no longer valid last until their time is over; nobody finds them. */
  readonly #invalid = new Set<Entry>();
  #size = 0;

  constructor(kernel: Kernel, clock: Clock, random: Random, givenSize: number | undefined) {
    this.#kernel = kernel;
    this.#clock = clock;
    this.#random = random;
    this.#givenSize = givenSize;
  }

  /** The size that `info` reports. */
  get size(): number {
    return this.#givenSize ?? (this.#kernel.growsConnectionTable ? this.#size : FIXED_SIZE);
  }

  /** Since 7.1 the first service makes the table. */
  serviceAdded(): void {
    this.#size ||= LEAST_SIZE;
  }

  find(key: EntryKey, isTemplate: boolean): Entry | undefined {
    return this.#entries.get(keyText(key, isTemplate));
  }

  /** Makes an entry. One that is `brief` is not listed: it ends with its packet. */
  add(
    key: EntryKey,
    destination: Destination,
    destinationPort: number,
    kind: { isTemplate?: boolean; isBrief?: boolean } = {},
  ): Entry {
    const { isTemplate = false, isBrief = false } = kind;
    const entry = new Entry(key, destination, destinationPort, isTemplate, (each) => this.#expire(each));
    destination.connectionBegan(isTemplate);
    if (isBrief) return entry;
    entry.place = this.#random.below(2 ** 32);
    entry.isListed = true;
    this.#entries.set(keyText(key, isTemplate), entry);
    return entry;
  }

  /** It lasts for its timeout from now on. */
  touch(entry: Entry): void {
    this.#clock.set(entry.timer, entry.timeout);
  }

  /** A template has no time of its own while connections that it made are left. */
  #expire(entry: Entry): void {
    if (entry.made > 0) {
      entry.timeout = POSTPONEMENT;
      this.touch(entry);
    } else {
      this.end(entry);
    }
  }

  end(entry: Entry): void {
    const { template, destination, isTemplate, isActive } = entry;
    if (entry.isListed && !this.#invalid.delete(entry)) this.#entries.delete(keyText(entry.key, isTemplate));
    entry.isListed = false;
    this.#clock.stop(entry.timer);
    if (template !== undefined) template.made--;
    destination.connectionEnded(isTemplate, isActive);
  }

  /** Nobody finds the template any more. Its ports say so. */
  invalidate(template: Entry): void {
    this.#entries.delete(keyText(template.key, true));
    this.#invalid.add(template);
    template.destinationPort = INVALID_PORT;
    if (!this.#kernel.keepsTemplatePort) template.key.virtualPort = INVALID_PORT;
  }

  /** Ends the entries of destinations that have been removed, and the templates that made them. */
  endUnavailable(): void {
    for (const entry of this.#all()) {
      const { destination, made, template, isListed } = entry;
      if (!isListed || destination.isAvailable || made > 0) continue;
      this.end(entry);
      if (template?.isListed && template.made === 0) this.end(template);
    }
  }

  #all(): Entry[] {
    return [...this.#entries.values(), ...this.#invalid];
  }

  /** Every entry, in an order that nobody can rely on. */
  list(): Entry[] {
    return this.#all().sort((a, b) => a.place - b.place);
  }
}
