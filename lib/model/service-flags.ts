/** A service's flags: names <-> bits. Three of the bits mean what the scheduler makes of them. */

import { conflict, invalidType } from '../errors/argument';
import type { NameOf } from '../errors/wording';
import { OneOf } from './one-of';
import { UDP } from './protocol';

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
const ONE_PACKET = 0x4;
const FLAG_1 = 0x8;
const FLAG_2 = 0x10;
const FLAG_3 = 0x20;

interface Flag {
  bit: number;
  /** The scheduler whose flag it is; the others' may not have it. */
  scheduler?: string;
}

const FLAGS = new OneOf<Flag>([
  ['ops', { bit: ONE_PACKET }],
  ['sh-fallback', { bit: FLAG_1, scheduler: 'sh' }],
  ['sh-port', { bit: FLAG_2, scheduler: 'sh' }],
  ['mh-fallback', { bit: FLAG_1, scheduler: 'mh' }],
  ['mh-port', { bit: FLAG_2, scheduler: 'mh' }],
  ['flag-1', { bit: FLAG_1 }],
  ['flag-2', { bit: FLAG_2 }],
  ['flag-3', { bit: FLAG_3 }],
]);

/** The bits of the flags in `owner`, which is the service or the changes to it. `protocol` is 0 for a firewall mark. */
export function writeFlags(owner: string, flags: unknown, scheduler: string, protocol: number): number {
  if (!Array.isArray(flags)) throw invalidType(`${owner}.flags`, 'an array of flags', flags);
  let bits = 0;
  for (const [index, name] of flags.entries()) {
    const flag = FLAGS.checkElement(`${owner}.flags`, index, name);
    if (flag.scheduler !== undefined && flag.scheduler !== scheduler) {
      const wrong = (field: NameOf) =>
        ` ${name} belongs to scheduler ${flag.scheduler}, and ${field(`${owner}.scheduler`)} is ${scheduler}`;
      throw Object.assign(conflict(`${owner}.flags[${index}]`, wrong), { index });
    }
    bits |= flag.bit;
  }
  if ((bits & ONE_PACKET) !== 0 && protocol !== 0 && protocol !== UDP) {
    throw conflict(
      `${owner}.flags`,
      ': ops, one-packet scheduling, is for udp and firewall-mark services only',
    );
  }
  return bits;
}

/** The scheduler whose own flags are among these, if any are. */
export function schedulerOfFlags(flags: readonly unknown[]): string | undefined {
  if (!Array.isArray(flags)) return undefined;
  return flags.map((name) => FLAGS.get(name)?.scheduler).find((scheduler) => scheduler !== undefined);
}

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
