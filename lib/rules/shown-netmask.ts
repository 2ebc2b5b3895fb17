import { dottedMask, prefixMask } from '../model/netmask';
import type { ServiceState } from '../model/service';

/** The mask of a persistent service, dotted for IPv4; `undefined` where it is the whole address. */
export function shownNetmask({ family, persistence }: ServiceState): string | undefined {
  const netmask = persistence?.netmask;
  if (netmask === undefined || netmask === (family === 'ipv6' ? 128 : 32)) return undefined;
  return family === 'ipv4' && typeof netmask === 'number' ? dottedMask(prefixMask(netmask)) : String(netmask);
}
