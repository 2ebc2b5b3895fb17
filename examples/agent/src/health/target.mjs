// @ts-check

/** @typedef {'unknown' | 'up' | 'down'} Health */

/** The first checks of many new servers are spread over so many milliseconds at most. */
const SPREAD = 200;

/** One real server of one service, checked again and again; the next check begins only after the last has ended. */
export class Target {
  /** @type {Health} */
  health = 'unknown';
  /** Why the last check failed. @type {string | undefined} */
  failure;
  /** How many checks in a row say otherwise than `health`. */
  #against = 0;
  #isStopped = false;
  #abort = new AbortController();
  /** @type {NodeJS.Timeout | undefined} */
  #timer;
  #check;
  #server;
  #monitor;

  /**
   * @param {import('../schema.mjs').HealthCheck} check
   * @param {{ address: string, port: number }} server
   * @param {import('./monitor.mjs').Means} monitor
   */
  constructor(check, server, monitor) {
    this.#check = check;
    this.#server = server;
    this.#monitor = monitor;
    this.#schedule(Math.random() * Math.min(check.interval, SPREAD));
  }

  stop() {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    this.#abort.abort();
  }

  /** @param {number} milliseconds */
  #schedule(milliseconds) {
    if (!this.#isStopped) this.#timer = setTimeout(() => this.#run(), milliseconds);
  }

  async #run() {
    const { interval, jitter } = this.#check;
    const begun = Date.now();
    await this.#monitor.inTurn(() => this.#once());
    const pause = interval * (1 + jitter * (2 * Math.random() - 1));
    this.#schedule(Math.max(0, begun + pause - Date.now()));
  }

  /** The timeout begins here, not while it waits for its turn. */
  async #once() {
    if (this.#isStopped) return;
    const { timeout } = this.#check;
    this.#abort = new AbortController();
    const timer = setTimeout(() => this.#abort.abort(new Error(`no answer within ${timeout} ms`)), timeout);
    const { signal } = this.#abort;
    try {
      await this.#monitor.probe(this.#check, this.#server, signal);
      this.failure = undefined;
    } catch (error) {
      this.failure = String(signal.aborted ? signal.reason.message : /** @type {Error} */ (error).message);
    } finally {
      clearTimeout(timer);
    }
    if (!this.#isStopped) this.#count();
  }

  #count() {
    const found = this.failure === undefined ? 'up' : 'down';
    this.#monitor.checked(found);
    if (found === this.health) {
      this.#against = 0;
      return;
    }
    this.#against++;
    const { rise, fall } = this.#check;
    // One that was never seen to be healthy may serve as soon as it is; one that may be serving gets its chances.
    const needed = found === 'down' ? fall : this.health === 'unknown' ? 1 : rise;
    if (this.#against < needed) return;
    this.health = found;
    this.#against = 0;
    this.#monitor.changed();
  }
}
