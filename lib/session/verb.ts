/** A question to the kernel: the records it sends, and what their answer means. */

import { type Request, refused } from '../errors/ipvs-error';
import type { Answer } from '../wire/answer';
import type { Memory } from '../wire/records';
import type { Requests } from '../wire/requests';
import { finish } from './pace';

/** One verb's question. */
export interface Question<T> {
  /** What errors say was asked, and of what. */
  about(): Request;
  /** Adds the records; throws where an argument is bad, having added none. */
  ask(requests: Requests): void;
  /** The answer to the record at `index`; throws where it was refused. */
  read(answer: Answer, index: number): T;
  /** The same in short steps, where it can be long. */
  steps?(answer: Answer, index: number): Generator<void, T>;
}

/** Fills in a record. */
export type Write = (memory: Memory, offset: number) => void;

/** A question of one record, with one answer. */
export function ask<T>(
  request: Request,
  operation: number,
  write: Write | undefined,
  read: (answer: Answer, index: number) => T,
): Question<T> {
  return {
    about: () => request,
    ask: adding(operation, write),
    read(answer, index) {
      check(this, answer, index);
      return read(answer, index);
    },
  };
}

/** Adds one record. */
export function adding(operation: number, write?: Write): (requests: Requests) => void {
  return (requests) =>
    requests.add(() => {
      const offset = requests.append(operation);
      write?.(requests.memory, offset);
    });
}

/** Throws where the question was refused. */
export function check(question: Question<unknown>, answer: Answer, index: number): void {
  const status = answer.status(index);
  if (status !== 0) throw refused(question.about(), status, answer.text(index));
}

/** A question of one record, answered by any number of them. */
export function askList<T>(
  request: Request,
  operation: number,
  write: Write | undefined,
  list: (answer: Answer, index: number) => Generator<void, T[]>,
): Question<T[]> {
  return {
    about: () => request,
    ask: adding(operation, write),
    *steps(answer, index) {
      check(this, answer, index);
      return yield* list(answer, index);
    },
    read(answer, index) {
      check(this, answer, index);
      return finish(list(answer, index));
    },
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
