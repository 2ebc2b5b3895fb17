// @ts-check
/**
 * Clients: so many requests a second, four of five over connections that are kept, and counts what became of them. No request
 * is tried again. By sockets, since http.Agent takes twice the processor time, and the whole fleet shares one processor.
 */
import { connect } from 'node:net';

const { address, port, rate, timeout } = JSON.parse(/** @type {string} */ (process.argv[2]));

/** So many requests go over one kept connection before a new one is made. */
const REUSES = 100;
const KEPT = 8;

let sent = 0;
let answered = 0;
/** @type {Record<string, number>} */
const failures = {};
/** @type {Record<string, number>} */
const servers = {};
let slowest = 0;

/** One connection, with one request at a time. */
class Connection {
  /** Whether there may be another request. */
  isOpen = true;
  #isKept;
  #socket;
  #received = '';
  #begun = 0;
  /** Ends the request that is under way. @type {(() => void) | undefined} */
  #over;

  /** @param {boolean} isKept */
  constructor(isKept) {
    this.#isKept = isKept;
    this.#socket = connect({ host: address, port, noDelay: true, timeout })
      .setEncoding('latin1')
      .on('data', (/** @type {any} */ text) => this.#take(text))
      .on('timeout', () => this.#fail('ETIMEDOUT'))
      .on('error', (/** @type {any} */ error) => this.#fail(error.code ?? String(error)))
      .on('close', () => this.#fail('closed before the answer'));
  }

  /** Resolves when it is answered or has failed. @returns {Promise<void>} */
  request() {
    sent++;
    this.#begun = performance.now();
    this.#received = '';
    const close = this.#isKept ? '' : 'connection: close\r\n';
    this.#socket.write(`GET / HTTP/1.1\r\nhost: ${address}\r\n${close}\r\n`);
    return new Promise((resolve) => {
      this.#over = resolve;
    });
  }

  end() {
    this.isOpen = false;
    this.#socket.end();
  }

  /** @param {string} text */
  #take(text) {
    this.#received += text;
    const end = this.#received.indexOf('\r\n\r\n');
    if (end < 0) return;
    const head = this.#received.slice(0, end);
    const body = this.#received.slice(end + 4);
    const length = /^content-length: (\d+)$/im.exec(head)?.[1];
    if (length === undefined) return this.#fail('an answer without its length');
    if (body.length < Number(length)) return;
    const [, status] = head.split(' ', 2);
    if (status !== '200') return this.#fail(`status ${status}`);
    if (/^connection: close$/im.test(head)) this.end();
    answered++;
    servers[body] = (servers[body] ?? 0) + 1;
    slowest = Math.max(slowest, performance.now() - this.#begun);
    this.#settle();
  }

  /** Where no request is under way nothing has failed. @param {string} name */
  #fail(name) {
    this.isOpen = false;
    this.#socket.destroy();
    if (this.#over === undefined) return;
    failures[name] = (failures[name] ?? 0) + 1;
    this.#settle();
  }

  #settle() {
    this.#over?.();
    this.#over = undefined;
  }
}

/** A client that keeps its connection, and makes its share of the requests one after another. @param {number} interval */
async function keep(interval) {
  for (;;) {
    const connection = new Connection(true);
    for (let n = 0; n < REUSES && connection.isOpen; n++) {
      const next = performance.now() + interval;
      await connection.request();
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
    }
    connection.end();
  }
}

for (let n = 0; n < KEPT; n++) {
  const interval = (1000 * KEPT) / (rate * 0.8);
  setTimeout(() => keep(interval), (interval * n) / KEPT);
}
setInterval(() => new Connection(false).request(), 1000 / (rate * 0.2));

process.on('message', () => {
  process.send?.({ sent, answered, failures: { ...failures }, servers: { ...servers }, slowest });
  slowest = 0;
});
process.on('disconnect', () => process.exit());
