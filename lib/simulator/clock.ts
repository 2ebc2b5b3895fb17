/** The simulated machine's clock. It stands still until it is moved. */

/** Something that happens once, at a time that may be moved. */
export class Timer {
  /** When it is due; infinity where it is stopped. */
  due = Number.POSITIVE_INFINITY;
  /** When the clock looks at it next. */
  looked = Number.POSITIVE_INFINITY;

  constructor(readonly run: () => void) {}
}

interface Look {
  at: number;
  /** Looks at the same time are taken in the order in which they were made. */
  order: number;
  timer: Timer;
}

export class Clock {
  #now = 0;
  #order = 0;
  /** A binary heap: the next look first. */
  readonly #looks: Look[] = [];

  /** Milliseconds since the simulated machine began. */
  get now(): number {
    return this.#now;
  }

  /** Has the timer run in so many milliseconds, wherever it stood before. */
  set(timer: Timer, milliseconds: number): void {
    timer.due = this.#now + milliseconds;
    // A timer that is put off stays where it is: most are, again and again.
    if (timer.due < timer.looked) this.#look(timer);
  }

  stop(timer: Timer): void {
    timer.due = Number.POSITIVE_INFINITY;
  }

  /** Moves the clock; what is due on the way happens in order, each at its time. */
  advance(milliseconds: number): void {
    const end = this.#now + milliseconds;
    for (let next = this.#looks[0]; next !== undefined && next.at <= end; next = this.#looks[0]) {
      this.#pop();
      const { timer, at } = next;
      if (timer.looked !== at) continue;
      timer.looked = Number.POSITIVE_INFINITY;
      if (timer.due > at) {
        if (timer.due !== Number.POSITIVE_INFINITY) this.#look(timer);
        continue;
      }
      this.#now = at;
      timer.due = Number.POSITIVE_INFINITY;
      timer.run();
    }
    this.#now = end;
  }

  #look(timer: Timer): void {
    timer.looked = timer.due;
    const looks = this.#looks;
    let at = looks.length;
    const look = { at: timer.due, order: this.#order++, timer };
    looks.push(look);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(look, looks[parent] as Look)) break;
      looks[at] = looks[parent] as Look;
      at = parent;
    }
    looks[at] = look;
  }

  #pop(): void {
    const looks = this.#looks;
    const last = looks.pop() as Look;
    const { length } = looks;
    if (length === 0) return;
    let at = 0;
    for (let child = 1; child < length; child = 2 * at + 1) {
      if (child + 1 < length && isBefore(looks[child + 1] as Look, looks[child] as Look)) child++;
      if (!isBefore(looks[child] as Look, last)) break;
      looks[at] = looks[child] as Look;
      at = child;
    }
    looks[at] = last;
  }
}

function isBefore(a: Look, b: Look): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
