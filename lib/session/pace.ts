/** Long work on the event loop in short steps. */

import { now } from './clock';

/** How long steps may run before others have their turn, in milliseconds. */
const SLICE = 1;

/** The event loop turns. As in `node:timers/promises`, which would take a share of every start. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Runs the steps to their end, letting the event loop turn between them. */
export async function pace<T>(steps: Generator<void, T>): Promise<T> {
  let started = now();
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
    if (now() - started >= SLICE) {
      await turn();
      started = now();
    }
  }
}

/** Runs the steps to their end at once. */
export function finish<T>(steps: Generator<void, T>): T {
  for (let step = steps.next(); ; step = steps.next()) {
    if (step.done) return step.value;
  }
}
