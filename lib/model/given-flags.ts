/** The flags that a service is given: names -> bits. */

import { conflict, invalidType } from '../errors/argument';
import type { NameOf } from '../errors/wording';
import { OneOf } from './one-of';
import { UDP } from './protocol';
import { FLAG_1, FLAG_2, FLAG_3, ONE_PACKET } from './service-flags';

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
