/** Options as messages name them. */

import { OPTIONS, type OptionName } from './options';
import type { Spelling } from './scanner';

/** `-t`, `--sctp-service`: as short as it can be written. */
export function spelling({ short, long }: Spelling): string {
  return short === undefined ? `--${long}` : `-${short}`;
}

/** The options that share a name: `-t, -u, --sctp-service or -f`. */
export function spelled(name: OptionName): string {
  const all = OPTIONS.filter(({ is }) => is === name).map(spelling);
  const last = all.pop();
  return all.length === 0 ? `${last}` : `${all.join(', ')} or ${last}`;
}
