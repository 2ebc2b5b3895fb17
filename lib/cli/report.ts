/** What went wrong with the lines of a rule file. */

import type { Io } from './io';
import { Status, statusOf } from './status';
import { inWords } from './wording';

/** Lines that are told one by one; of more, only how many there are. */
const MAX_TOLD = 20;

export class Report {
  readonly #io: Io;
  #bad = 0;
  #status: number = Status.done;

  constructor(io: Io) {
    this.#io = io;
  }

  /** That of the first line that went wrong. */
  get status(): number {
    return this.#status;
  }

  /** The line with this number is wrong, or was refused. */
  bad(number: number, error: unknown): void {
    if (++this.#bad <= MAX_TOLD) this.#io.stderr(`lvsadm: line ${number}: ${inWords(error)}\n`);
    this.take(statusOf(error));
  }

  /** A line ended with this status, and has said itself what went wrong. */
  take(status: number): void {
    if (this.#status === Status.done) this.#status = status;
  }

  /** There are no more lines. */
  end(): void {
    const rest = this.#bad - MAX_TOLD;
    if (rest > 0) this.#io.stderr(`lvsadm: ${rest} more ${rest === 1 ? 'line' : 'lines'} like these\n`);
  }
}
