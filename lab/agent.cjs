// @ts-check
/*
 * The verbs of a host. Loaded as a module they act in the caller's network namespace; started as a process with an
 * IPC channel they act in that process's. Plain JavaScript, because nothing compiles TypeScript for a process that
 * `ip netns exec` starts.
 */
const dgram = require('node:dgram');
const { once } = require('node:events');
const { readFile, writeFile } = require('node:fs/promises');
const http = require('node:http');
const { isIPv6 } = require('node:net');
const crowd = require('./crowd.cjs');

const DEFAULT_TIMEOUT = 10_000;

/** @type {import('./verbs').Verbs} */
const verbs = {
  ...crowd,

  async serveHttp({ name, port }) {
    const server = http.createServer((request, response) => {
      const { remoteAddress = '', remotePort = 0 } = request.socket;
      const padding = 'x'.repeat(Number(request.url?.slice(1)));
      response.end(`${answer(name, remoteAddress, remotePort)}\n${padding}`);
    });
    await once(server.listen(port), 'listening');
  },

  async serveUdp({ name, port, family, address }) {
    const socket = dgram.createSocket(family === 'ipv6' ? 'udp6' : 'udp4');
    socket.on('message', (_, peer) =>
      socket.send(answer(name, peer.address, peer.port), peer.port, peer.address),
    );
    await once(socket.bind(port, address), 'listening');
  },

  async get({ address, port, from, fromPort, timeout = DEFAULT_TIMEOUT, padding = 0, load = 0 }) {
    try {
      const request = http.get({
        host: address,
        port,
        path: `/${'0'.repeat(load)}${padding}`,
        agent: false,
        ...(from === undefined ? {} : { localAddress: from }),
        ...(fromPort === undefined ? {} : { localPort: fromPort }),
        signal: AbortSignal.timeout(timeout),
      });
      request.on('error', () => {}); // one that comes during the body is met there
      const [response] = await once(request, 'response');
      let body = '';
      for await (const chunk of response.setEncoding('utf8')) body += chunk;
      return JSON.parse(body.slice(0, body.indexOf('\n')));
    } catch (error) {
      return noAnswer(error);
    }
  },

  async ask({ address, port, from, timeout = DEFAULT_TIMEOUT }) {
    const socket = dgram.createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    try {
      if (from !== undefined) await once(socket.bind(0, from), 'listening');
      socket.connect(port, address); // a connected socket hears of refusals
      await once(socket, 'connect');
      const reply = once(socket, 'message', { signal: AbortSignal.timeout(timeout) });
      socket.send('who are you?');
      return JSON.parse(String((await reply)[0]));
    } catch (error) {
      return noAnswer(error);
    } finally {
      socket.close();
    }
  },

  async sysctl(values) {
    /** @type {Record<string, string>} */
    const before = {};
    for (const [name, value] of Object.entries(values)) {
      const path = `/proc/sys/${name.replaceAll('.', '/')}`;
      before[name] = (await readFile(path, 'utf8')).trim();
      if (before[name] !== value) await writeFile(path, value);
    }
    return before;
  },

  async sentBytes(name) {
    const line = (await readFile('/proc/net/dev', 'utf8'))
      .split('\n')
      .find((row) => row.trim().startsWith(`${name}:`));
    if (line === undefined) throw new Error(`no interface ${name}`);
    const counters = line
      .slice(line.indexOf(':') + 1)
      .trim()
      .split(/\s+/);
    return Number(counters[8]);
  },
};

/** An IPv4 client of a dual-stack server appears as ::ffff:a.b.c.d. */
function answer(/** @type {string} */ server, /** @type {string} */ address, /** @type {number} */ port) {
  return JSON.stringify({ server, client: { address: address.replace(/^::ffff:/, ''), port } });
}

/** @returns {import('./verbs').NoAnswer} */
function noAnswer(/** @type {any} */ error) {
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return { error: 'ETIMEDOUT' };
  return { error: error.code ?? String(error) };
}

/** @param {import('./verbs').Call} call @returns {Promise<import('./verbs').Return>} */
async function perform({ id, verb, args }) {
  try {
    const act = /** @type {(...args: unknown[]) => Promise<unknown>} */ (verbs[verb]);
    return { id, value: await act(...args) };
  } catch (error) {
    return { id, error: String(error) };
  }
}

module.exports = verbs;

if (require.main === module) {
  process.on('message', async (/** @type {import('./verbs').Call} */ call) =>
    process.send?.(await perform(call)),
  );
  process.on('disconnect', () => process.exit()); // never outlives the process that started it
}
