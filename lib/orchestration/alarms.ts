interface Alarm {
  readonly waiting: Set<() => void>;
  readonly timer: NodeJS.Timeout;
}

/**
 * Timers, one for all who wait for as long from the same turn of the event loop: what they ask when they are woken leaves
 * together.
 */
export class Alarms {
  /** By how long it is, those of this turn. */
  readonly #ofTurn = new Map<number, Alarm>();

  /** Calls `wake` after so many milliseconds, unless what it returns is called before. */
  set(milliseconds: number, wake: () => void): () => void {
    const alarm = this.#ofTurn.get(milliseconds) ?? this.#begin(milliseconds);
    alarm.waiting.add(wake);
    return () => {
      alarm.waiting.delete(wake);
      if (alarm.waiting.size > 0) return;
      clearTimeout(alarm.timer);
      this.#close(milliseconds, alarm);
    };
  }

  /** Nobody joins it any more. */
  #close(milliseconds: number, alarm: Alarm): void {
    if (this.#ofTurn.get(milliseconds) === alarm) this.#ofTurn.delete(milliseconds);
  }

  #begin(milliseconds: number): Alarm {
    const waiting = new Set<() => void>();
    const timer = setTimeout(() => {
      for (const wake of waiting) wake();
    }, milliseconds);
    const alarm = { waiting, timer };
    this.#ofTurn.set(milliseconds, alarm);
    // Not `queueMicrotask`: fake timers replace it.
    Promise.resolve().then(() => this.#close(milliseconds, alarm));
    return alarm;
  }
}
