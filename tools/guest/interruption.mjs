// @ts-check
import { exitStatus } from './exit-status.mjs';

const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);

/**
 * Calls `end` when this process is told to end, or when nobody reads its output any more.
 *
 * @param {() => void} end
 */
export function onInterruption(end) {
  /** @type {number | undefined} */
  let status;
  const interrupt = (/** @type {NodeJS.Signals} */ signal) => {
    status ??= exitStatus(null, signal);
    end();
  };
  const brokenPipe = () => interrupt('SIGPIPE');
  for (const signal of signals) process.on(signal, interrupt);
  for (const stream of [process.stdout, process.stderr]) stream.on('error', brokenPipe);

  return {
    /** The exit status that tells of it, as a shell would. */
    get status() {
      return status;
    },
    release() {
      for (const signal of signals) process.off(signal, interrupt);
      for (const stream of [process.stdout, process.stderr]) stream.off('error', brokenPipe);
    },
  };
}
