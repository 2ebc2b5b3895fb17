/** The process around lvsadm. */

import { readFileSync, writeSync } from 'node:fs';
import { IpvsSync } from '../ipvs-sync';
import type { Io } from './io';

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;

/** Listings come in many small pieces, which are written together. */
const BUFFERED = 65536;

let pending = '';

/** Descriptors are used directly: Node's streams take longer to load than a listing takes. */
export const processIo: Io = {
  stdin: () => readFileSync(STDIN, 'utf8'),
  stdout(text) {
    pending += text;
    if (pending.length > BUFFERED) flush();
  },
  stderr(text) {
    flush();
    writeAll(STDERR, text);
  },
  open: () => IpvsSync.open(),
};

process.on('exit', flush);

function flush(): void {
  const text = pending;
  pending = '';
  if (text !== '') writeAll(STDOUT, text);
}

function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // A reader that left, as `head` does, wants no more.
      if (code === 'EPIPE') return;
      if (code !== 'EAGAIN') throw error;
      // Another process made the pipe non-blocking: wait for its reader.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
