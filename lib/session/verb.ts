/** What a session has to know of a verb. */

import type { Asked } from '../errors/asked';
import type { Answer } from '../wire/answer';
import type { Requests } from '../wire/requests';

const refusals = () => require('../errors/refusal') as typeof import('../errors/refusal');

/** A verb with its arguments: a request, and how its answer is read. */
export interface Verb<T> {
  /** What errors say was asked, and of what. */
  asked(): Asked;
  /** Adds the request; throws where an argument is bad, having added nothing. */
  write(requests: Requests): void;
  /** What the answer to the request at `index` means; throws where it was refused. */
  read(answer: Answer, index: number): T;
  /** The same in short steps, where the answer can be long. */
  steps?(answer: Answer, index: number): Generator<void, T>;
}

/** Throws where the verb was refused. */
export function checkStatus(verb: Verb<unknown>, answer: Answer, index: number): void {
  const status = answer.status(index);
  if (status !== 0) {
    throw refusals().refused(verb.asked(), status, answer.text(index), answer.count(index));
  }
}
