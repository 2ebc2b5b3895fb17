import { conflict } from '../errors/argument';
import { type DestinationSpec, type DestinationState, describeDestination } from '../model/destination';
import { destinationDifferences, serviceDifferences } from '../model/differences';
import { TUNNEL } from '../model/forwarding';
import { describeService, type ServiceKey } from '../model/service';
import { STEP } from '../wire/answer';
import { isSameDestinationState, isSameServiceState } from '../wire/comparison';
import { readDestinationKey, readDestinationState } from '../wire/destination';
import { Memory } from '../wire/memory';
import { DESTINATIONS, RecordIndex, SERVICES } from '../wire/record-index';
import { DESTINATION, DESTINATION_STATE, SERVICE_STATE } from '../wire/records';
import { readServiceState } from '../wire/service';
import { readServiceKey } from '../wire/service-key';
import type { PackedTable } from '../wire/table';
import { readTunnel } from '../wire/tunnel';
import { Changes } from './changes';
import type { DesiredState } from './desired-state';
import { Matching } from './matching';
import type { TablePlan } from './plan';
import type { PlanSettings } from './plan-options';

/** Compares one reading of the table with a desired state. */
export class Planning {
  readonly #table: PackedTable;
  readonly #desired: DesiredState;
  readonly #settings: PlanSettings;
  readonly #rows: RecordIndex;
  /** By the number of a row: that of the desired service, plus 1. */
  readonly #claims: Int32Array;
  /** Where the destinations of each row begin. */
  readonly #destinations: Float64Array;
  readonly #changes = new Changes();
  readonly #keepsWeight: boolean;
  /** A desired real server, with what is kept. */
  readonly #kept = new Memory(new ArrayBuffer(DESTINATION_STATE));

  constructor(table: PackedTable, desired: DesiredState, settings: PlanSettings) {
    this.#table = table;
    this.#desired = desired;
    this.#settings = settings;
    this.#keepsWeight = settings.keep.includes(DESTINATION.weight);
    this.#claims = new Int32Array(table.length);
    this.#rows = new RecordIndex(SERVICES, table.memory, table.services, table.serviceSize, table.length);
    this.#destinations = new Float64Array(table.length);
  }

  /** Compares, in short steps. Throws where a service or a real server is named twice. */
  *run(): Generator<void, TablePlan> {
    yield* this.#indexRows();
    const { services } = this.#desired;
    let added: RecordIndex | undefined;
    let first = 0;
    let done = 0;
    for (let n = 0; n < services.length; n++) {
      const count = this.#desired.destinationCount(n);
      const row = this.#rowOf(n);
      if (row >= 0) {
        this.#claim(row, n);
        this.#compareService(row, n);
        yield* this.#compareDestinations(row, n, first, count);
      } else {
        added ??= new RecordIndex(SERVICES, services.memory, 0, SERVICE_STATE, services.length);
        const twin = added.add(n);
        if (twin !== undefined) throw this.#namedTwice(n, twin);
        yield* this.#addService(n, first, count);
      }
      first += count;
      done += 1 + count;
      if (done >= STEP) {
        done = 0;
        yield;
      }
    }
    yield* this.#removeServices();
    return this.#changes.plan();
  }

