/** A `Line` -> the arguments of the API. */

import type { Command } from '../model/command';
import type { DaemonRole, DaemonSpec } from '../model/daemon';
import type { DestinationKey, DestinationSpec } from '../model/destination';
import type { Timeouts } from '../model/director';
import type { Persistence } from '../model/persistence';
import { DEFAULT_SCHEDULER, type ServiceKey, type ServiceSpec } from '../model/service';
import type { Tunnel } from '../model/tunnel';
import type { CommandName } from './commands';
import type { Line } from './line';

const DEFAULT_INTERFACE = 'eth0';

const CHANGES: { [C in CommandName]?: (line: Line) => Command } = {
  'add-service': (line) => ({ op: 'addService', service: serviceSpec(line) }),
  'edit-service': (line) => ({ op: 'setService', service: serviceSpec(line) }),
  'delete-service': (line) => ({ op: 'deleteService', service: serviceKey(line) }),
  'add-server': (line) => ({
    op: 'addDestination',
    service: serviceKey(line),
    destination: destinationSpec(line),
  }),
  'edit-server': (line) => ({
    op: 'setDestination',
    service: serviceKey(line),
    destination: destinationSpec(line),
  }),
  'delete-server': (line) => ({
    op: 'deleteDestination',
    service: serviceKey(line),
    destination: destinationKey(line),
  }),
  zero: (line) => (line.has('service-address') ? { op: 'zero', service: serviceKey(line) } : { op: 'zero' }),
  flush: () => ({ op: 'flush' }),
};

/** The change that a line asks for; `undefined` where it asks for something else. */
export function commandOf(line: Line): Command | undefined {
  return CHANGES[line.command]?.(line);
}

/** The service that a line names. */
export function serviceKey(line: Line): ServiceKey {
  if (line.fwmark !== undefined) return { fwmark: line.fwmark, family: line.family };
  return { protocol: line.protocol as 'tcp', address: line.address, port: line.port };
}

function serviceSpec(line: Line): ServiceSpec {
  const spec = serviceKey(line) as ServiceSpec;
  spec.scheduler = line.scheduler || DEFAULT_SCHEDULER; // also for an empty name
  if (line.flags.length > 0) spec.flags = line.flags;
  if (line.persistent !== undefined) spec.persistence = persistence(line, line.persistent);
  return spec;
}

function persistence(line: Line, timeout: number): Persistence {
  const { mask, engine } = line;
  return {
    timeout,
    ...(mask !== undefined && { netmask: mask }),
    ...(engine !== undefined && { engine }),
  };
}

/** Without a port, the service's. */
function destinationKey(line: Line): DestinationKey {
  const { address, port } = line.server as NonNullable<Line['server']>;
  return { address, port: port ?? line.port };
}

/** Tunnels and direct routing do not change the port, so the server listens on that of the service. */
function destinationSpec(line: Line): DestinationSpec {
  const spec: DestinationSpec = destinationKey(line);
  const { forward, weight, upperThreshold, lowerThreshold } = line;
  const keepsPort = forward === undefined || forward === 'droute' || forward === 'tunnel';
  if (keepsPort && line.fwmark === undefined) spec.port = line.port;
  if (forward !== undefined) spec.forward = forward;
  if (weight !== undefined) spec.weight = weight;
  if (upperThreshold !== undefined) spec.upperThreshold = upperThreshold;
  if (lowerThreshold !== undefined) spec.lowerThreshold = lowerThreshold;
  if (line.tunnelType !== undefined) spec.tunnel = tunnel(line);
  return spec;
}

function tunnel(line: Line): Tunnel {
  if (line.tunnelType === 'gue') {
    const checksum = line.has('tun-remcsum') ? 'remote-checksum' : line.has('tun-csum') ? 'checksum' : 'none';
    return { type: 'gue', port: line.tunnelPort as number, checksum };
  }
  if (line.tunnelType === 'gre') return { type: 'gre', checksum: line.has('tun-csum') ? 'checksum' : 'none' };
  return { type: 'ipip' };
}

/** The daemon that a line starts. */
export function daemonSpec(line: Line): DaemonSpec {
  const { group, groupPort: port, ttl, syncId, maxLength } = line;
  const multicast = {
    ...(group !== undefined && { group }),
    ...(port !== undefined && { port }),
    ...(ttl !== undefined && { ttl }),
  };
  return {
    role: line.role as DaemonRole,
    interface: line.interface ?? DEFAULT_INTERFACE,
    ...(syncId !== undefined && { syncId }),
    ...(maxLength !== undefined && { maxLength }),
    multicast,
  };
}

/** The timeouts that a line sets; 0 keeps the current value. */
export function timeoutsOf(line: Line): Partial<Timeouts> {
  const [tcp = 0, tcpFin = 0, udp = 0] = line.words.map(Number);
  return { ...(tcp > 0 && { tcp }), ...(tcpFin > 0 && { tcpFin }), ...(udp > 0 && { udp }) };
}
