/** How far a listing is, on a terminal, where it takes longer than a second: a line on standard error that comes and goes. */

import { writeAll } from './descriptors';

const [STDOUT, STDERR] = [1, 2];

/** Seconds after which it is first told, and between two times. */
const [FIRST, BETWEEN] = [1, 0.25];

/** After how many lines it is looked whether it is time. */
const LINES = 256;

export class Progress {
  /** Seconds that the process has run by then. */
  #next = FIRST;
  #isShown = false;
  #lines = 0;

  /** Tells it where it is time. */
  tell(text: () => string): void {
    if (process.uptime() < this.#next) return;
    if (!isTerminal(STDERR)) {
      this.#next = Number.POSITIVE_INFINITY;
      return;
    }
    this.#next = process.uptime() + BETWEEN;
    this.#isShown = true;
    write(`\rlvsadm: ${text()}\x1b[K`);
  }

  /** A line more is ready. Whoever sees the lines themselves is told nothing. */
  line(): void {
    if (++this.#lines % LINES !== 0 || process.uptime() < this.#next || isTerminal(STDOUT)) return;
    this.tell(() => `${this.#lines} lines`);
  }

  /** Takes it away. */
  clear(): void {
    if (this.#isShown) write('\r\x1b[K');
    this.#isShown = false;
  }
}

function isTerminal(descriptor: number): boolean {
  return process.env.TERM !== 'dumb' && process.getBuiltinModule('node:tty').isatty(descriptor);
}

function write(text: string): void {
  try {
    writeAll(STDERR, text);
  } catch {
    // Nobody looks.
  }
}
