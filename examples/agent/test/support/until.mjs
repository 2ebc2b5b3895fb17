// @ts-check
import { setTimeout as delay } from 'node:timers/promises';

/**
 * What `find` returns, as soon as it is neither false nor undefined, nor throws.
 *
 * @template T
 * @param {() => Promise<T | undefined | false> | T | undefined | false} find
 * @param {number} [milliseconds]
 * @returns {Promise<T>}
 */
export async function until(find, milliseconds = 20_000) {
  const deadline = Date.now() + milliseconds;
  /** @type {unknown} */
  let failure = new Error(`not so within ${milliseconds} ms: ${find}`);
  while (Date.now() < deadline) {
    try {
      const found = await find();
      if (found !== undefined && found !== false) return found;
    } catch (error) {
      failure = error;
    }
    await delay(20);
  }
  throw failure;
}
