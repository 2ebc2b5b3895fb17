/** Work that sends several times, and has the kernel to itself until it ends. */

import { type Request, refused } from '../errors/ipvs-error';
import type { Answer } from '../wire/answer';
import { Failure } from '../wire/records';
import type { Requests } from '../wire/requests';

/** Sends records, and returns what came back. */
export type Exchange = (requests: Requests) => Promise<Answer>;

export class Errand<T> {
  readonly #request: Request;
  readonly #timeout: number;
  readonly #work: (exchange: Exchange) => Promise<T>;
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #refusal: Error | undefined;

  /** `timeout` is that of its wait, and of each time that it sends, in milliseconds; 0 is none. */
  constructor(
    request: Request,
    timeout: number,
    work: (exchange: Exchange) => Promise<T>,
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ) {
    this.#request = request;
    this.#timeout = timeout;
    this.#work = work;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#await();
  }

  /** Settles when the last exchange has ended, which may be later than the errand was refused. */
  async run(exchange: Exchange): Promise<void> {
    if (this.#refusal !== undefined) return;
    clearTimeout(this.#timer);
    const inTime: Exchange = async (requests) => {
      this.#await();
      const answer = await exchange(requests);
      clearTimeout(this.#timer);
      if (this.#refusal !== undefined) throw this.#refusal;
      return answer;
    };
    await this.#work(inTime).then(this.#resolve, this.#reject);
  }

  refuse(reason: (request: Request) => Error): void {
    clearTimeout(this.#timer);
    this.#refusal = reason(this.#request);
    this.#reject(this.#refusal);
  }

  #await(): void {
    if (this.#timeout === 0) return;
    const expire = () => this.refuse((request) => refused(request, Failure.timeout));
    // The exchange itself keeps the process alive, its deadline need not.
    this.#timer = setTimeout(expire, this.#timeout).unref();
  }
}
