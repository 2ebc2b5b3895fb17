/** Reports the lines of a rule file that failed. */

import type { Io } from './io';
import { Status, statusOf } from './status';
import { inWords } from './wording';

/** The number of lines that are reported one by one; of the others only their number is. */
const MAX_TOLD = 20;

export class Report {
  readonly #io: Io;
  #bad = 0;
  #status: number = Status.done;

  constructor(io: Io) {
    this.#io = io;
  }

  /** The status of the first line that failed. */
  get status(): number {
    return this.#status;
  }

  /** The line with this number is invalid, or was refused. */
  bad(number: number, error: unknown): void {
    if (++this.#bad <= MAX_TOLD) this.#io.stderr(`lvsadm: line ${number}: ${inWords(error)}\n`);
    this.take(statusOf(error));
  }

  /** A line ended with this status; it has reported its own error. */
  take(status: number): void {
    if (this.#status === Status.done) this.#status = status;
  }

  /** There are no more lines. */
  end(): void {
    const rest = this.#bad - MAX_TOLD;
    if (rest > 0) this.#io.stderr(`lvsadm: ${rest} more ${rest === 1 ? 'line' : 'lines'} like these\n`);
  }
}
