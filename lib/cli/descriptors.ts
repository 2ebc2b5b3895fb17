/** Reads and writes descriptors of every kind: files, terminals, pipes and sockets, blocking or not. */

import { readSync, writeSync } from 'node:fs';

const CHUNK = 65536;

/** Milliseconds between two attempts at a pipe or a socket that is not ready. */
const PAUSE = 2;

/** Everything up to the end. */
export function readAll(descriptor: number): string {
  const chunks: Buffer[] = [];
  for (;;) {
    const chunk = Buffer.allocUnsafe(CHUNK);
    const length = whenReady(() => readSync(descriptor, chunk));
    if (length === 0) return Buffer.concat(chunks).toString();
    chunks.push(chunk.subarray(0, length));
  }
}

/** Writes all of the text. A reader that has gone, as `head` does, is not an error; whether it is there is returned. */
export function writeAll(descriptor: number, text: string | Uint8Array): boolean {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  try {
    for (let written = 0; written < bytes.length; ) {
      written += whenReady(() => writeSync(descriptor, bytes, written));
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
    return false;
  }
  return true;
}

/** Another process may have made the descriptor non-blocking. */
function whenReady(attempt: () => number): number {
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
    }
  }
}
