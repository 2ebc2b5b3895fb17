/** The verbs of real servers. */

import type { Destination, DestinationKey, DestinationSpec, DestinationState } from '../model/destination';
import type { ServiceKey } from '../model/service';
import type { Verb } from '../session/verb';
import { readDestination, readDestinationState } from '../wire/destination';
import { DESTINATION, DESTINATION_STATE, Operation } from '../wire/records';
import { Change, ofService } from './changes';
import { all, listVerb } from './request';
import { naming } from './services';

export function destinations(service: ServiceKey): Verb<Destination[]> {
  const asked = { ...ofService('destinations', service), reads: true };
  return listVerb(asked, Operation.listDestinations, naming(service), all(DESTINATION.size, readDestination));
}

/** The same, without counters. */
export function destinationStates(service: ServiceKey): Verb<DestinationState[]> {
  const asked = { ...ofService('destinations', service), reads: true };
  const states = all(DESTINATION_STATE, readDestinationState);
  return listVerb(asked, Operation.listDestinationsState, naming(service), states);
}

export function addDestination(service: ServiceKey, destination: DestinationSpec): Verb<void> {
  return new Change('addDestination', service, destination);
}

export function setDestination(service: ServiceKey, destination: DestinationSpec): Verb<void> {
  return new Change('setDestination', service, destination);
}

export function deleteDestination(service: ServiceKey, destination: DestinationKey): Verb<void> {
  return new Change('deleteDestination', service, destination);
}
