/** The verbs room: a verb becomes a request, an answer becomes a value. Both handles ask the same verbs. */

import type { Asked } from '../errors/asked';
import { finish } from '../session/pacing';
import { checkStatus, type Verb } from '../session/verb';
import type { Answer } from '../wire/answer';
import type { Memory } from '../wire/memory';
import type { Requests } from '../wire/requests';

/** Fills in a request's record. */
export type Write = (memory: Memory, offset: number) => void;

/** Adds one request. */
export function adding(operation: number, write?: Write): (requests: Requests) => void {
  return (requests) =>
    requests.add(() => {
      const offset = requests.append(operation);
      write?.(requests.memory, offset);
    });
}

/** A verb of one request, with one answer. */
export function verb<T>(
  asked: Asked,
  operation: number,
  write: Write | undefined,
  read: (answer: Answer, index: number) => T,
): Verb<T> {
  return {
    asked: () => asked,
    write: adding(operation, write),
    read(answer, index) {
      checkStatus(this, answer, index);
      return read(answer, index);
    },
  };
}

/** A verb of one request that is answered by any number of records. */
export function listVerb<T>(
  asked: Asked,
  operation: number,
  write: Write | undefined,
  list: (answer: Answer, index: number) => Generator<void, T>,
): Verb<T> {
  return {
    asked: () => asked,
    write: adding(operation, write),
    *steps(answer, index) {
      checkStatus(this, answer, index);
      return yield* list(answer, index);
    },
    read(answer, index) {
      checkStatus(this, answer, index);
      return finish(list(answer, index));
    },
  };
}

/** The answer is a list of records. */
export function all<T>(size: number, read: (memory: Memory, offset: number) => T) {
  return (answer: Answer, index: number) => answer.list(index, size, read);
}

/** The answer is one record. */
export function one<T>(read: (memory: Memory, offset: number) => T): (answer: Answer, index: number) => T {
  return (answer, index) => read(answer.memory, answer.offset(index));
}

/** The answer to what only succeeds or is refused. */
export function nothing(): void {}
