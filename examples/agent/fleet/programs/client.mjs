// @ts-check
/**
 * Clients: so many requests a second, four of five over connections that are kept, and counts what became of them. No request
 * is tried again. By sockets, a bundle of requests at a time, and with few looks at the clock, since each wakening and each call of
 * the kernel is dear in a guest, and the whole fleet shares one processor.
 */
import { connect } from 'node:net';

const { address, port, rate, timeout } = JSON.parse(/** @type {string} */ (process.argv[2]));

/** Milliseconds between bundles. */
const TICK = 50;
/** So many requests go over one kept connection before a new one is made. */
const REUSES = 100;

let sent = 0;
let answered = 0;
/** @type {Record<string, number>} */
const failures = {};
/** @type {Record<string, number>} */
const servers = {};
let slowest = 0;
/** When the last bundle was sent. */
let now = performance.now();

/** Connections that wait for a request. @type {Connection[]} */
const idle = [];

/** One connection, with one request at a time. */
class Connection {
  /** How many requests may follow. */
  #left;
  #socket;
  #received = '';
  #begun = 0;
  #isUnderWay = false;

  /** @param {number} requests */
  constructor(requests) {
    this.#left = requests;
    this.#socket = connect({ host: address, port, noDelay: true, timeout })
      .setEncoding('latin1')
      .on('data', (/** @type {any} */ text) => this.#take(text))
      .on('timeout', () => this.#fail('ETIMEDOUT'))
      .on('error', (/** @type {any} */ error) => this.#fail(error.code ?? String(error)))
      .on('close', () => this.#fail('closed before the answer'));
  }

  request() {
    sent++;
    this.#left--;
    this.#begun = now;
    this.#isUnderWay = true;
    this.#received = '';
    const close = this.#left > 0 ? '' : 'connection: close\r\n';
    this.#socket.write(`GET / HTTP/1.1\r\nhost: ${address}\r\n${close}\r\n`);
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
    this.#isUnderWay = false;
    answered++;
    servers[body] = (servers[body] ?? 0) + 1;
    slowest = Math.max(slowest, performance.now() - this.#begun);
    if (this.#left > 0 && !/^connection: close$/im.test(head)) idle.push(this);
    else this.#socket.end();
  }

  /** Where no request is under way nothing has failed. @param {string} name */
  #fail(name) {
    this.#socket.destroy();
    const at = idle.indexOf(this);
    if (at >= 0) idle.splice(at, 1);
    if (!this.#isUnderWay) return;
    this.#isUnderWay = false;
    failures[name] = (failures[name] ?? 0) + 1;
  }
}

let due = 0;
setInterval(() => {
  const then = now;
  now = performance.now();
  // What a bundle that came late did not send is not made up for beyond one more.
  due = Math.min(due + (rate * (now - then)) / 1000, (2 * rate * TICK) / 1000 + 1);
  for (; due >= 1; due--) {
    const connection = sent % 5 === 0 ? new Connection(1) : (idle.shift() ?? new Connection(REUSES));
    connection.request();
  }
}, TICK);

process.on('message', () => {
  process.send?.({ sent, answered, failures: { ...failures }, servers: { ...servers }, slowest });
  slowest = 0;
});
process.on('disconnect', () => process.exit());
