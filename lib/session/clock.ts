/** The clock that deadlines and pacing go by. */

let clock: typeof process.hrtime | undefined;

/**
 * Milliseconds since some moment. Not by `performance`, which has Node load ten modules when it is first mentioned: three
 * times what opening a handle takes.
 */
export function now(): number {
  clock ??= process.hrtime;
  const [seconds, nanoseconds] = clock();
  return seconds * 1e3 + nanoseconds / 1e6;
}

/** Looks it up anew, with each handle that is opened: a test may have put timers of its own in place since the last one. */
export function findClock(): void {
  clock = process.hrtime;
}
