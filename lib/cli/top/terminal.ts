/** The terminal: taken over while the screen is shown, and given back however the program ends. */

import { writeSync } from 'node:fs';

const ENTER = '\x1b[?1049h\x1b[?25l\x1b[2J';
const LEAVE = '\x1b[0m\x1b[?25h\x1b[?1049l';

/** Exit statuses of a program that a signal ends. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129, SIGQUIT: 131 } as const;

export class Terminal {
  #shown: readonly string[] = [];
  #taken = false;

  constructor(onKeys: (text: string) => void, onResize: () => void) {
    process.stdin.setEncoding('utf8');
    process.stdin.on('data', (text) => {
      if (String(text) === '\x1a') this.#suspend();
      else onKeys(String(text));
    });
    // Nobody holds the terminal any more.
    process.stdin.on('end', () => process.exit(SIGNALS.SIGHUP));
    process.stdin.on('error', () => process.exit(SIGNALS.SIGHUP));
    process.stdout.on('resize', () => {
      this.#shown = [];
      onResize();
    });
    for (const [signal, status] of Object.entries(SIGNALS)) process.on(signal, () => process.exit(status));
    process.on('SIGCONT', () => {
      this.take();
      onResize();
    });
    process.on('exit', () => this.giveBack());
    process.on('uncaughtException', (error) => {
      this.giveBack();
      writeAnyway(2, `lvsadm top: ${error.stack}\n`);
      process.exit(1);
    });
  }

  get size(): { columns: number; rows: number } {
    const { columns = 80, rows = 24 } = process.stdout;
    return { columns, rows };
  }

  take(): void {
    if (this.#taken) return;
    this.#taken = true;
    this.#shown = [];
    process.stdin.setRawMode(true);
    process.stdin.resume();
    write(ENTER);
  }

  giveBack(): void {
    if (!this.#taken) return;
    this.#taken = false;
    try {
      process.stdin.setRawMode(false);
    } catch {
      // It is gone.
    }
    process.stdin.pause();
    writeAnyway(1, LEAVE);
  }

  /** Writes the lines that differ from those that are there. */
  show(lines: readonly string[]): void {
    if (!this.#taken) return;
    let text = '';
    for (const [n, line] of lines.entries()) {
      if (line !== this.#shown[n]) text += `\x1b[${n + 1};1H\x1b[0m${line}\x1b[0m\x1b[K`;
    }
    this.#shown = lines;
    if (text !== '') write(text);
  }

  #suspend(): void {
    this.giveBack();
    process.kill(process.pid, 'SIGSTOP');
  }
}

/** At once, since the process may be about to end. A terminal that is gone ends the program. */
function write(text: string): void {
  try {
    writeSync(1, text);
  } catch (error) {
    // A slow terminal: the next refresh draws what this one could not.
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') process.exit(SIGNALS.SIGHUP);
  }
}

function writeAnyway(descriptor: number, text: string): void {
  try {
    writeSync(descriptor, text);
  } catch {
    // Nobody is there.
  }
}
