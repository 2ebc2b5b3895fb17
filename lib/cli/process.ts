/** The process around lvsadm. */

import { IpvsSync } from '../ipvs-sync';
import { CommandLineError } from '../rules/command-line-error';
import { readAll, writeAll } from './descriptors';
import type { Io } from './io';
import { main } from './main';
import { Status } from './status';

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;

/** Listings come in many small pieces, which are written together. */
const BUFFERED = 65536;

let pending = '';

/** Descriptors are used directly: Node's streams take longer to load than a listing takes. */
const io: Io = {
  stdin,
  stdout(text) {
    pending += text;
    if (pending.length > BUFFERED) flush();
  },
  stderr(text) {
    flush();
    complain(text);
  },
  open: () => IpvsSync.open(),
};

/** Carries out a command line, without the program's name, and returns the exit status. */
export async function start(argv: readonly string[]): Promise<number> {
  try {
    const status = await main(argv, io);
    flush();
    return status;
  } catch (error) {
    if (!(error instanceof OutputError)) throw error;
    complain(`lvsadm: ${error.message}\n`);
    return Status.failed;
  }
}

function stdin(): string {
  try {
    return readAll(STDIN);
  } catch (cause) {
    throw new CommandLineError(`standard input cannot be read: ${(cause as Error).message}`);
  }
}

/** What was listed cannot be written. */
class OutputError extends Error {}

function flush(): void {
  const text = pending;
  pending = '';
  try {
    writeAll(STDOUT, text);
  } catch (cause) {
    throw new OutputError(`standard output cannot be written: ${(cause as Error).message}`, { cause });
  }
}

function complain(text: string): void {
  try {
    writeAll(STDERR, text);
  } catch {
    // Who cannot be told is told by the exit status.
  }
}
