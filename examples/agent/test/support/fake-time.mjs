// @ts-check
/** Timers that a test moves, so that an agent is tested with the times it has in production. Files and sockets are real. */
import { install } from '@sinonjs/fake-timers';

/** Milliseconds at a time: no timer of interest is finer. */
const STEP = 50;
/** What is real, a file or a socket, has so many milliseconds. */
const PATIENCE = 20_000;

const realTimeout = setTimeout;
const realClock = performance.now.bind(performance);

/** @type {ReturnType<typeof install>} */
let clock;

/** Puts them in place. @returns {() => void} takes them away again */
export function fakeTime() {
  clock = install({
    toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance', 'hrtime'],
  });
  return () => clock.uninstall();
}

/** Lets so much time pass. @param {number} milliseconds */
export async function pass(milliseconds) {
  for (let moved = 0; moved < milliseconds; moved += STEP) {
    await settle();
    clock.tick(Math.min(STEP, milliseconds - moved));
  }
  await settle();
}

/**
 * What `find` returns, as soon as it is neither false nor undefined, while time passes.
 *
 * @template T
 * @param {() => Promise<T | undefined | false> | T | undefined | false} find
 * @returns {Promise<T>}
 */
export async function soon(find) {
  const deadline = realClock() + PATIENCE;
  for (;;) {
    const found = await find();
    if (found !== undefined && found !== false) return found;
    if (realClock() >= deadline) throw new Error(`not so: ${find}`);
    await new Promise((resolve) => realTimeout(resolve, 1));
    await settle();
    clock.tick(STEP);
  }
}

/** Lets everything go on that waits for no timer. */
async function settle() {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}
