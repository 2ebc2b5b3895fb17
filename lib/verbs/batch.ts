/** Many changes at once: commands -> requests, statuses -> a result. */

import { checkSignal } from '../errors/abort';
import { checkObject, inElement, invalidType } from '../errors/argument';
import { Fields } from '../errors/fields';
import { refused } from '../errors/refusal';
import {
  BatchError,
  type BatchFailure,
  type BatchOptions,
  type BatchResult,
  type Command,
} from '../model/command';
import { Answer, STEP } from '../wire/answer';
import { Requests } from '../wire/requests';
import { askedBy, writeCommand } from './changes';

const BATCH_OPTIONS = new Fields(['throwOnFailure', 'signal']);

/** How many commands go to the kernel in one exchange: enough that its own cost is nothing to theirs. */
export const SLICE = 4096;

/**
 * Slices whose answers have come, of 384 KiB each, be they full or half full: whoever sends one batch mostly sends another,
 * and to zero new memory takes an instruction for each byte.
 */
const spare: Requests[] = [];
const MAX_SPARE = 8;

export class Batch {
  readonly signal: AbortSignal | undefined;
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
    BATCH_OPTIONS.check('options', options);
    const { throwOnFailure = true } = options;
    if (typeof throwOnFailure !== 'boolean') {
      throw invalidType('options.throwOnFailure', 'a boolean', throwOnFailure);
    }
    this.signal = checkSignal('options.signal', options.signal);
    this.#commands = [...commands];
    this.#throwOnFailure = throwOnFailure;
  }

  /**
   * The requests of the batch, a slice to an exchange, made in short steps. Throws at the first bad argument:
   * `commands[5].service.port must …`.
   */
  *slices(): Generator<void, Requests[]> {
    const slices: Requests[] = [];
    for (let first = 0; first < this.#commands.length; first += SLICE) {
      const end = Math.min(first + SLICE, this.#commands.length);
      const slice = spare.pop() ?? new Requests(end - first > SLICE / 2 ? SLICE : end - first);
      slices.push(slice);
      for (let from = first; from < end; from += STEP) {
        this.#write(slice, from, Math.min(from + STEP, end));
        yield;
      }
    }
    return slices;
  }

  #write(slice: Requests, from: number, end: number): void {
    const commands = this.#commands;
    let index = from;
    try {
      for (; index < end; index++) writeCommand(slice, commands[index] as Command);
    } catch (error) {
      throw inElement('commands', index, error);
    }
  }

  /** Takes note of the answer to the next slice, which is empty then. */
  take(slice: Requests, answer: Answer): void {
    if (answer !== Answer.blank) this.#takeFailures(slice.length, answer);
    this.#taken += slice.length;
    slice.truncate(0);
    if (slice.capacity === SLICE && spare.length < MAX_SPARE) spare.push(slice);
  }

  #takeFailures(length: number, answer: Answer): void {
    for (let n = 0; n < length; n++) {
      if (answer.status(n) !== 0) this.#fail(this.#taken + n, answer, n);
    }
  }

  #fail(index: number, answer: Answer, n: number): void {
    const command = this.#commands[index] as Command;
    const error = refused(askedBy(command), answer.status(n), answer.text(n), answer.count(n));
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
