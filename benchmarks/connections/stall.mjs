// @ts-check
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';

/** Milliseconds between two times that the timer is due. */
const RESOLUTION = 1;

/**
 * The longest time that a timer of a millisecond was late while the work went on, in milliseconds.
 *
 * @param {() => Promise<void>} work
 */
export async function longestStall(work) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  delay.enable();
  await setTimeout(20);
  delay.reset();
  await work();
  delay.disable();
  return delay.max / 1e6 - RESOLUTION;
}
