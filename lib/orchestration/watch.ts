import { now } from '../session/clock';
import { inSlices } from '../session/pacing';
import { Answer } from '../wire/answer';
import { PackedTable } from '../wire/table';
import { Failures, isGone } from './lasting';
import { type TableEvent, tableEvents } from './table-events';
import type { Task } from './task';
import type { Verbs } from './verbs';
import type { WatchSettings } from './watch-options';

type Step = IteratorResult<TableEvent[], void>;

const DONE: Step = { value: undefined, done: true };

/** What ends a watch whose loop has ended. */
const LEFT = Symbol('left');

/** The table of a kernel that has no IPVS any more. */
const EMPTY = new PackedTable(Answer.blank, 0, false);

/**
 * Reads the table while it is asked what has changed, and compares it with what it told last: who takes long to ask again
 * gets the sum of the changes, and nothing queues up meanwhile.
 */
export class TableWatch implements AsyncIterableIterator<TableEvent[], void> {
  readonly #verbs: Verbs;
  readonly #settings: WatchSettings;
  readonly #begin: () => Task;
  readonly #failures = new Failures();
  #task: Task | undefined;
  #table: PackedTable | undefined;
  /** When the last reading began. */
  #readAt: number | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #isDone = false;

  /** The task begins with the first `next`. */
  constructor(verbs: Verbs, settings: WatchSettings, begin: () => Task) {
    this.#verbs = verbs;
    this.#settings = settings;
    this.#begin = begin;
  }

  next(): Promise<Step> {
    const step = this.#last.then(() => this.#next());
    this.#last = step.catch(() => {});
    return step;
  }

  /** An early end: `break`, `return` or `throw` in the loop. */
  return(): Promise<Step> {
    this.#isDone = true;
    this.#task?.end(LEFT);
    return Promise.resolve(DONE);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async #next(): Promise<Step> {
    if (this.#isDone) return DONE;
    try {
      this.#task ??= this.#begin();
      return { value: await this.#events(this.#task), done: false };
    } catch (error) {
      this.#isDone = true;
      this.#task?.finish();
      if (error === LEFT) return DONE;
      throw error;
    }
  }

  /** Waits until something has changed. */
  async #events(task: Task): Promise<TableEvent[]> {
    for (;;) {
      task.check();
      await this.#pause(task);
      this.#readAt = now();
      const table = await this.#read(task);
      if (table === undefined) continue;
      const before = this.#table;
      const isTold = before !== undefined || this.#settings.initial;
      const events = isTold ? await task.until(inSlices(tableEvents(before ?? EMPTY, table))) : [];
      this.#table = table;
      if (events.length > 0 || (before === undefined && isTold)) return events;
    }
  }

  async #pause(task: Task): Promise<void> {
    if (this.#readAt === undefined) return;
    const left = this.#readAt + this.#settings.interval - now();
    if (left > 0) await task.sleep(left);
  }

  /** The table as it is; `undefined` where that is not known this time. */
  async #read(task: Task): Promise<PackedTable | undefined> {
    try {
      const table = await task.until(this.#verbs.packedTable());
      this.#failures.reset();
      return table;
    } catch (error) {
      task.check();
      if (isGone(error)) return EMPTY;
      this.#failures.note(error);
      return undefined;
    }
  }
}
