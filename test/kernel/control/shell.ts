import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';

const END = '\u0004';

/**
 * A shell that stays, in a network namespace if one is named. On a guest a process that it starts costs a quarter of
 * one that Node itself starts.
 */
export class Shell implements AsyncDisposable {
  readonly #process: ChildProcessWithoutNullStreams;

  constructor(namespace?: string) {
    const inside = namespace === undefined ? [] : ['ip', 'netns', 'exec', namespace];
    const [program = '', ...args] = [...inside, 'sh'];
    this.#process = spawn(program, args, { stdio: 'pipe' });
    this.#process.stdout.setEncoding('utf8');
  }

  /** A process in the namespace, for as long as the shell stays. */
  get pid(): number {
    return this.#process.pid as number;
  }

  /** Runs a command line to its end and returns what it printed, complaints included. One at a time. */
  async run(line: string): Promise<string> {
    this.#process.stdin.write(`{ ${line}\n} 2>&1 </dev/null; printf '${END}'\n`);
    let output = '';
    while (!output.endsWith(END)) output += (await once(this.#process.stdout, 'data'))[0];
    return output.slice(0, -END.length);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const exit = once(this.#process, 'exit');
    this.#process.stdin.end();
    await exit;
  }
}
