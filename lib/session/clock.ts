/** The clock that deadlines and pacing go by. */

let clock: typeof performance | undefined;

/**
 * Milliseconds since some moment. What holds it is looked up once: Node finds the global anew at each mention, and to
 * import it would make loading the package take a tenth longer.
 */
export function now(): number {
  clock ??= performance;
  return clock.now();
}

/** Looks it up anew, with each handle that is opened: a test may have put timers of its own in place since the last one. */
export function findClock(): void {
  clock = performance;
}
