/** What names a row in a finding. */

import type { Destination, DestinationKey } from '../../model/destination';
import type { ServiceKey } from '../../model/service';
import type { TableRow } from '../../model/table';
import { isAddressed, type Pair } from './facts';

export function keyOf(service: TableRow): ServiceKey {
  if (isAddressed(service)) {
    const { protocol, address, port } = service;
    return { protocol, address, port };
  }
  const { fwmark, family } = service;
  return { fwmark, family };
}

/** Both names of a real server's finding. */
export function keysOf({ service, destination }: Pair): { service: ServiceKey; destination: DestinationKey } {
  const { address, port }: Destination = destination;
  return { service: keyOf(service), destination: { address, port } };
}
