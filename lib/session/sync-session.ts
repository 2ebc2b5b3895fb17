/** The conversation with IPVS on the caller's thread: what is asked is answered before anything else happens. */

import type { BackendHandle } from '../backend/backend';
import type { Asked } from '../errors/asked';
import { Answer } from '../wire/answer';
import { Requests } from '../wire/requests';
import { isTraced, tracedSync } from './tracing';
import type { Verb } from './verb';

const refusals = () => require('../errors/refusal') as typeof import('../errors/refusal');

export class SyncSession {
  readonly #handle: BackendHandle;
  readonly #timeout: number;
  readonly #requests = new Requests();
  #closed = false;

  /** `timeout` is the longest time without an answer, in milliseconds; 0 is any. */
  constructor(handle: BackendHandle, timeout: number) {
    this.#handle = handle;
    this.#timeout = timeout;
  }

  /** Throws where an argument is bad, where the kernel refuses, and where the handle is closed. */
  ask<T>(verb: Verb<T>): T {
    return isTraced() ? tracedSync(verb.asked(), () => this.#ask(verb)) : this.#ask(verb);
  }

  #ask<T>(verb: Verb<T>): T {
    if (this.#closed) throw refusals().closed(verb.asked());
    this.#requests.truncate(0);
    verb.write(this.#requests);
    return verb.read(this.#send(this.#requests), 0);
  }

  /** As `Session.perform`. */
  perform<T>(asked: Asked, work: (send: (requests: Requests) => Answer) => T): T {
    return isTraced() ? tracedSync(asked, () => this.#perform(asked, work)) : this.#perform(asked, work);
  }

  #perform<T>(asked: Asked, work: (send: (requests: Requests) => Answer) => T): T {
    if (this.#closed) throw refusals().closed(asked);
    return work((requests) => this.#send(requests));
  }

  #send(requests: Requests): Answer {
    return Answer.of(this.#handle.exchangeSync(requests.memory.buffer, requests.length, this.#timeout));
  }

  close(): void {
    this.#closed = true;
    this.#handle.close();
  }
}
