import type { Asked } from '../errors/asked';
import { closed } from '../errors/refusal';

/** What goes on for a while: it ends by itself, by a signal, or with the handle. */
export class Task {
  readonly #finish: () => void;
  #end: { error: unknown } | undefined;
  #interrupt: ((error: unknown) => void) | undefined;

  /** `finish` is called once, when it ends. */
  constructor(finish: () => void) {
    this.#finish = finish;
  }

  /** Throws where it was ended. */
  check(): void {
    if (this.#end !== undefined) throw this.#end.error;
  }

  /**
   * Waits until `begin` resolves or rejects, which it does later, or until the task is ended, whose error it rejects with
   * then. What `begin` returns is called in each case. One wait at a time.
   */
  async wait<T>(
    begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => () => void,
  ): Promise<T> {
    this.check();
    let stop: (() => void) | undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        this.#interrupt = reject;
        stop = begin(resolve, reject);
      });
    } finally {
      this.#interrupt = undefined;
      stop?.();
    }
  }

  /** Waits for so many milliseconds. */
  sleep(milliseconds: number): Promise<void> {
    return this.wait((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      return () => clearTimeout(timer);
    });
  }

  /** Waits for the work, which goes on where the task is ended. */
  until<T>(work: Promise<T>): Promise<T> {
    return this.wait((resolve, reject) => {
      work.then(resolve, reject);
      return () => {};
    });
  }

  /** It has come to its end: nothing can end it any more. */
  finish(): void {
    this.#finish();
  }

  /** Ends it now: what waits rejects with the error. */
  end(error: unknown): void {
    if (this.#end !== undefined) return;
    this.#end = { error };
    this.#finish();
    this.#interrupt?.(error);
  }
}

/** The tasks of one handle, so that closing it ends them. */
export class Tasks {
  readonly #open = new Map<Task, Asked>();
  #closed = false;

  /** `reason` makes the error that the signal ends it with. Throws where the handle is closed; whoever begins one finishes it. */
  begin(asked: Asked, signal: AbortSignal | undefined, reason: (signal: AbortSignal) => unknown): Task {
    if (this.#closed) throw closed(asked);
    const abort = () => task.end(reason(signal as AbortSignal));
    const task = new Task(() => {
      this.#open.delete(task);
      signal?.removeEventListener('abort', abort);
    });
    this.#open.set(task, asked);
    if (signal?.aborted) abort();
    else signal?.addEventListener('abort', abort);
    return task;
  }

  /** Has the work done as a task, which its signal ends with the signal's reason. */
  async run<T>(asked: Asked, signal: AbortSignal | undefined, work: (task: Task) => Promise<T>): Promise<T> {
    const task = this.begin(asked, signal, ({ reason }) => reason);
    try {
      return await work(task);
    } finally {
      task.finish();
    }
  }

  close(): void {
    this.#closed = true;
    for (const [task, asked] of this.#open) task.end(closed(asked));
  }
}
