/** A service's flags: bits -> names. Three of the bits mean what the scheduler makes of them. */

/** `ops` is one-packet scheduling; the others are scheduler flags, `flag-1..3` in their generic form. */
export type ServiceFlag =
  | 'ops'
  | 'sh-fallback'
  | 'sh-port'
  | 'mh-fallback'
  | 'mh-port'
  | 'flag-1'
  | 'flag-2'
  | 'flag-3';

/** Set where the service is persistent. */
export const PERSISTENT = 0x1;
export const ONE_PACKET = 0x4;
export const FLAG_1 = 0x8;
export const FLAG_2 = 0x10;
export const FLAG_3 = 0x20;

/** The names of the bits, as the scheduler has them. */
export function readFlags(bits: number, scheduler: string): ServiceFlag[] {
  const flags: ServiceFlag[] = [];
  const named = scheduler === 'sh' || scheduler === 'mh';
  if (bits & ONE_PACKET) flags.push('ops');
  if (bits & FLAG_1) flags.push(named ? `${scheduler}-fallback` : 'flag-1');
  if (bits & FLAG_2) flags.push(named ? `${scheduler}-port` : 'flag-2');
  if (bits & FLAG_3) flags.push('flag-3');
  return flags;
}
