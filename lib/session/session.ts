/**
 * Requests in the order in which they were made, one exchange with the kernel under way at a time. What is asked
 * while one is under way, or in the same turn of the event loop, leaves together with the next one.
 */

import type { NativeHandle } from '../backend/addon';
import { closed, type Request } from '../errors/ipvs-error';
import { Answer } from '../wire/answer';
import { Requests } from '../wire/requests';
import { Errand, type Exchange } from './errand';
import { Parcel } from './parcel';
import type { Question } from './verb';

/** How many records are kept room for. */
const MAX_SPARE = 4096;

export class Queue {
  readonly #native: NativeHandle;
  readonly #timeout: number;
  #turns: (Parcel | Errand<unknown>)[] = [];
  #underWay: Promise<void> | undefined;
  #closed = false;
  /** Those of the last parcel, emptied: whoever asks mostly asks as much again. */
  #spare: Requests | undefined;

  constructor(native: NativeHandle, timeout: number) {
    this.#native = native;
    this.#timeout = timeout;
  }

  /** Rejects with the argument's error, the kernel's refusal, `ERR_IPVS_CLOSED` or `ERR_IPVS_TIMEOUT`. */
  ask<T>(question: Question<T>): Promise<T> {
    if (this.#closed) return Promise.reject(closed(question.about()));
    try {
      const asked = this.#last().add(question);
      this.#underWay ??= this.#run();
      return asked;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** The parcel that leaves last. */
  #last(): Parcel {
    const last = this.#turns.at(-1);
    if (last instanceof Parcel) return last;
    const parcel = new Parcel(this.#spare ?? new Requests(), this.#timeout);
    this.#spare = undefined;
    this.#turns.push(parcel);
    return parcel;
  }

  /** Has `errand` run when its turn comes: after what was asked before it, and before what is asked later. */
  perform<T>(request: Request, errand: (exchange: Exchange) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      if (this.#closed) throw closed(request);
      this.#turns.push(
        new Errand<unknown>(request, this.#timeout, errand, resolve as (value: unknown) => void, reject),
      );
      this.#underWay ??= this.#run();
    });
  }

  /** Rejects what still waits, lets what is under way end, and closes the socket. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const turn of this.#turns.splice(0)) turn.refuse(closed);
    await this.#underWay;
    this.#native.close();
  }

  async #run(): Promise<void> {
    // The requests of one turn of the event loop leave together.
    await undefined;
    for (let turn = this.#turns.shift(); turn !== undefined; turn = this.#turns.shift()) {
      if (turn instanceof Parcel) await this.#deliver(turn);
      else await turn.run((requests) => this.#exchange(requests));
    }
    this.#underWay = undefined;
  }

  async #deliver(parcel: Parcel): Promise<void> {
    const answer = await this.#exchange(parcel.leave());
    this.#keep(parcel.requests);
    parcel.deliver(answer);
  }

  #keep(requests: Requests): void {
    if (requests.capacity > MAX_SPARE) return;
    requests.truncate(0);
    this.#spare = requests;
  }

  async #exchange(requests: Requests): Promise<Answer> {
    const { memory, length } = requests;
    return Answer.of(await this.#native.exchange(memory.buffer, length, this.#timeout));
  }
}
