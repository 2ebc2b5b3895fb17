/** Questions of the library, put to a script in place of the kernel. */

import type { IpvsError } from '../../../lib/errors/ipvs-error';
import type { Verb } from '../../../lib/session/verb';
import { Answer } from '../../../lib/wire/answer';
import { REQUEST } from '../../../lib/wire/records';
import { Requests } from '../../../lib/wire/requests';
import { decodeAll, type Message } from '../netlink/message';
import { replayAddon } from './addon';
import type { Script } from './script';

export interface Exchange {
  /** A buffer for each send. */
  sent: Buffer[];
  /** What each question came to: its value, or the error that it throws. */
  outcomes: unknown[];
}

/** The records as C++ takes them. */
export function bytesOf(requests: Requests): Uint8Array {
  return requests.memory.u8.subarray(0, requests.length * REQUEST.size);
}

/** All the questions in one exchange, as those do that are asked in one turn. */
export function exchange(questions: readonly Verb<unknown>[], script: Script, milliseconds = 0): Exchange {
  const requests = new Requests();
  for (const question of questions) question.write(requests);
  const { opened, sent, reply } = replayAddon().replay(bytesOf(requests), script.bytes(), milliseconds);
  if (opened !== 0) throw new Error(`opening failed with errno ${opened}`);
  const answer = new Answer(reply);
  return { sent, outcomes: questions.map((question, index) => outcome(() => question.read(answer, index))) };
}

function outcome(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    return error;
  }
}

/** One question: its value. Throws what it throws. */
export function ask<T>(question: Verb<T>, script: Script): T {
  const [value] = exchange([question], script).outcomes;
  if (value instanceof Error) throw value;
  return value as T;
}

/** One question: the code of the error that it throws, or its value. */
export function codeOrValue(question: Verb<unknown>, script: Script): unknown {
  const [value] = exchange([question], script).outcomes;
  return value instanceof Error ? (value as IpvsError).code : value;
}

/** The messages sent, whatever the sends. */
export function messagesOf(sent: readonly Buffer[]): Message[] {
  return sent.flatMap(decodeAll);
}
