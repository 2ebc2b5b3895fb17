/** Only NAT changes ports: whatever port a real server has otherwise, packets come to the service's. */

import { describeService } from '../../model/service';
import type { Finding } from '../finding';
import { addDestination, deleteDestination, nameOf } from '../remedies';
import { type DirectorFacts, isAddressed, pairs } from './facts';
import { keysOf } from './keys';

export function checkPorts(facts: DirectorFacts): Finding[] {
  return pairs(facts).flatMap((pair): Finding[] => {
    const { service, destination } = pair;
    if (!isAddressed(service) || service.port === 0 || destination.port === service.port) return [];
    if (destination.forward === 'masq') return [];
    const mapped = { ...destination, port: service.port };
    const exists = service.destinations.some(
      ({ address, port }) => address === mapped.address && port === mapped.port,
    );
    const remedy = [deleteDestination(service, destination)];
    if (!exists) remedy.unshift(addDestination(service, mapped));
    return [
      {
        code: 'PORT_MAPPED',
        severity: 'warning',
        ...keysOf(pair),
        message:
          `The ${nameOf(service, destination)} has port ${destination.port}, but ${destination.forward} leaves packets as they are: ` +
          `they come to port ${service.port}, and where nothing listens there the clients of ${describeService(service)} are refused.`,
        remedy: `# Have the real server listen on port ${service.port}, too. Or map the port by NAT (-m).\n${remedy.join('\n')}`,
      },
    ];
  });
}
