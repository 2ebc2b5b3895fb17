/** A client's first packet: which service it is for, and who gets it. */

import { endpointKey, markKey } from '../bytes';
import type { Director } from '../director';
import type { Flow } from '../schedulers/scheduler';
import type { Destination } from '../table/destination';
import type { Service } from '../table/service';
import type { Entry, EntryKey } from './entry';
import { packetOf } from './packets';
import { CONNECTION_PROTOCOLS, type ConnectionProtocol } from './protocols';
import { FTP_PORT, templateFor } from './templates';

const TCP = 6;
const UDP = 17;

/** The port that FTP's data connections come from, and the first one that needs no privilege. */
const FTP_DATA_PORT = 20;
const FIRST_FREE_PORT = 1024;

const ONE_PACKET = 0x4;

/** `Statistics`' number of it. */
const CONNECTIONS = 0;

/** The entry of the connection that the packet opens, or belongs to; none where the kernel would refuse it. */
export function open(director: Director, flow: Flow, fwmark: number): Entry | undefined {
  const { sysctls, daemons } = director;
  if (daemons.isBackupRunning && sysctls.isSet('backup_only')) return undefined;
  const known = knownEntry(director, flow);
  if (known === 'dropped') return undefined;
  const entry = known ?? schedule(director, flow, fwmark);
  if (entry === undefined) return undefined;
  packetOf(director, entry, 'open');
  if (!entry.isListed) director.connections.end(entry);
  return entry;
}

/** The entry of a connection with the same ends, where the packet still belongs to it. */
function knownEntry(director: Director, flow: Flow): Entry | 'dropped' | undefined {
  const { connections, sysctls } = director;
  const entry = connections.find(keyOf(flow), false);
  if (entry === undefined) return undefined;
  const { destination, template, state, isOneWay } = entry;
  const protocol = CONNECTION_PROTOCOLS.get(flow.protocol) as ConnectionProtocol;
  const endsWithDestination = sysctls.isSet('expire_nodest_conn');
  // A datagram opens nothing anew.
  const isOpening = flow.protocol !== UDP;
  const mode = sysctls.number('conn_reuse_mode');
  const isLeaving = endsWithDestination && destination.weight === 0;
  const isOver = mode !== 0 && protocol.isOver(state, mode, isOneWay);
  if (isOpening && template === undefined && (isLeaving || isOver)) {
    connections.end(entry);
    return undefined;
  }
  if (destination.isAvailable) return entry;
  if (!endsWithDestination) return 'dropped';
  connections.end(entry);
  return undefined;
}

function keyOf({ family, protocol, client, clientPort, virtual, virtualPort }: Flow): EntryKey {
  return { family, protocol, client, clientPort, virtual, virtualPort, fwmark: 0 };
}

function schedule(director: Director, flow: Flow, fwmark: number): Entry | undefined {
  const service = findService(director, flow, fwmark);
  if (service === undefined) return undefined;
  const isBrief = (service.flags & ONE_PACKET) !== 0 && flow.protocol === UDP;
  const entry = service.isPersistent
    ? scheduleByTemplate(director, service, flow, isBrief)
    : scheduleAlone(director, service, flow, isBrief);
  if (entry === undefined) return undefined;
  for (const { statistics } of [service, entry.destination, director]) {
    director.count(statistics, CONNECTIONS, 1);
  }
  return entry;
}

/** By mark, by address and port, as data of FTP, or as one of every port. */
function findService({ services }: Director, flow: Flow, fwmark: number): Service | undefined {
  const { family, protocol, virtual, virtualPort } = flow;
  const marked = fwmark === 0 ? undefined : services.find(markKey(family, fwmark));
  if (marked !== undefined) return marked;
  const ofPort = (port: number) => services.find(endpointKey(family, protocol, virtual, 0, port));
  const mayBeData = protocol === TCP && (virtualPort === FTP_DATA_PORT || virtualPort >= FIRST_FREE_PORT);
  return ofPort(virtualPort) ?? (mayBeData ? ofPort(FTP_PORT) : undefined) ?? ofPort(0);
}

function scheduleAlone(
  director: Director,
  service: Service,
  flow: Flow,
  isBrief: boolean,
): Entry | undefined {
  // Every port needs persistence.
  if (service.fwmark === 0 && flow.virtualPort !== service.port) return undefined;
  const destination = service.scheduler?.schedule(flow);
  if (destination === undefined) return undefined;
  return director.connections.add(keyOf(flow), destination, destination.port || flow.virtualPort, {
    isBrief,
  });
}

function scheduleByTemplate(
  director: Director,
  service: Service,
  flow: Flow,
  isBrief: boolean,
): Entry | undefined {
  const template = templateFor(director, service, flow);
  if (template === undefined) return undefined;
  const { destination } = template;
  const port = portBehind(service, destination, flow);
  const entry = director.connections.add(keyOf(flow), destination, port, { isBrief });
  entry.template = template;
  template.made++;
  director.connections.touch(template);
  return entry;
}

/** The real server's own port stands for the service's; clients of any other port keep theirs. */
function portBehind(service: Service, destination: Destination, { virtualPort }: Flow): number {
  return virtualPort === service.port && destination.port !== 0 ? destination.port : virtualPort;
}
