/** Counters as the kernel keeps them: it reports copies, which its estimator makes every two seconds. */

import type { Memory } from '../wire/memory';
import { STATS } from '../wire/records';
import { type Clock, Timer } from './clock';

/** How many counters there are: connections, packets in and out, bytes in and out. */
export const COUNTERS = 5;
/** The first of those that are rates of bytes, which the kernel scales in another way. */
const BYTES = 3;

/** Milliseconds between two copies. */
const PERIOD = 2000;

const CURRENT = 0;
const COPIED = COUNTERS;
/** What the counters stood at when they were reset: the kernel subtracts it from what it reports. */
const RESET = 2 * COUNTERS;
const AVERAGES = 3 * COUNTERS;

/** The counters of a service, of a destination or of all. */
export class Statistics {
  /** None as long as nothing was counted. */
  #values: Float64Array | undefined;

  add(counter: number, count: number): void {
    this.#values ??= new Float64Array(4 * COUNTERS);
    (this.#values[CURRENT + counter] as number) += count;
  }

  /** Copies the counters and averages their growth. Returns whether another copy would differ. */
  estimate(): boolean {
    const values = this.#values;
    if (values === undefined) return false;
    let moves = false;
    for (let n = 0; n < COUNTERS; n++) {
      const growth = (values[CURRENT + n] as number) - (values[COPIED + n] as number);
      const average = values[AVERAGES + n] as number;
      const scaled = growth * (n < BYTES ? 512 : 16);
      const next = average + Math.floor((scaled - average) / 4);
      values[COPIED + n] = values[CURRENT + n] as number;
      values[AVERAGES + n] = next;
      moves ||= next !== average || growth !== 0;
    }
    return moves;
  }

  /** What is reported begins anew, with rates of zero. What came since the last copy comes with the next one. */
  reset(): void {
    const values = this.#values;
    if (values === undefined) return;
    values.copyWithin(RESET, COPIED, COPIED + COUNTERS);
    values.fill(0, AVERAGES);
  }

  /** Writes what is reported at `offset`, into memory that is zero. */
  write(memory: Memory, offset: number): void {
    const values = this.#values;
    if (values === undefined) return;
    for (let n = 0; n < COUNTERS; n++) {
      memory.setU64(offset + 8 * n, (values[COPIED + n] as number) - (values[RESET + n] as number));
      const average = values[AVERAGES + n] as number;
      const rate = n < BYTES ? Math.floor((average + 511) / 1024) : Math.floor((average + 15) / 32);
      memory.setF64(offset + STATS.rates + 8 * n, rate);
    }
  }
}

/** Brings counters up to date, all at once every two seconds. */
export class Estimator {
  readonly #clock: Clock;
  readonly #runs: () => boolean;
  /** Those whose next copy may differ from the last. */
  readonly #moving = new Set<Statistics>();
  readonly #timer = new Timer(() => this.#estimate());

  /** `runs` says whether the estimator does (`run_estimation`). */
  constructor(clock: Clock, runs: () => boolean) {
    this.#clock = clock;
    this.#runs = runs;
  }

  /** Something was counted. */
  watch(statistics: Statistics): void {
    this.#moving.add(statistics);
    if (this.#timer.due === Number.POSITIVE_INFINITY) this.#wait();
  }

  /** What was removed keeps what it reports. */
  forget(statistics: Statistics): void {
    this.#moving.delete(statistics);
  }

  #wait(): void {
    this.#clock.set(this.#timer, PERIOD - (this.#clock.now % PERIOD));
  }

  #estimate(): void {
    if (this.#runs()) {
      for (const each of this.#moving) {
        if (!each.estimate()) this.#moving.delete(each);
      }
    }
    if (this.#moving.size > 0) this.#wait();
  }
}
