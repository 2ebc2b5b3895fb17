/** Many changes at once, of which only the requests are kept: a large file of rules is several times as large as objects. */

import type { Command } from '../model/command';
import type { Answer } from '../wire/answer';
import { Requests } from '../wire/requests';
import { SLICE } from './batch';
import { writeCommand } from './changes';

/** What became of a change that was refused. */
export interface Refused {
  /** Its place among the changes, counted from 0. */
  index: number;
  status: number;
  /** As `refused` takes them. */
  text: string;
  detail: number;
}

export class PackedChanges {
  readonly #slices: Requests[] = [];

  /** Adds one. Throws where an argument is bad, and then nothing can be sent. */
  add(command: Command): void {
    let slice = this.#slices.at(-1);
    if (slice === undefined || slice.length === SLICE) {
      slice = new Requests(slice === undefined ? undefined : SLICE);
      this.#slices.push(slice);
    }
    writeCommand(slice, command);
  }

  /** Sends them, in their order, and returns what was refused of them. */
  send(send: (requests: Requests) => Answer): Refused[] {
    const failures: Refused[] = [];
    let sent = 0;
    for (const slice of this.#slices) {
      const answer = send(slice);
      for (let n = 0; n < slice.length; n++) {
        const status = answer.status(n);
        if (status === 0) continue;
        failures.push({ index: sent + n, status, text: answer.text(n), detail: answer.count(n) });
      }
      sent += slice.length;
    }
    return failures;
  }
}
