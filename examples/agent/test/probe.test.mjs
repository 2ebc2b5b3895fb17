// @ts-check
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { createServer } from 'node:net';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { probe } from '../src/health/probe.mjs';
import { health } from '../src/schema.mjs';
import { Certificates } from './support/certificates.mjs';

const certificates = new Certificates();
after(() => certificates.dispose());

/**
 * Runs it until the test ends, and returns its port.
 *
 * @param {import('node:test').TestContext} context
 * @param {import('node:net').Server} server
 */
async function listen(context, server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    if (server instanceof http.Server) server.closeAllConnections();
    server.close();
  });
  return /** @type {import('node:net').AddressInfo} */ (server.address()).port;
}

/** What a process that trusts this authority says of a check. @param {string} authority @param {object} check @param {number} port */
async function askWith(authority, check, port) {
  const program = `
    const [check, port] = JSON.parse(process.argv[1]);
    const { probe } = await import(${JSON.stringify(import.meta.resolve('../src/health/probe.mjs'))});
    const { health } = await import(${JSON.stringify(import.meta.resolve('../src/schema.mjs'))});
    const signal = AbortSignal.timeout(10_000);
    await probe(health.parse(check), { address: '127.0.0.1', port }, signal).catch(({ message }) => console.log(message));
  `;
  const args = ['--input-type=module', '--eval', program, JSON.stringify([check, port])];
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: authority };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return stdout;
}

/** @param {object} check @param {number} port @param {AbortSignal} [signal] */
const ask = (check, port, signal = AbortSignal.timeout(10_000)) =>
  probe(health.parse(check), { address: '127.0.0.1', port }, signal);

test('tcp: healthy where a connection is accepted', async (context) => {
  const server = createServer((socket) => socket.resume());
  const port = await listen(context, server);
  await ask({ type: 'tcp' }, port);
  // The check's own port goes before the server's.
  await ask({ type: 'tcp', port }, 1);
  server.close();
  await once(server, 'close');
  await assert.rejects(ask({ type: 'tcp' }, port), /ECONNREFUSED/);
});

test('http: healthy by its status, asked by path and host', async (context) => {
  /** @type {string[]} */
  const asked = [];
  const server = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.headers.host} ${request.url}`);
    response.writeHead(Number(request.url?.slice(1))).end('body');
  });
  const port = await listen(context, server);
  await ask({ type: 'http', path: '/200' }, port);
  await ask({ type: 'http', path: '/302', host: 'web.example' }, port);
  await ask({ type: 'http', path: '/503', status: [503] }, port);
  await assert.rejects(ask({ type: 'http', path: '/503' }, port), /status 503/);
  await assert.rejects(ask({ type: 'http', path: '/404' }, port), /status 404/);
  await assert.rejects(ask({ type: 'http', path: '/200', status: [204] }, port), /status 200/);
  assert.deepEqual(asked.slice(0, 2), [`GET 127.0.0.1:${port} /200`, 'GET web.example /302']);
});

test('http: an answer that breaks off, or is none, is not healthy', async (context) => {
  const breaking = await listen(
    context,
    createServer((socket) => {
      socket.on('error', () => {});
      socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort');
    }),
  );
  await assert.rejects(ask({ type: 'http' }, breaking), /aborted|ECONNRESET/);
  const babbling = await listen(
    context,
    createServer((socket) => socket.end('SSH-2.0\r\n')),
  );
  await assert.rejects(ask({ type: 'http' }, babbling), /HTTP/);
});

test('https: the certificate is checked for the host, unless `verify` is false', async (context) => {
  const server = https.createServer(
    { cert: readFileSync(certificates.server), key: readFileSync(certificates.serverKey) },
    (_, response) => response.end(),
  );
  const port = await listen(context, server);
  await assert.rejects(ask({ type: 'https' }, port), /self-signed|unable to (verify|get)/);
  await ask({ type: 'https', verify: false }, port);
  // The authorities that Node knows are read when it starts.
  assert.equal(await askWith(certificates.ca, { type: 'https' }, port), '');
  assert.match(await askWith(certificates.ca, { type: 'https', host: 'other.example' }, port), /altnames/);
});

test('command: healthy where it exits with 0; it is told of the server', async () => {
  const script = 'test "$SERVER_ADDRESS:$SERVER_PORT" = 127.0.0.1:99';
  await ask({ type: 'command', command: ['sh', '-c', script] }, 99);
  await assert.rejects(ask({ type: 'command', command: ['sh', '-c', script] }, 98));
  await assert.rejects(ask({ type: 'command', command: ['/no/such/program'] }, 98), /ENOENT/);
});

test('each kind ends at the signal, and leaves nothing behind', async (context) => {
  const sockets = new Set();
  const silent = createServer((socket) => {
    sockets.add(socket.resume().on('error', () => {}));
    socket.on('close', () => sockets.delete(socket));
  });
  const port = await listen(context, silent);
  for (const check of [
    { type: 'http' },
    { type: 'https' },
    { type: 'command', command: ['sh', '-c', `exec sleep 1000`] },
  ]) {
    await assert.rejects(ask(check, port, AbortSignal.timeout(200)), /abort/i);
  }
  while (sockets.size > 0) await new Promise((resolve) => setTimeout(resolve, 10));
});
