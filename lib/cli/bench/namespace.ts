/** A network namespace to measure in, with a table that nobody uses. */

import { closeSync, readlinkSync } from 'node:fs';
import type { OpenOptions } from '../../index';
import { makeNamespace } from '../../session/opening';

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
