import type { DestinationState } from '../model/destination';
import { destinationDifferences, serviceDifferences } from '../model/differences';
import type { ServiceKey, ServiceState } from '../model/service';
import { STEP } from '../wire/answer';
import { isSameDestination, isSameDestinationState, isSameServiceState } from '../wire/comparison';
import { readDestinationState } from '../wire/destination';
import type { Memory } from '../wire/memory';
import { DESTINATIONS, RecordIndex, type RecordKind, SERVICES } from '../wire/record-index';
import { readServiceState } from '../wire/service';
import { readServiceKey } from '../wire/service-key';
import type { PackedTable } from '../wire/table';

/**
 * One change of the table: `type` is what happened, to a `service` or to a `destination` of it, as it is now, or as it was
 * last seen where it is gone. `before` is what it was, and `fields` names what differs: of a service `scheduler`, `flags` and `persistence`, of a real
 * server `forward`, `weight`, `upperThreshold`, `lowerThreshold` and `tunnel`. Counters and connection numbers are no change.
 */
export type TableEvent =
  | { type: 'serviceAdded'; service: ServiceState }
  | { type: 'serviceChanged'; service: ServiceState; before: ServiceState; fields: readonly string[] }
  | { type: 'serviceRemoved'; service: ServiceState }
  | { type: 'destinationAdded'; service: ServiceKey; destination: DestinationState }
  | {
      type: 'destinationChanged';
      service: ServiceKey;
      destination: DestinationState;
      before: DestinationState;
      fields: readonly string[];
    }
  | { type: 'destinationRemoved'; service: ServiceKey; destination: DestinationState };

/** Rows of one kind that lie one after the other. */
interface Rows {
  memory: Memory;
  start: number;
  count: number;
  size: number;
}

/** Takes the numbers of two rows with the same name; the one or the other may not be there. */
type Visit = (before: number | undefined, after: number | undefined) => Generator<void, void> | undefined;

/**
 * Pairs rows by their names. Two readings mostly have the same order: rows are looked up only from where they do not. Of
 * rows with the same name in one reading the first counts.
 */
function* pair(before: Rows, after: Rows, kind: RecordKind, visit: Visit): Generator<void, void> {
  let same = 0;
  for (const most = Math.min(before.count, after.count); same < most; same++) {
    if (same % STEP === STEP - 1) yield;
    const at = before.start + same * before.size;
    if (!kind.isSame(before.memory, at, after.memory, after.start + same * after.size)) break;
    const steps = visit(same, same);
    if (steps !== undefined) yield* steps;
  }
  if (same === before.count && same === after.count) return;
  const olds = indexOf(before, kind, same);
  const news = indexOf(after, kind, same);
  const kept = new Uint8Array(before.count);
  for (let n = same; n < before.count; n++) {
    if (n % STEP === STEP - 1) yield;
    kept[n] = olds.add(n) === undefined ? 0 : 1;
  }
  for (let n = same; n < after.count; n++) {
    if (n % STEP === STEP - 1) yield;
    if (news.add(n) !== undefined) continue;
    const found = olds.find(after.memory, after.start + n * after.size);
    if (found >= 0) kept[found] = 1;
    const steps = visit(found < 0 ? undefined : found, n);
    if (steps !== undefined) yield* steps;
  }
  for (let n = same; n < before.count; n++) {
    if (n % STEP === STEP - 1) yield;
    if (kept[n] === 1) continue;
    const steps = visit(n, undefined);
    if (steps !== undefined) yield* steps;
  }
}

/** An index for the rows from `first` on. */
function indexOf({ memory, start, size, count }: Rows, kind: RecordKind, first: number): RecordIndex {
  return new RecordIndex(kind, memory, start, size, count - first);
}

/** Where the destinations of each service begin. */
function destinationOffsets(table: PackedTable): Float64Array {
  const offsets = new Float64Array(table.length);
  let offset = table.destinations;
  for (let n = 0; n < table.length; n++) {
    offsets[n] = offset;
    offset += table.destinationCount(table.service(n)) * table.destinationSize;
  }
  return offsets;
}

/** A reading of the table. */
class Reading {
  readonly memory: Memory;
  readonly #table: PackedTable;
  readonly #offsets: Float64Array;

