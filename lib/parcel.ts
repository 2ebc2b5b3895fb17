/** The requests that leave together, and who waits for each. */

import { now } from './clock';
import { type Request, refused } from './errors';
import type { Question } from './question';
import { Failure } from './records';
import type { Requests } from './requests';

interface Waiting {
  question: Question<unknown>;
  /** Its record among the requests. */
  index: number;
  /** When its deadline passes, in milliseconds of `performance.now`. */
  expires: number;
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

export class Parcel {
  /** They belong to the parcel until its answer is there. */
  readonly requests: Requests;
  readonly #timeout: number;
  #waiting: Waiting[] = [];
  #left = false;
  #timer: NodeJS.Timeout | undefined;
  /** When the requests of this turn of the event loop expire: looking at the clock takes as long as all the rest. */
  #expires: number | undefined;

  /** `timeout` is that of each request, in milliseconds; 0 is none. */
  constructor(requests: Requests, timeout: number) {
    this.requests = requests;
    this.#timeout = timeout;
  }

  /** Throws where an argument is bad, having added nothing. */
  add(question: Question<unknown>, resolve: Waiting['resolve'], reject: Waiting['reject']): void {
    const index = this.requests.length;
    question.ask(this.requests);
    this.#waiting.push({ question, index, expires: this.#deadline(), resolve, reject });
  }

  #deadline(): number {
    if (this.#timeout === 0) return Infinity;
    if (this.#timer === undefined) this.#await(this.#timeout);
    if (this.#expires === undefined) {
      this.#expires = now() + this.#timeout;
      queueMicrotask(() => {
        this.#expires = undefined;
      });
    }
    return this.#expires;
  }

  /** On the way to the kernel, from where nothing is called back. */
  leave(): Requests {
    this.#left = true;
    return this.requests;
  }

  /** Those who wait, once the answer is there. */
  open(): readonly Waiting[] {
    clearTimeout(this.#timer);
    return this.#waiting;
  }

  /** Rejects every request. */
  refuse(reason: (request: Request) => Error): void {
    for (const { question, reject } of this.open()) reject(reason(question.about()));
  }

  #await(milliseconds: number): void {
    // The exchange itself keeps the process alive, its deadline need not.
    this.#timer = setTimeout(() => this.#expire(), milliseconds).unref();
  }

  #expire(): void {
    const time = now();
    const late = this.#waiting.filter(({ expires }) => expires <= time);
    this.#waiting = this.#waiting.filter(({ expires }) => expires > time);
    for (const { question, index, reject } of late) {
      // One that has left may still be carried out.
      if (!this.#left) this.requests.withdraw(index);
      reject(refused(question.about(), Failure.timeout));
    }
    const next = this.#waiting[0];
    if (next !== undefined) this.#await(next.expires - time);
  }
}
