/** The process that lvsadm runs in. */

import { CommandLineError } from '../rules/command-line-error';
import { openHandleSync } from '../session/opening';
import { readAll, writeAll } from './descriptors';
import type { Io } from './io';
import { main } from './main';
import { Progress } from './progress';
import { Status } from './status';

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;

/** A listing is made of many small pieces, which are written together: as bytes, since texts would have to outlive each other. */
const pending = Buffer.allocUnsafe(65536);
let filled = 0;
/** The most bytes that a character takes. */
const UTF8 = 3;

const progress = new Progress();

/** Uses descriptors directly: loading Node's streams takes longer than a listing. */
const io: Io = {
  stdin,
  stdout(text) {
    progress.line();
    const most = text.length * UTF8;
    if (most > pending.length - filled) flush();
    if (most <= pending.length) filled += pending.write(text, filled);
    else write(text);
  },
  stderr(text) {
    flush();
    complain(text);
  },
  progress: (text) => progress.tell(text),
  open: () => openHandleSync(),
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

/** Standard output cannot be written. */
class OutputError extends Error {}

function flush(): void {
  const bytes = pending.subarray(0, filled);
  filled = 0;
  write(bytes);
}

function write(text: string | Uint8Array): void {
  progress.clear();
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
    // The exit status still tells.
  }
}