  constructor(table: PackedTable) {
    this.memory = table.memory;
    this.#table = table;
    this.#offsets = destinationOffsets(table);
  }

  get services(): Rows {
    const { memory, services, length, serviceSize } = this.#table;
    return { memory, start: services, count: length, size: serviceSize };
  }

  service(number: number): number {
    return this.#table.service(number);
  }

  /** The real servers of the service with this number; none where there is no such service. */
  destinations(number: number | undefined): Rows {
    const { memory, destinationSize } = this.#table;
    if (number === undefined) return { memory, start: 0, count: 0, size: destinationSize };
    const count = this.#table.destinationCount(this.service(number));
    return { memory, start: this.#offsets[number] as number, count, size: destinationSize };
  }
}

/** What happened from one reading of the table to another, in short steps. A service comes before its real servers, and goes after them. */
export function* tableEvents(older: PackedTable, newer: PackedTable): Generator<void, TableEvent[]> {
  const events: TableEvent[] = [];
  const before = new Reading(older);
  const after = new Reading(newer);
  yield* pair(before.services, after.services, SERVICES, (old, now) =>
    isUnchanged(before, after, old, now) ? undefined : serviceEvents(events, before, after, old, now),
  );
  return events;
}

/**
 * Whether a service and its real servers are as they were, bit for bit and in the same order, which is mostly so: without
 * making an object for each. Of more real servers than a step may have it is not looked.
 */
function isUnchanged(
  before: Reading,
  after: Reading,
  old: number | undefined,
  now: number | undefined,
): boolean {
  if (old === undefined || now === undefined) return false;
  const [a, b] = [before.memory, after.memory];
  if (!isSameServiceState(a, before.service(old), b, after.service(now))) return false;
  const was = before.destinations(old);
  const is = after.destinations(now);
  if (was.count !== is.count || was.count > STEP) return false;
  for (let n = 0, at = was.start, bt = is.start; n < was.count; n++, at += was.size, bt += is.size) {
    if (!isSameDestination(a, at, b, bt) || !isSameDestinationState(a, at, b, bt)) return false;
  }
  return true;
}

function* serviceEvents(
  events: TableEvent[],
  before: Reading,
  after: Reading,
  old: number | undefined,
  now: number | undefined,
): Generator<void, void> {
  const at = old === undefined ? 0 : before.service(old);
  const bt = now === undefined ? 0 : after.service(now);
  if (old === undefined) events.push({ type: 'serviceAdded', service: readServiceState(after.memory, bt) });
  else if (now !== undefined && !isSameServiceState(before.memory, at, after.memory, bt)) {
    const was = readServiceState(before.memory, at);
    const service = readServiceState(after.memory, bt);
    const fields = serviceDifferences(was, service);
    if (fields.length > 0) events.push({ type: 'serviceChanged', service, before: was, fields });
  }
  const key = () =>
    now === undefined ? readServiceKey(before.memory, at) : readServiceKey(after.memory, bt);
  yield* destinationEvents(events, key, before.destinations(old), after.destinations(now));
  if (now === undefined) {
    events.push({ type: 'serviceRemoved', service: readServiceState(before.memory, at) });
  }
}

function destinationEvents(
  events: TableEvent[],
  key: () => ServiceKey,
  before: Rows,
  after: Rows,
): Generator<void, void> {
  return pair(before, after, DESTINATIONS, (old, now) => {
    const at = before.start + (old ?? 0) * before.size;
    const bt = after.start + (now ?? 0) * after.size;
    if (old === undefined) {
      const destination = readDestinationState(after.memory, bt);
      events.push({ type: 'destinationAdded', service: key(), destination });
    } else if (now === undefined) {
      const destination = readDestinationState(before.memory, at);
      events.push({ type: 'destinationRemoved', service: key(), destination });
    } else if (!isSameDestinationState(before.memory, at, after.memory, bt)) {
      const was = readDestinationState(before.memory, at);
      const destination = readDestinationState(after.memory, bt);
      const fields = destinationDifferences(was, destination);
      if (fields.length > 0) {
        events.push({ type: 'destinationChanged', service: key(), destination, before: was, fields });
      }
    }
    return undefined;
  });
}
