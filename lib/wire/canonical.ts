/** What names a service or a real server, in the form in which listings report it. */

import type { DestinationKey } from '../model/destination';
import type { ServiceKey } from '../model/service';
import { readDestinationKey } from './destination';
import { writeDestinationKey } from './destination-spec';
import { Memory } from './memory';
import { DESTINATION, SERVICE } from './records';
import { readServiceKey, writeServiceKey } from './service-key';

/** The key alone, its address as listings report it. Throws where the key is bad. */
export function canonicalService(key: ServiceKey): ServiceKey {
  const record = new Memory(new ArrayBuffer(SERVICE.size));
  writeServiceKey(record, 0, key);
  return readServiceKey(record, 0);
}

/** As `canonicalService`, of a real server. */
export function canonicalDestination(key: DestinationKey): DestinationKey {
  const record = new Memory(new ArrayBuffer(DESTINATION.size));
  writeDestinationKey(record, 0, key);
  return readDestinationKey(record, 0);
}
