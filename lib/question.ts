/** A question to the kernel: the records it sends, and what their answer means. */

import type { Answer } from './answer';
import { type Request, refused } from './errors';
import { finish } from './pace';
import type { Memory } from './records';
import type { Requests } from './requests';

/** One verb's question. */
export interface Question<T> extends Request {
  /** Adds the records; throws where an argument is bad, having added none. */
  ask(requests: Requests): void;
  /** The answer to the record at `index`; throws where it was refused. */
  read(answer: Answer, index: number): T;
  /** The same in short steps, where it can be long. */
  steps?(answer: Answer, index: number): Generator<void, T>;
}

/** A question of one record, with one answer. */
export function ask<T>(
  request: Request,
  operation: number,
  write: ((memory: Memory, offset: number) => void) | undefined,
  read: (answer: Answer, index: number) => T,
): Question<T> {
  return {
    ...request,
    ask: (requests) => requests.add(operation, write),
    read(answer, index) {
      check(request, answer, index);
      return read(answer, index);
    },
  };
}

/** Throws where the request was refused. */
export function check(request: Request, answer: Answer, index: number): void {
  const status = answer.status(index);
  if (status !== 0) throw refused(request, status, answer.text(index));
}

/** A question of one record, answered by any number of them. */
export function askList<T>(
  request: Request,
  operation: number,
  write: ((memory: Memory, offset: number) => void) | undefined,
  list: (answer: Answer, index: number) => Generator<void, T[]>,
): Question<T[]> {
  function* steps(answer: Answer, index: number): Generator<void, T[]> {
    check(request, answer, index);
    return yield* list(answer, index);
  }
  return {
    ...request,
    ask: (requests) => requests.add(operation, write),
    steps,
    read: (answer, index) => finish(steps(answer, index)),
  };
}

/** The answer is a list of records. */
export function all<T>(size: number, read: (memory: Memory, offset: number) => T) {
  return (answer: Answer, index: number) => answer.list(index, size, read);
}

/** The answer to what only succeeds or is refused. */
export function nothing(): void {}

/** The answer is one record. */
export function one<T>(read: (memory: Memory, offset: number) => T): (answer: Answer, index: number) => T {
  return (answer, index) => read(answer.memory, answer.offset(index));
}
