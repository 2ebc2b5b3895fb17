import type { DestinationKey, DestinationSpec, DestinationState } from '../model/destination';
import type { ServiceKey, ServiceState } from '../model/service';
import { type Change, type GuardViolation, TablePlan } from './plan';

/** What has been found to differ, for a plan in the order in which it is sent: what is new before what is removed. */
export class Changes {
  /** With all their real servers. */
  readonly #newServices: Change[] = [];
  readonly #newDestinations: Change[] = [];
  readonly #changedDestinations: Change[] = [];
  readonly #changedServices: Change[] = [];
  readonly #removedDestinations: Change[] = [];
  readonly #removedServices: Change[] = [];
  readonly #violations: GuardViolation[] = [];

  addService(service: ServiceState): void {
    this.#newServices.push({ command: { op: 'addService', service }, fields: [] });
  }

  /** Of the service that was added last. */
  addDestinationOfNew(service: ServiceKey, destination: DestinationSpec): void {
    this.#newServices.push({ command: { op: 'addDestination', service, destination }, fields: [] });
  }

  addDestination(service: ServiceKey, destination: DestinationSpec): void {
    this.#newDestinations.push({ command: { op: 'addDestination', service, destination }, fields: [] });
  }

  setDestination(
    service: ServiceKey,
    destination: DestinationSpec,
    before: DestinationState,
    fields: readonly string[],
  ): void {
    const command = { op: 'setDestination', service, destination } as const;
    this.#changedDestinations.push({ command, before, fields });
  }

  setService(service: ServiceState, before: ServiceState, fields: readonly string[]): void {
    this.#changedServices.push({ command: { op: 'setService', service }, before, fields });
  }

  removeDestination(service: ServiceKey, destination: DestinationKey, before: DestinationState): void {
    const command = { op: 'deleteDestination', service, destination } as const;
    this.#removedDestinations.push({ command, before, fields: [] });
  }

  removeService(service: ServiceKey, before: ServiceState): void {
    this.#removedServices.push({ command: { op: 'deleteService', service }, before, fields: [] });
  }

  /** The guard forbids it. */
  violate(violation: GuardViolation): void {
    this.#violations.push(violation);
  }

  plan(): TablePlan {
    const changes = [
      ...this.#newServices,
      ...this.#newDestinations,
      ...this.#changedDestinations,
      ...this.#changedServices,
      ...this.#removedDestinations,
      ...this.#removedServices,
    ];
    return new TablePlan(changes, this.#violations);
  }
}
