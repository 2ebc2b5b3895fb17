/** Many changes at once: commands -> records, statuses -> a result. */

import { type Answer, STEP } from './answer';
import { changes } from './changes';
import { BatchError, refused } from './errors';
import { Requests } from './requests';
import type { BatchFailure, BatchOptions, BatchResult, Command } from './types';
import { checkName, checkObject, invalidType } from './validate';

/** How many commands go to the kernel in one exchange: enough that its own cost is nothing to theirs. */
const SLICE = 1024;

export class Batch {
  readonly #commands: readonly Command[];
  readonly #throwOnFailure: boolean;
  readonly #failures: BatchFailure[] = [];
  #taken = 0;

  /** Takes the commands, all of them: they are checked before the first is sent. */
  constructor(commands: Iterable<Command>, options: BatchOptions = {}) {
    if (typeof commands?.[Symbol.iterator] !== 'function') {
      throw invalidType('commands', 'an iterable of commands', commands);
    }
    checkObject('options', options);
    this.#commands = [...commands];
    this.#throwOnFailure = options.throwOnFailure ?? true;
  }

  /**
   * The records of the batch, a slice to an exchange, made in short steps. Throws at the first bad argument:
   * `commands[5].service.port must …`.
   */
  *slices(): Generator<void, Requests[]> {
    const slices: Requests[] = [];
    for (const [index, command] of this.#commands.entries()) {
      if (index % SLICE === 0) slices.push(new Requests(Math.min(SLICE, this.#commands.length - index)));
      write(command, index, slices.at(-1) as Requests);
      if (index % STEP === STEP - 1) yield;
    }
    return slices;
  }

  /** Takes note of the answer to the next slice. */
  take(slice: Requests, answer: Answer): void {
    for (let n = 0; n < slice.length; n++) {
      if (answer.status(n) !== 0) this.#fail(this.#taken + n, answer, n);
    }
    this.#taken += slice.length;
  }

  #fail(index: number, answer: Answer, n: number): void {
    const command = this.#commands[index] as Command;
    const error = refused(changeOf(command).about(command), answer.status(n), answer.text(n));
    this.#failures.push({ index, command, error });
  }

  /** What came of it; throws a `BatchError` where that was asked for. */
  result(): BatchResult {
    const failures = this.#failures;
    const result = { applied: this.#commands.length - failures.length, failures };
    if (failures.length > 0 && this.#throwOnFailure) throw new BatchError(result);
    return result;
  }
}

function changeOf(command: Command) {
  return checkName('op', command.op, changes);
}

function write(command: Command, index: number, requests: Requests): void {
  const path = `commands[${index}]`;
  checkObject(path, command, 'a command: an object with op');
  try {
    const change = changeOf(command);
    requests.add(change.operation, (memory, offset) => change.write(memory, offset, command));
  } catch (error) {
    // Arguments are named by their path from the command on, with which every such message begins.
    const named = error as Error;
    named.message = `${path}.${named.message}`;
    throw named;
  }
}
