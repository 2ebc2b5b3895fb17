// @ts-check
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Many agents, shared out among processes. */
export class Herd {
  /** @type {import('node:child_process').ChildProcess[]} */
  #workers;
  #arrived;
  size = 0;

  /**
   * @param {object} options
   * @param {string} options.endpoint
   * @param {number} options.services
   * @param {number} options.processes
   * @param {(write: string, at: number) => void} options.arrived a write is in one agent's table
   */
  constructor({ endpoint, services, processes, arrived }) {
    this.#arrived = arrived;
    this.#workers = Array.from({ length: processes }, () => {
      const worker = fork(
        fileURLToPath(new URL('worker.mjs', import.meta.url)),
        [JSON.stringify({ endpoint, services })],
        { execArgv: ['--max-old-space-size=8192'] },
      );
      worker.on('message', (/** @type {any} */ message) => {
        if ('arrived' in message) this.#arrived(message.arrived, message.at);
      });
      worker.on('exit', (code) => {
        if (code !== 0) throw new Error(`a worker exited with ${code}`);
      });
      return worker;
    });
  }

  /** Starts as many as are missing. @param {number} size */
  async grow(size) {
    const count = this.#workers.length;
    const share = (/** @type {number} */ of, /** @type {number} */ n) => Math.floor((of + n) / count);
    await Promise.all(
      this.#workers.map((worker, n) => ask(worker, { start: share(size, n) - share(this.size, n) })),
    );
    this.size = size;
  }

  /** @param {boolean} isCurrent */
  async untilCurrent(isCurrent) {
    await Promise.all(this.#workers.map((worker) => ask(worker, { isCurrent })));
  }

  /** In how many tables the service has this weight. @param {number} service @param {number} weight @returns {Promise<number>} */
  async verify(service, weight) {
    const counts = await Promise.all(
      this.#workers.map((worker) => ask(worker, { verify: { service, weight } })),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Milliseconds of processor time and bytes of memory, of all. @returns {Promise<{ milliseconds: number, memory: number }>} */
  async usage() {
    const all = await Promise.all(this.#workers.map((worker) => ask(worker, { usage: true })));
    return {
      milliseconds: all.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
      memory: all.reduce((sum, { memory }) => sum + memory, 0),
    };
  }

  end() {
    for (const worker of this.#workers) worker.disconnect();
  }
}

/** @param {import('node:child_process').ChildProcess} worker @param {import('./worker.mjs').Order} order @returns {Promise<any>} */
async function ask(worker, order) {
  worker.send(order);
  for (;;) {
    const [message] = await once(worker, 'message');
    if ('answer' in message) return message.answer;
  }
}
