/** The requests that leave together, and who waits for them. */

import { type Request, refused } from '../errors/ipvs-error';
import type { Answer } from '../wire/answer';
import { Failure } from '../wire/records';
import type { Requests } from '../wire/requests';
import { now } from './clock';
import { pace } from './pace';
import type { Question } from './verb';

/** Finds what came of a request. */
type Outcome = <T>(question: Question<T>, index: number) => T | Promise<T>;

/** The requests of one turn of the event loop, which have their deadline in common. */
interface Cohort {
  /** The first one's record. */
  first: number;
  /** In milliseconds of `performance.now`. */
  expires: number;
  outcome: Promise<Outcome>;
  settle(outcome: Outcome): void;
}

export class Parcel {
  /** They belong to the parcel until its answer is there. */
  readonly requests: Requests;
  readonly #timeout: number;
  /** Those that still wait. */
  readonly #cohorts: Cohort[] = [];
  /** That of the turn which the event loop is in. */
  #latest: Cohort | undefined;
  #left = false;
  #timer: NodeJS.Timeout | undefined;

  /** `timeout` is that of each request, in milliseconds; 0 is none. */
  constructor(requests: Requests, timeout: number) {
    this.requests = requests;
    this.#timeout = timeout;
  }

  /** Throws where an argument is bad, having added nothing. */
  add<T>(question: Question<T>): Promise<T> {
    const index = this.requests.length;
    question.ask(this.requests);
    const { outcome } = this.#latest ?? this.#begin(index);
    return outcome.then((find) => find(question, index));
  }

  #begin(first: number): Cohort {
    let settle!: Cohort['settle'];
    const outcome = new Promise<Outcome>((resolve) => {
      settle = resolve;
    });
    const cohort = { first, expires: Infinity, outcome, settle };
    this.#cohorts.push(cohort);
    this.#latest = cohort;
    if (this.#timeout !== 0) {
      cohort.expires = now() + this.#timeout;
      if (this.#timer === undefined) this.#await(this.#timeout);
      queueMicrotask(() => {
        this.#latest = undefined;
      });
    }
    return cohort;
  }

  /** On the way to the kernel, from where nothing is called back. */
  leave(): Requests {
    this.#left = true;
    return this.requests;
  }

  /** Has each request that waits find its answer. */
  deliver(answer: Answer): void {
    this.#settle((question, index) =>
      question.steps === undefined ? question.read(answer, index) : pace(question.steps(answer, index)),
    );
  }

  /** Rejects every request. */
  refuse(reason: (request: Request) => Error): void {
    this.#settle((question) => {
      throw reason(question.about());
    });
  }

  #settle(outcome: Outcome): void {
    clearTimeout(this.#timer);
    for (const cohort of this.#cohorts) cohort.settle(outcome);
  }

  #await(milliseconds: number): void {
    // The exchange itself keeps the process alive, its deadline need not.
    this.#timer = setTimeout(() => this.#expire(), milliseconds).unref();
  }

  #expire(): void {
    const time = now();
    let cohort = this.#cohorts[0];
    while (cohort !== undefined && cohort.expires <= time) {
      this.#cohorts.shift();
      cohort.settle((question) => {
        throw refused(question.about(), Failure.timeout);
      });
      const next = this.#cohorts[0];
      // Those that have left may still be carried out.
      if (!this.#left) this.requests.withdraw(cohort.first, next?.first ?? this.requests.length);
      cohort = next;
    }
    if (cohort !== undefined) this.#await(cohort.expires - time);
  }
}
