/** What stands in a session's queue. */

import type { Asked } from '../errors/asked';
import type { Answer } from '../wire/answer';
import type { Requests } from '../wire/requests';
import { now } from './clock';
import { inSlices } from './pacing';
import type { Verb } from './verb';

/** Carries out requests, and returns what came of them. */
export type Send = (requests: Requests) => Promise<Answer>;

/** Makes the error of what is refused. */
export type Reason = (asked: Asked) => Error;

/** One exchange, or several in a row that nothing comes between. */
export interface Queued {
  /** Its turn has come. Settles when its last exchange has ended, which may be later than it was refused. */
  run(send: Send): Promise<void>;
  /** Rejects what still waits and was asked by then, in milliseconds of `now`; without a time, all of it. */
  refuse(reason: Reason, askedBy?: number): void;
  /** When the longest waiting of it was asked; infinity where nothing waits. */
  oldest(): number;
}

/** Finds what came of a verb. */
type Outcome = <T>(verb: Verb<T>, index: number) => T | Promise<T>;

/** Verbs that were asked in one turn of the event loop. */
interface Turn {
  asked: number;
  /** The first one's record. */
  first: number;
  outcome: Promise<Outcome>;
  settle(outcome: Outcome): void;
}

/** One exchange that verbs share: those that are asked before it leaves. */
export class SharedExchange implements Queued {
  /** They belong to the exchange until its answer is there. */
  readonly requests: Requests;
  /** Those that wait, the oldest first. */
  readonly #turns: Turn[] = [];
  /** That which the event loop is in. */
  #latest: Turn | undefined;
  #left = false;

  constructor(requests: Requests) {
    this.requests = requests;
  }

  /** Throws where an argument is bad, having added nothing. */
  add<T>(verb: Verb<T>): Promise<T> {
    const index = this.requests.length;
    verb.write(this.requests);
    const { outcome } = this.#latest ?? this.#begin(index);
    return outcome.then((find) => find(verb, index));
  }

  #begin(first: number): Turn {
    let settle!: Turn['settle'];
    const outcome = new Promise<Outcome>((resolve) => {
      settle = resolve;
    });
    const turn = { asked: now(), first, outcome, settle };
    this.#turns.push(turn);
    this.#latest = turn;
    queueMicrotask(() => {
      this.#latest = undefined;
    });
    return turn;
  }

  async run(send: Send): Promise<void> {
    // A bad argument was the only one.
    if (this.requests.length === 0) return;
    this.#left = true;
    const answer = await send(this.requests);
    for (const { settle } of this.#turns.splice(0)) {
      settle((verb, index) =>
        verb.steps === undefined ? verb.read(answer, index) : inSlices(verb.steps(answer, index)),
      );
    }
  }

  refuse(reason: Reason, askedBy = Number.POSITIVE_INFINITY): void {
    for (let turn = this.#turns[0]; turn !== undefined && turn.asked <= askedBy; turn = this.#turns[0]) {
      this.#turns.shift();
      turn.settle((verb) => {
        throw reason(verb.asked());
      });
      // Once it has left, the records are read on another thread, and may still be carried out.
      if (!this.#left) this.requests.withdraw(turn.first, this.#turns[0]?.first ?? this.requests.length);
    }
  }

  oldest(): number {
    return this.#turns[0]?.asked ?? Number.POSITIVE_INFINITY;
  }
}

/** Exchanges in a row that belong to one verb. */
export class ExchangeSeries<T> implements Queued {
  readonly result: Promise<T>;
  readonly #asked: Asked;
  readonly #since = now();
  readonly #work: (send: Send) => Promise<T>;
  #resolve!: (value: T | Promise<T>) => void;
  #reject!: (error: unknown) => void;
  #refusal: Error | undefined;
  #waits = true;

  constructor(asked: Asked, work: (send: Send) => Promise<T>) {
    this.#asked = asked;
    this.#work = work;
    this.result = new Promise<T>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  async run(send: Send): Promise<void> {
    if (this.#refusal !== undefined) return;
    const done = this.#work(async (requests) => {
      const answer = await send(requests);
      // What was refused meanwhile sends nothing more.
      if (this.#refusal !== undefined) throw this.#refusal;
      return answer;
    });
    await done.then(this.#resolve, this.#reject);
    this.#waits = false;
  }

  refuse(reason: Reason, askedBy = Number.POSITIVE_INFINITY): void {
    if (!this.#waits || this.#since > askedBy) return;
    this.#waits = false;
    this.#refusal = reason(this.#asked);
    this.#reject(this.#refusal);
  }

  oldest(): number {
    return this.#waits ? this.#since : Number.POSITIVE_INFINITY;
  }
}