  *#indexRows(): Generator<void, void> {
    const table = this.#table;
    let offset = table.destinations;
    for (let row = 0; row < table.length; row++) {
      if (row % STEP === STEP - 1) yield;
      this.#rows.add(row);
      this.#destinations[row] = offset;
      offset += table.destinationCount(table.service(row)) * table.destinationSize;
    }
  }

  /** The row of the desired service; -1 where there is none. */
  #rowOf(number: number): number {
    const { services, unsendableServices } = this.#desired;
    const unsendable = unsendableServices.get(number);
    if (unsendable === undefined) return this.#rows.find(services.memory, services.at(number));
    const { memory } = this.#table;
    const name = describeService(unsendable.state);
    for (let row = 0; row < this.#table.length; row++) {
      const state = readServiceState(memory, this.#table.service(row));
      if (describeService(state) !== name || state.family !== unsendable.state.family) continue;
      if (serviceDifferences(state, unsendable.state).length > 0) break;
      const count = this.#desired.destinationCount(number);
      copy(memory, this.#table.service(row), services.memory, services.at(number), SERVICE_STATE);
      this.#desired.setDestinationCount(number, count);
      unsendableServices.delete(number);
      return row;
    }
    throw unsendable.error;
  }

  #claim(row: number, number: number): void {
    const claim = this.#claims[row] as number;
    if (claim !== 0) throw this.#namedTwice(number, claim - 1);
    this.#claims[row] = number + 1;
  }

  #namedTwice(number: number, first: number): Error {
    const { services } = this.#desired;
    const name = describeService(readServiceKey(services.memory, services.at(number)));
    const error = conflict(
      `desired[${number}]`,
      ` is ${name}, as desired[${first}] is: it can be desired once`,
    );
    return Object.assign(error, { index: number });
  }

  #compareService(row: number, number: number): void {
    const { memory } = this.#table;
    const at = this.#table.service(row);
    const { services } = this.#desired;
    if (isSameServiceState(memory, at, services.memory, services.at(number))) return;
    const before = readServiceState(memory, at);
    const service = readServiceState(services.memory, services.at(number));
    const fields = serviceDifferences(before, service);
    if (fields.length === 0) return;
    this.#changes.setService(service, before, fields);
  }

  *#addService(number: number, first: number, count: number): Generator<void, void> {
    const { services, destinations } = this.#desired;
    const service = readServiceState(services.memory, services.at(number));
    this.#changes.addService(service);
    const key = readServiceKey(services.memory, services.at(number));
    const added = new RecordIndex(
      DESTINATIONS,
      destinations.memory,
      destinations.at(first),
      DESTINATION_STATE,
      count,
    );
    for (let n = 0; n < count; n++) {
      if (n % STEP === STEP - 1) yield;
      this.#changes.addDestinationOfNew(key, this.#newDestination(number, first, n, added));
    }
  }

  /** A desired real server that is not in the table. Throws where it is named twice, or cannot be sent. */
  #newDestination(number: number, first: number, n: number, added: RecordIndex): DestinationSpec {
    const { memory } = this.#desired.destinations;
    const unsendable = this.#desired.unsendableDestinations.get(first + n);
    if (unsendable !== undefined) throw unsendable.error;
    const twin = added.add(n);
    if (twin !== undefined) throw this.#destinationTwice(number, first, n, twin);
    return readSpec(memory, this.#desired.destinations.at(first + n));
  }

  #destinationTwice(number: number, first: number, n: number, twin: number): Error {
    const { destinations } = this.#desired;
    const name = describeDestination(readDestinationKey(destinations.memory, destinations.at(first + n)));
    const list = `desired[${number}].destinations`;
    const error = conflict(`${list}[${n}]`, ` is ${name}, as ${list}[${twin}] is: it can be desired once`);
    return Object.assign(error, { index: n });
  }

  /** Those of a service that is there. */
  *#compareDestinations(row: number, number: number, first: number, count: number): Generator<void, void> {
    const table = this.#table;
    const { memory, destinationSize: size } = table;
    const { destinations } = this.#desired;
    const start = this.#destinations[row] as number;
    const rows = table.destinationCount(table.service(row));
    const claims = rows > 0 ? new Int32Array(rows) : NONE;
    const matched = new Matching(memory, start, size, rows);
    let key: ServiceKey | undefined;
    let added: RecordIndex | undefined;
    let isTouched = false;
    let usable = 0;
    for (let n = 0; n < count; n++) {
      if (n % STEP === STEP - 1) yield;
      const at = destinations.at(first + n);
      const found =
        this.#unsendableRow(first + n, memory, start, rows) ?? matched.find(destinations.memory, at);
      if (found < 0) {
        key ??= readServiceKey(memory, table.service(row));
        added ??= new RecordIndex(
          DESTINATIONS,
          destinations.memory,
          destinations.at(first),
          DESTINATION_STATE,
          count,
        );
        this.#changes.addDestination(key, this.#newDestination(number, first, n, added));
        isTouched = true;
        if (destinations.memory.getU32(at + WEIGHT) > 0) usable++;
        continue;
      }
      const claim = claims[found] as number;
      if (claim !== 0) throw this.#destinationTwice(number, first, n, claim - 1);
      claims[found] = n + 1;
      const rowAt = start + found * size;
      const isUsable = this.#keepsWeight
        ? memory.getU32(rowAt + WEIGHT) > 0
        : destinations.memory.getU32(at + WEIGHT) > 0;
      if (isUsable) usable++;
      if (isSameDestinationState(memory, rowAt, destinations.memory, at)) continue;
      key ??= readServiceKey(memory, table.service(row));
      if (this.#changeDestination(key, rowAt, at, number, n)) isTouched = true;
    }
    for (let n = 0; n < rows; n++) {
      if (claims[n] !== 0) continue;
      key ??= readServiceKey(memory, table.service(row));
      const at = start + n * size;
      this.#changes.removeDestination(key, readDestinationKey(memory, at), readDestinationState(memory, at));
      isTouched = true;
    }
    if (isTouched) this.#judge(row, usable);
  }

  /** The row of a real server that could not be sent; `undefined` where it could. */
  #unsendableRow(number: number, memory: Memory, start: number, rows: number): number | undefined {
    const { destinations, unsendableDestinations } = this.#desired;
    if (unsendableDestinations.size === 0) return undefined;
    const unsendable = unsendableDestinations.get(number);
    if (unsendable === undefined) return undefined;
    for (let n = 0; n < rows; n++) {
      const at = start + n * this.#table.destinationSize;
      const state = readDestinationState(memory, at);
      if (describeDestination(state) !== describeDestination(unsendable.state)) continue;
      if (destinationDifferences(state, unsendable.state).length > 0) break;
      copy(memory, at, destinations.memory, destinations.at(number), DESTINATION_STATE);
      unsendableDestinations.delete(number);
      return n;
    }
    throw unsendable.error;
  }

  /** Returns whether it differs in what is not kept, and in what means anything. */
  #changeDestination(service: ServiceKey, row: number, at: number, number: number, n: number): boolean {
    const { memory } = this.#table;
    const kept = this.#kept;
    copy(this.#desired.destinations.memory, at, kept, 0, DESTINATION_STATE);
    for (const field of this.#settings.keep) kept.setU32(field, memory.getU32(row + field));
    const before = readDestinationState(memory, row);
    const after = readDestinationState(kept, 0);
    const fields = destinationDifferences(before, after);
    if (fields.length === 0) return false;
    if (after.lowerThreshold > after.upperThreshold) {
      throw conflict(
        `desired[${number}].destinations[${n}].lowerThreshold`,
        ` ${after.lowerThreshold} must not exceed upperThreshold ${after.upperThreshold}: options.keep keeps ` +
          'one of them as the table has it',
      );
    }
    this.#changes.setDestination(service, readSpec(kept, 0), before, fields);
    return true;
  }

  /** Whether the service keeps as many usable real servers as the guard says. */
  #judge(row: number, value: number): void {
    const bound = this.#settings.guard?.minDestinations;
    if (bound === undefined || value >= bound) return;
    const { memory, destinationSize: size } = this.#table;
    const start = this.#destinations[row] as number;
    const rows = this.#table.destinationCount(this.#table.service(row));
    let had = 0;
    for (let n = 0; n < rows; n++) {
      if (memory.getU32(start + n * size + WEIGHT) > 0) had++;
    }
    if (had < bound) return;
    const service = readServiceKey(memory, this.#table.service(row));
    this.#changes.violate({ guard: 'minDestinations', service, value, bound });
  }

  /** Those spoken for that are not desired. */
  *#removeServices(): Generator<void, void> {
    const { owns, guard } = this.#settings;
    if (owns === 'named') return;
    const table = this.#table;
    /** By the number of a row. */
    const isNamed = new Uint8Array(table.length);
    if (owns !== 'all') {
      for (let n = 0; n < owns.length; n++) {
        if (n % STEP === STEP - 1) yield;
        const row = this.#rows.find(owns.memory, owns.at(n));
        if (row >= 0) isNamed[row] = 1;
      }
    }
    let spokenFor = 0;
    let removed = 0;
    for (let row = 0; row < table.length; row++) {
      if (row % STEP === STEP - 1) yield;
      const isDesired = this.#claims[row] !== 0;
      if (owns !== 'all' && !isDesired && isNamed[row] === 0) continue;
      spokenFor++;
      if (isDesired) continue;
      removed++;
      const at = table.service(row);
      this.#changes.removeService(readServiceKey(table.memory, at), readServiceState(table.memory, at));
    }
    const value = removed === 0 ? 0 : removed / spokenFor;
    if (guard === undefined || value <= guard.maxRemovedServices) return;
    this.#changes.violate({ guard: 'maxRemovedServices', value, bound: guard.maxRemovedServices });
  }
}

/** Bound here: as a property of what is imported it costs several instructions. */
const WEIGHT = DESTINATION.weight;

const NONE = new Int32Array(0);

/** The configuration of the real server at `at`, whole. */
function readSpec(memory: Memory, at: number): DestinationSpec {
  const { address, port, forward, weight, upperThreshold, lowerThreshold }: DestinationState =
    readDestinationState(memory, at);
  const spec: DestinationSpec = { address, port, forward, weight, upperThreshold, lowerThreshold };
  if (memory.getU32(at + DESTINATION.forward) === TUNNEL) spec.tunnel = readTunnel(memory, at);
  return spec;
}

function copy(from: Memory, at: number, to: Memory, offset: number, bytes: number): void {
  to.u8.set(from.u8.subarray(at, at + bytes), offset);
}
