// @ts-check
/* Clients that go on asking for a while, as users of a service do, and the servers that answer them line by line. */
const dgram = require('node:dgram');
const { once } = require('node:events');
const { connect, createServer } = require('node:net');
const { setTimeout: sleep } = require('node:timers/promises');

/** Milliseconds that a client waits for an answer, where nothing else is said. */
const PATIENCE = 2000;

/** @type {Map<number, Crowd>} */
const crowds = new Map();

/** Those that go on, and what they have met. */
class Crowd {
  isOver = false;
  /** @type {Set<AbortController>} */
  #waiting = new Set();
  /** Those that keep a connection give it up. */
  leaves = false;
  /** @type {import('./verbs').CrowdTally} */
  tally = {};
  /** @type {Promise<void>[]} */
  clients = [];

  /** @param {import('./verbs').CrowdOptions} options */
  constructor(options) {
    this.options = options;
    const { from, port, firstPort } = options;
    let n = 0;
    for (const kind of /** @type {const} */ (['fresh', 'reusing', 'keeping', 'flows'])) {
      for (let i = 0; i < (options[kind] ?? 0); i++, n++) {
        const localAddress = /** @type {string} */ (from[n % from.length]);
        const localPort = kind === 'reusing' || kind === 'flows' ? firstPort + n : undefined;
        const client = { kind, localAddress, localPort, port };
        this.clients.push(this.#goOn(client, (n / 20) * options.pause));
      }
    }
  }

  /** @param {import('./verbs').CrowdClient} client @param {number} delay */
  async #goOn(client, delay) {
    await sleep(delay % this.options.pause);
    const act = { fresh: request, reusing: request, keeping: keep, flows: flow }[client.kind];
    while (!this.isOver && !(client.kind === 'keeping' && this.leaves)) {
      await act(this, client);
      await sleep(this.options.pause);
    }
  }

  /**
   * Waits for an event; rejects where that takes too long, or the crowd is over. (A signal of `AbortSignal.any` that
   * nobody else holds may be collected before it fires.)
   *
   * @param {import('node:events').EventEmitter} emitter @param {string} event
   */
  async wait(emitter, event) {
    const controller = new AbortController();
    this.#waiting.add(controller);
    const timer = setTimeout(() => controller.abort(), this.options.patience ?? PATIENCE);
    try {
      return await once(emitter, event, { signal: controller.signal });
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(controller);
    }
  }

  end() {
    this.isOver = true;
    for (const controller of this.#waiting) controller.abort();
  }

  /** What no answer came for; nobody waits any more where the crowd is over. @param {string} kind @param {unknown} error */
  miss(kind, error) {
    if (!this.isOver) this.count(kind, nameOf(error));
  }

  /** @param {string} kind @param {string} what a server's name, or an error's */
  count(kind, what) {
    const counts = this.tally[kind] ?? {};
    counts[what] = (counts[what] ?? 0) + 1;
    this.tally[kind] = counts;
  }
}

/** One request over a connection of its own. @param {Crowd} crowd @param {import('./verbs').CrowdClient} client */
async function request(crowd, { kind, localAddress, localPort, port }) {
  const socket = connect({ host: crowd.options.address, port, localAddress, localPort });
  // Whoever waits hears of an error, too; that of a connection which has had its answer fails no request.
  socket.setEncoding('utf8').on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  try {
    await crowd.wait(socket, 'connect');
    // Who gives its port to the next connection has the server close first.
    const answer = crowd.wait(socket, 'data');
    socket.write(kind === 'reusing' ? 'end\n' : 'name\n');
    crowd.count(kind, (await answer)[0].trim());
    if (kind === 'fresh' && crowd.options.resets) socket.resetAndDestroy();
    else if (kind === 'fresh') socket.end();
    await Promise.race([closed, sleep(PATIENCE)]);
  } catch (error) {
    crowd.miss(kind, error);
  } finally {
    socket.destroy();
  }
}

/** Requests over one connection, until the clients leave. @param {Crowd} crowd @param {import('./verbs').CrowdClient} client */
async function keep(crowd, { kind, localAddress, port }) {
  const socket = connect({ host: crowd.options.address, port, localAddress });
  /** @type {Error | undefined} */
  let failure;
  socket.setEncoding('utf8').on('error', (error) => {
    failure = error;
  });
  try {
    await crowd.wait(socket, 'connect');
    const { lifetime = Number.POSITIVE_INFINITY } = crowd.options;
    for (let n = 0; n < lifetime && !crowd.isOver && !crowd.leaves; n++) {
      const answer = crowd.wait(socket, 'data');
      socket.write('name\n');
      crowd.count(kind, (await answer)[0].trim());
      await sleep(crowd.options.pause);
      if (failure !== undefined) throw failure;
    }
    if (crowd.options.resets) socket.resetAndDestroy();
    else socket.end();
  } catch (error) {
    crowd.miss(kind, error);
  } finally {
    if (!socket.writableEnded) socket.destroy();
  }
}

/** Datagrams from one port, until the crowd is over. @param {Crowd} crowd @param {import('./verbs').CrowdClient} client */
async function flow(crowd, { kind, localAddress, localPort, port }) {
  const socket = dgram.createSocket('udp4');
  try {
    await once(socket.bind(localPort, localAddress), 'listening');
    socket.connect(port, crowd.options.address);
    await once(socket, 'connect');
    while (!crowd.isOver) {
      const answer = crowd.wait(socket, 'message');
      socket.send('who are you?');
      crowd.count(kind, JSON.parse(String((await answer)[0])).server);
      await sleep(crowd.options.pause);
    }
  } catch (error) {
    crowd.miss(kind, error);
  } finally {
    socket.close();
  }
}

function nameOf(/** @type {any} */ error) {
  return error.name === 'AbortError' || error.name === 'TimeoutError'
    ? 'ETIMEDOUT'
    : (error.code ?? String(error));
}

/** @param {number} id @returns {Crowd} */
function crowdOf(id) {
  const crowd = crowds.get(id);
  if (crowd === undefined) throw new Error(`no crowd ${id}`);
  return crowd;
}

/** @type {import('./verbs').CrowdVerbs} */
module.exports = {
  async serveLines({ name, port }) {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.setEncoding('utf8').on('data', (line) => {
        if (String(line) === 'end\n') socket.end(`${name}\n`);
        else socket.write(`${name}\n`);
      });
    });
    await once(server.listen(port, '0.0.0.0', 4096), 'listening');
  },

  async startCrowd(options) {
    const id = crowds.size + 1;
    crowds.set(id, new Crowd(options));
    return id;
  },

  async leaveCrowd(id) {
    crowdOf(id).leaves = true;
  },

  async tallyOfCrowd(id) {
    const crowd = crowdOf(id);
    const { tally } = crowd;
    crowd.tally = {};
    return tally;
  },

  async endCrowd(id) {
    const crowd = crowdOf(id);
    crowd.end();
    await Promise.all(crowd.clients);
    return crowd.tally;
  },
};
