import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { start } from './child';

/** A process that changes the table as fast as it can, until it is disposed of. */
export class Churn implements AsyncDisposable {
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(process: ChildProcess) {
    this.#process = process;
    this.#lines = createInterface(process.stdout as NodeJS.ReadableStream)[Symbol.asyncIterator]();
  }

  /** Resolves when the first changes have been made. */
  static async begin(): Promise<Churn> {
    const churn = new Churn(start('churner.cjs'));
    const { value } = await churn.#lines.next();
    if (value !== 'begun') throw new Error(`churner.cjs: ${value}`);
    return churn;
  }

  /** Returns how often it did all that it does. */
  async end(): Promise<number> {
    this.#process.stdin?.end();
    return Number((await this.#lines.next()).value);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }
}
