/** Which fields of a row differ, by name: as callers see them, not as the kernel keeps them. */

import type { DestinationState } from './destination';
import type { ServiceState } from './service';
import type { Tunnel } from './tunnel';

type ServiceField = 'scheduler' | 'flags' | 'persistence';
type DestinationField = 'forward' | 'weight' | 'upperThreshold' | 'lowerThreshold' | 'tunnel';

/** The fields in which two states of one service differ. */
export function serviceDifferences(a: ServiceState, b: ServiceState): ServiceField[] {
  const fields: ServiceField[] = [];
  if (a.scheduler !== b.scheduler) fields.push('scheduler');
  if (a.flags.join() !== b.flags.join()) fields.push('flags');
  if (!isSamePersistence(a.persistence, b.persistence)) fields.push('persistence');
  return fields;
}

function isSamePersistence(a: ServiceState['persistence'], b: ServiceState['persistence']): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.timeout === b.timeout && a.netmask === b.netmask && a.engine === b.engine;
}

/** The fields in which two states of one real server differ; counts of connections are none. */
export function destinationDifferences(a: DestinationState, b: DestinationState): DestinationField[] {
  const fields: DestinationField[] = [];
  if (a.forward !== b.forward) fields.push('forward');
  if (a.weight !== b.weight) fields.push('weight');
  if (a.upperThreshold !== b.upperThreshold) fields.push('upperThreshold');
  if (a.lowerThreshold !== b.lowerThreshold) fields.push('lowerThreshold');
  if (!isSameTunnel(a.tunnel, b.tunnel)) fields.push('tunnel');
  return fields;
}

function isSameTunnel(a: Tunnel | undefined, b: Tunnel | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  const { port, checksum = 'none' } = a as { port?: number; checksum?: string };
  const { port: otherPort, checksum: other = 'none' } = b as { port?: number; checksum?: string };
  return a.type === b.type && port === otherPort && checksum === other;
}
