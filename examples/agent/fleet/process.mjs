// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';

/** A program on one of the machines; what it prints goes into a file. */
export class Program {
  #child;
  #exit;

  /**
   * @param {import('./network.mjs').Machine} machine
   * @param {string[]} command
   * @param {string} output
   */
  constructor({ namespace }, command, output) {
    const file = openSync(output, 'a');
    this.#child = spawn('ip', ['netns', 'exec', namespace, ...command], {
      stdio: ['ignore', file, file, 'ipc'],
      env: { ...process.env, GOMAXPROCS: '1' },
    });
    closeSync(file);
    this.#exit = once(this.#child, 'exit');
  }

  /** The next message that it sends. @returns {Promise<any>} */
  async message() {
    const [message] = await once(this.#child, 'message');
    return message;
  }

  /** Asks, and returns the answer. @param {string} what @returns {Promise<any>} */
  async ask(what) {
    const answer = this.message();
    this.#child.send(what);
    return answer;
  }

  /** @param {NodeJS.Signals} signal */
  async end(signal) {
    this.#child.kill(signal);
    await this.#exit;
  }
}
