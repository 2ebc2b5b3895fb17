/** One conversation with a simulated director: the seam's side of it. */

import {
  type BackendConnectionReader,
  type BackendHandle,
  type OpenFailure,
  OpenStep,
} from '../backend/backend';
import { Failure } from '../errors/failure';
import { CHANNELS } from '../model/options';
import { findClock, now } from '../session/clock';
import { Memory } from '../wire/memory';
import { Operation, REQUEST } from '../wire/records';
import { AnswerWriter } from './answer-writer';
import { SimulatedReader } from './connections/reader';
import { carryOut } from './control-plane/carry-out';
import { Errno } from './control-plane/errno';
import { carryOutBySocketOptions } from './control-plane/socket-options';
import type { Director } from './director';
import { type Faults, NO_FAULT, verbOf } from './faults';

/** Work that waits in between: it yields how many milliseconds. */
type Waiting<T> = Generator<number, T>;

export class SimulatedHandle implements BackendHandle {
  readonly #director: Director;
  readonly #faults: Faults;
  /** What carries a request out: with `channel: 'socket-options'`, these. */
  #carryOut = carryOut;
  /** When the exchange under way began, or was held up last. */
  #began = 0;

  constructor(director: Director, faults: Faults) {
    this.#director = director;
    this.#faults = faults;
    findClock();
  }

  open(netns?: string | number, channel?: number): Promise<0 | OpenFailure> {
    return finishLater(this.#open(netns, channel));
  }

  openSync(netns?: string | number, channel?: number): 0 | OpenFailure {
    return finishNow(this.#open(netns, channel));
  }

  *#open(netns: string | number | undefined, channel: number | undefined): Waiting<0 | OpenFailure> {
    if (channel === CHANNELS.get('socket-options')) this.#carryOut = carryOutBySocketOptions;
    // A simulated machine has no other namespace.
    if (netns !== undefined) return [OpenStep.netns, Errno.ENOENT];
    const status = yield* this.#meet('open');
    return status === 0 ? 0 : [OpenStep.ipvs, status];
  }

  exchange(requests: ArrayBuffer, count: number): Promise<ArrayBuffer | undefined> {
    this.#began = now();
    return finishLater(this.#exchange(requests, count, 0));
  }

  exchangeSync(requests: ArrayBuffer, count: number, milliseconds: number): ArrayBuffer | undefined {
    return finishNow(this.#exchange(requests, count, milliseconds));
  }

  /** `patience` is the longest wait, 0 for any. Requests are carried out in order, faults or not. */
  *#exchange(requests: ArrayBuffer, count: number, patience: number): Waiting<ArrayBuffer | undefined> {
    const memory = new Memory(requests);
    const answer = new AnswerWriter(count);
    for (let index = 0; index < count; index++) {
      const at = index * REQUEST.size;
      const operation = memory.getU8(at + REQUEST.operation);
      if (operation === Operation.nothing) continue;
      const fault = this.#faults.meet(verbOf(operation)) ?? NO_FAULT;
      const { status, delay } = fault;
      const isLate = patience !== 0 && delay > patience;
      if (delay > 0) {
        yield isLate ? patience : delay;
        this.#began = now();
      }
      if (status === 0 || status === Errno.ENOBUFS) {
        this.#carryOut(this.#director, memory, at, answer, index, fault.meanwhile);
      }
      if (isLate) answer.refuse(index, Failure.timeout);
      else if (status !== 0) answer.refuse(index, status);
    }
    return answer.finish();
  }

  readSysctls(): Promise<Record<string, string> | number> {
    return finishLater(this.#readSysctls());
  }

  readSysctlsSync(): Record<string, string> | number {
    return finishNow(this.#readSysctls());
  }

  *#readSysctls(): Waiting<Record<string, string> | number> {
    const status = yield* this.#meet('sysctls');
    return status === 0 ? Object.fromEntries(this.#director.sysctls.entries()) : status;
  }

  writeSysctl(name: string, text: string): Promise<number> {
    return finishLater(this.#writeSysctl(name, text));
  }

  writeSysctlSync(name: string, text: string): number {
    return finishNow(this.#writeSysctl(name, text));
  }

  *#writeSysctl(name: string, text: string): Waiting<number> {
    const status = yield* this.#meet('setSysctls');
    return status === 0 ? this.#director.sysctls.write(name, text) : status;
  }

  /** The errno with which reading or writing settings fails; of a module that is gone, that of its folder. */
  *#meet(syscall: string): Waiting<number> {
    const fault = this.#faults.meet(syscall) ?? NO_FAULT;
    if (fault.delay > 0) yield fault.delay;
    fault.meanwhile();
    return fault.status === Failure.moduleMissing ? Errno.ENOENT : fault.status;
  }

  silence(): number {
    return now() - this.#began;
  }

  connections(filter: Uint8Array): BackendConnectionReader {
    return new SimulatedReader(this.#director, this.#faults, filter);
  }

  close(): void {}
}

/** Waits by the host's timers. */
async function finishLater<T>(work: Waiting<T>): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    await new Promise<void>((resolve) => setTimeout(resolve, step.value));
  }
}

/** Waits on the caller's thread. */
function finishNow<T>(work: Waiting<T>): T {
  const word = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    Atomics.wait(word, 0, 0, step.value);
  }
}
