import { checkObject, invalidType, isArgumentError, relocated } from '../errors/argument';
import { AF_INET, AF_INET6 } from '../model/address';
import {
  type DestinationKey,
  type DestinationSpec,
  type DestinationState,
  describeDestination,
} from '../model/destination';
import { describeService, type ServiceKey, type ServiceState } from '../model/service';
import type { DesiredService } from '../model/table';
import { STEP } from '../wire/answer';
import { readDestinationKey } from '../wire/destination';
import { writeDestination } from '../wire/destination-spec';
import { RecordList } from '../wire/record-list';
import { DESTINATION_STATE, SERVICE, SERVICE_STATE } from '../wire/records';
import { readServiceKey } from '../wire/service-key';
import { writeService } from '../wire/service-spec';

const SERVICE_OBJECT = 'an object with protocol, address and port, or with fwmark';

/** Records for which there is room from the beginning. */
const MOST_RESERVED = 2 ** 20;

/** What a listing reports, and the API would not send: good where the table has the very same. */
export interface Unsendable<S> {
  state: S;
  error: unknown;
}

/**
 * A desired state as the kernel would report it: packed records. Of what it is made from nothing is kept, which may be
 * millions of objects that exist one at a time.
 */
export class DesiredState {
  readonly services = new RecordList(SERVICE_STATE);
  /** Those of the first service, then those of the second, and so on. */
  readonly destinations = new RecordList(DESTINATION_STATE);
  /** By the service's number. */
  readonly unsendableServices = new Map<number, Unsendable<ServiceState>>();
  /** By the real server's number among all. */
  readonly unsendableDestinations = new Map<number, Unsendable<DestinationState>>();

  /** Numbers of services by their names; made where something is being drained. */
  #names: Map<string, number> | undefined;

  /** Takes what is desired, in short steps. Throws at the first that is bad: `desired[5].destinations[1].weight must …`. */
  static *of(desired: Iterable<DesiredService>): Generator<void, DesiredState> {
    if (typeof desired?.[Symbol.iterator] !== 'function') {
      throw invalidType('desired', 'an iterable of services', desired);
    }
    const state = new DesiredState();
    if (Array.isArray(desired)) yield* state.#reserve(desired);
    let taken = 0;
    for (const service of desired) {
      const { length } = state.services;
      if (state.services.isFull) yield* state.services.grow();
      state.#addService(service, length);
      const { destinations } = service;
      for (let n = 0; n < destinations.length; n++) {
        if (++taken % STEP === 0) yield;
        if (state.destinations.isFull) yield* state.destinations.grow();
        state.#addDestination(destinations[n] as DestinationSpec, length, n);
      }
      if (++taken % STEP === 0) yield;
    }
    return state;
  }

  /** Room for all of a list, which is not checked yet: what is wrong with it shows when it is taken. */
  *#reserve(desired: readonly Partial<DesiredService>[]): Generator<void, void> {
    let count = 0;
    for (let n = 0; n < desired.length; n++) {
      if (n % STEP === STEP - 1) yield;
      const destinations = desired[n]?.destinations;
      if (!Array.isArray(destinations)) return;
      count += destinations.length;
    }
    yield* this.services.grow(Math.min(desired.length, MOST_RESERVED));
    yield* this.destinations.grow(Math.min(count, MOST_RESERVED));
  }

  /** How many real servers the service with this number has. */
  destinationCount(number: number): number {
    return this.services.memory.getU32(this.services.at(number) + SERVICE.destinations);
  }

  /** Whether it names this service, by what `describeService` says of it. */
  hasService(name: string): boolean {
    return this.#namesOfServices().has(name);
  }

  /** Whether it names this real server of this service. */
  hasDestination(service: ServiceKey, destination: DestinationKey): boolean {
    const number = this.#namesOfServices().get(describeService(service));
    if (number === undefined) return false;
    const name = describeDestination(destination);
    let first = 0;
    for (let n = 0; n < number; n++) first += this.destinationCount(n);
    const { memory } = this.destinations;
    for (let n = first; n < first + this.destinationCount(number); n++) {
      if (describeDestination(readDestinationKey(memory, this.destinations.at(n))) === name) return true;
    }
    return false;
  }

  #namesOfServices(): Map<string, number> {
    if (this.#names === undefined) {
      this.#names = new Map();
      for (let n = 0; n < this.services.length; n++) {
        const key = readServiceKey(this.services.memory, this.services.at(n));
        this.#names.set(describeService(key), n);
      }
    }
    return this.#names;
  }

  setDestinationCount(number: number, count: number): void {
    this.services.memory.setU32(this.services.at(number) + SERVICE.destinations, count);
  }

  #addService(service: DesiredService, number: number): void {
    const at = this.services.append();
    const { memory } = this.services;
    try {
      checkObject('service', service, SERVICE_OBJECT);
      if (!Array.isArray(service.destinations)) {
        throw invalidType('service.destinations', 'an array of destinations', service.destinations);
      }
      writeService(memory, at, service);
    } catch (error) {
      if (!isReportedService(service) || !isArgumentError(error)) {
        throw relocated('service', `desired[${number}]`, number, error);
      }
      this.unsendableServices.set(number, {
        state: service,
        error: relocated('service', `desired[${number}]`, number, error),
      });
      memory.clear(at, at + SERVICE_STATE);
      memory.setU16(at, service.family === 'ipv6' ? AF_INET6 : AF_INET);
    }
    this.setDestinationCount(number, service.destinations.length);
  }

  #addDestination(destination: DestinationSpec, service: number, index: number): void {
    const number = this.destinations.length;
    const at = this.destinations.append();
    const { memory } = this.destinations;
    const family = this.services.memory.getU16(this.services.at(service) + SERVICE.family);
    try {
      writeDestination(memory, at, destination, family);
    } catch (error) {
      const located = relocated('destination', `desired[${service}].destinations[${index}]`, index, error);
      if (!isReportedDestination(destination) || !isArgumentError(error)) throw located;
      this.unsendableDestinations.set(number, { state: destination, error: located });
      memory.clear(at, at + DESTINATION_STATE);
    }
  }
}

function isReportedService(service: DesiredService): service is ServiceState & DesiredService {
  if (typeof service !== 'object' || service === null) return false;
  const { family, flags, scheduler, destinations } = service as Partial<ServiceState & DesiredService>;
  return (
    family !== undefined && scheduler !== undefined && Array.isArray(flags) && Array.isArray(destinations)
  );
}

function isReportedDestination(destination: DestinationSpec): destination is DestinationState {
  return typeof destination === 'object' && destination !== null && 'activeConnections' in destination;
}
