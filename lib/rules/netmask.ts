import type { Service } from '../model/service';

/** The mask of a persistent service, dotted for IPv4; `undefined` where it is the whole address. */
export function shownNetmask({ family, persistence }: Service): string | undefined {
  const netmask = persistence?.netmask;
  if (netmask === undefined || netmask === (family === 'ipv6' ? 128 : 32)) return undefined;
  return family === 'ipv4' && typeof netmask === 'number' ? dotted(netmask) : String(netmask);
}

function dotted(prefixLength: number): string {
  const bits = prefixLength === 0 ? 0 : (0xffffffff << (32 - prefixLength)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
}
