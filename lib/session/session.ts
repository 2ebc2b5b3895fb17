/**
 * The session room: the ordered conversation with IPVS. Requests run in the order in which they were made, one exchange
 * under way at a time. What is asked while one is under way, or in the same turn of the event loop, leaves together with
 * the next one.
 */

import type { BackendHandle } from '../backend/backend';
import { AbortError } from '../errors/abort';
import type { Asked } from '../errors/asked';
import { closed, timedOut } from '../errors/refusal';
import { Answer } from '../wire/answer';
import { Requests } from '../wire/requests';
import { now } from './clock';
import { ExchangeSeries, type Queued, type Send, SharedExchange } from './exchange';
import { isTraced, traced } from './tracing';
import type { Verb } from './verb';

/** How many records are kept room for between two exchanges. */
const MAX_SPARE = 4096;

export class Session {
  readonly #handle: BackendHandle;
  readonly #timeout: number;
  readonly #queue: Queued[] = [];
  #current: Queued | undefined;
  #running: Promise<void> | undefined;
  #closed = false;
  /** The records of the last exchange, emptied: whoever asks mostly asks as much again. */
  #spare: Requests | undefined;
  /** When the last answer came. */
  #answered = 0;
  #deadline: NodeJS.Timeout | undefined;

  /** `timeout` is the longest time without an answer, in milliseconds; 0 is any. */
  constructor(handle: BackendHandle, timeout: number) {
    this.#handle = handle;
    this.#timeout = timeout;
  }

  /**
   * Throws where an argument is bad. Rejects with the kernel's refusal, `ERR_IPVS_CLOSED` or `ERR_IPVS_TIMEOUT`.
   */
  ask<T>(verb: Verb<T>): Promise<T> {
    return isTraced() ? traced(verb.asked(), () => this.#ask(verb)) : this.#ask(verb);
  }

  #ask<T>(verb: Verb<T>): Promise<T> {
    if (this.#closed) return Promise.reject(closed(verb.asked()));
    const answer = this.#last().add(verb);
    this.#start();
    return answer;
  }

  /** As `ask`, in an exchange of its own that a signal can end: it rejects with an `AbortError` then. */
  askAlone<T>(verb: Verb<T>, signal: AbortSignal): Promise<T> {
    return isTraced()
      ? traced(verb.asked(), () => this.#askAlone(verb, signal))
      : this.#askAlone(verb, signal);
  }

  #askAlone<T>(verb: Verb<T>, signal: AbortSignal): Promise<T> {
    if (this.#closed) return Promise.reject(closed(verb.asked()));
    const exchange = new SharedExchange(new Requests(1));
    const answer = exchange.add(verb);
    return this.#enqueue(exchange, answer, signal);
  }

  /** Has `work` carried out when its turn comes: after what was asked before it, before what is asked later. */
  perform<T>(asked: Asked, work: (send: Send) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return isTraced()
      ? traced(asked, () => this.#perform(asked, work, signal))
      : this.#perform(asked, work, signal);
  }

  #perform<T>(asked: Asked, work: (send: Send) => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#closed) return Promise.reject(closed(asked));
    const series = new ExchangeSeries(asked, work);
    return this.#enqueue(series, series.result, signal);
  }

  #enqueue<T>(queued: Queued, result: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    this.#queue.push(queued);
    this.#start();
    if (signal === undefined) return result;
    const abort = () => queued.refuse(() => new AbortError(signal));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort);
    return result.finally(() => signal.removeEventListener('abort', abort));
  }

  /** The shared exchange that leaves last. */
  #last(): SharedExchange {
    const last = this.#queue.at(-1);
    if (last instanceof SharedExchange) return last;
    const exchange = new SharedExchange(this.#spare ?? new Requests());
    this.#spare = undefined;
    this.#queue.push(exchange);
    return exchange;
  }

  /** Rejects what still waits, lets what is under way end, and closes the handle. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const queued of this.#queue.splice(0)) queued.refuse(closed);
    await this.#running;
    clearTimeout(this.#deadline);
    this.#handle.close();
  }

  #start(): void {
    this.#running ??= this.#run();
    if (this.#timeout !== 0 && this.#deadline === undefined) this.#watch(this.#timeout);
  }

  async #run(): Promise<void> {
    // The requests of one turn of the event loop leave together.
    await undefined;
    const send: Send = (requests) => this.#exchange(requests);
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      this.#current = next;
      await next.run(send).catch((error) => next.refuse(() => error));
      if (next instanceof SharedExchange) this.#keep(next.requests);
    }
    this.#current = undefined;
    this.#running = undefined;
  }

  #keep(requests: Requests): void {
    if (requests.capacity > MAX_SPARE) return;
    requests.truncate(0);
    this.#spare = requests;
  }

  async #exchange(requests: Requests): Promise<Answer> {
    const { memory, length } = requests;
    const answer = await this.#handle.exchange(memory.buffer, length, this.#timeout);
    this.#answered = now();
    return Answer.of(answer);
  }

  /** Looks again after so many milliseconds. An exchange keeps the process alive itself, its deadline need not. */
  #watch(milliseconds: number): void {
    this.#deadline = setTimeout(() => this.#expire(), milliseconds).unref();
  }

  /** Refuses what has waited too long, where no answer came for as long. */
  #expire(): void {
    this.#deadline = undefined;
    const waiting = this.#current === undefined ? this.#queue : [this.#current, ...this.#queue];
    const late = now() - this.#timeout;
    const answered = this.#lastAnswer();
    if (answered <= late) {
      for (const queued of waiting) queued.refuse(timedOut, late);
    }
    const since = Math.max(answered, Math.min(...waiting.map((queued) => queued.oldest())));
    if (since < Number.POSITIVE_INFINITY) this.#watch(Math.max(1, since - late));
  }

  #lastAnswer(): number {
    return this.#current === undefined
      ? this.#answered
      : Math.max(this.#answered, now() - this.#handle.silence());
  }
}
