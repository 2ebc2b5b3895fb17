/** A network namespace to measure in, with a table that nobody uses. */

import { closeSync, readlinkSync } from 'node:fs';
import { loadAddon } from '../../backend/addon';
import { errnoName } from '../../errors/errno';
import { PROCESS_REASONS } from '../../errors/reasons';
import { refusal } from '../../errors/refusal';
import type { OpenOptions } from '../../index';

/** There until it is disposed of, and no longer than the process, however that ends. */
export class ThrowAwayNamespace implements Disposable {
  readonly #descriptor = makeNamespace();
  /** Its path, for other programs. */
  readonly path = `/proc/${process.pid}/fd/${this.#descriptor}`;
  readonly options: OpenOptions = { netns: { fd: this.#descriptor } };

  constructor() {
    // What follows empties tables: it must not be the one in use.
    if (readlinkSync(this.path) === readlinkSync('/proc/self/ns/net')) {
      throw new Error('the new network namespace is the one in use');
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }
}

function makeNamespace(): number {
  const made = loadAddon().makeNamespace();
  if (made >= 0) return made;
  const code = errnoName(-made);
  const why = code === 'EPERM' ? 'making one needs CAP_SYS_ADMIN: run as root' : PROCESS_REASONS[code];
  const asked = { syscall: 'unshare', reads: true, subject: () => 'a network namespace of its own' };
  throw refusal(code, asked, `${why ?? 'there can be none'} (${code})`, { errno: made });
}
