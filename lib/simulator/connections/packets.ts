/** What the director does with a packet of a connection that it knows. */

import type { Director } from '../director';
import type { Entry } from './entry';
import { CONNECTION_PROTOCOLS, type ConnectionProtocol, type Event } from './protocols';

/** The connection's state follows, and its time begins anew. */
export function packetOf(director: Director, entry: Entry, event: Event): void {
  const { key, destination, template } = entry;
  const protocol = CONNECTION_PROTOCOLS.get(key.protocol) as ConnectionProtocol;
  entry.state = protocol.next(entry.state, event, entry.isOneWay);
  const isActive = protocol.isActive(entry.state);
  if (isActive !== entry.isActive) destination.connectionBecame(isActive);
  entry.isActive = isActive;
  if (template !== undefined && protocol.isAssured(entry.state, event)) template.state = 'ASSURED';
  entry.timeout = protocol.timeout(entry.state, director.timeouts) * 1000;
  if (entry.isListed) director.connections.touch(entry);
}

/**
 * Whether a packet of the client reaches the real server. Where that has been removed the packet is dropped, or ends the
 * connection; where the entry is gone, nobody knows the packet.
 */
export function arrives({ sysctls, connections }: Director, entry: Entry): boolean {
  if (!entry.isListed) return false;
  if (entry.destination.isAvailable) return true;
  if (sysctls.isSet('expire_nodest_conn')) connections.end(entry);
  return false;
}
