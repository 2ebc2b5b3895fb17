import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Shell } from '../control/shell';

/** A command line, as words, and what it is to read. */
export interface Invocation {
  words: readonly string[];
  stdin?: string | undefined;
}

/** What can be seen of a program that ended. */
export interface Result {
  stdout: string;
  stderr: string;
  status: number;
}

/** Runs programs from a shell that stays, in a network namespace if one is named: starting one is the slow part. */
export class Terminal implements AsyncDisposable {
  readonly #shell: Shell;
  readonly #folder = mkdtempSync('/run/lvs-terminal-');

  constructor(namespace?: string) {
    this.#shell = new Shell(namespace);
  }

  async run(words: readonly string[], stdin?: string): Promise<Result> {
    const [result] = await this.runAll([{ words, stdin }]);
    return result as Result;
  }

  /** One after the other. */
  async runAll(invocations: readonly Invocation[]): Promise<Result[]> {
    const script = invocations.map(({ words, stdin = '' }, n) => {
      writeFileSync(this.#file(n, 'in'), stdin);
      const [input, output, complaints, status] = ['in', 'out', 'err', 'status'].map((kind) =>
        this.#file(n, kind),
      );
      return `${words.map(quoted).join(' ')} <${input} >${output} 2>${complaints}; echo $? >${status}`;
    });
    const said = await this.#shell.run(script.join('\n'));
    if (said !== '') throw new Error(said);
    return invocations.map((_, n) => {
      const read = (kind: string) => readFileSync(this.#file(n, kind), 'utf8');
      return { stdout: read('out'), stderr: read('err'), status: Number(read('status')) };
    });
  }

  #file(n: number, kind: string): string {
    return join(this.#folder, `${n}.${kind}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#shell[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true });
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
