// @ts-check
/**
 * A real server: answers with its name, and registers itself in etcd. On SIGTERM it takes its registration back, says on
 * /health that it is leaving (for directors that cannot see etcd), answers whoever still comes, and ends when nobody does.
 * By sockets: node:http takes three times the processor, and the whole fleet shares one.
 */
import { createServer } from 'node:net';
import { register } from '../../src/etcd/registration.mjs';

const { name, address, port, endpoints, key, seconds } = JSON.parse(/** @type {string} */ (process.argv[2]));

/** Milliseconds without a request after which nobody comes any more. */
const QUIET = 1500;

const end = new AbortController();
let requests = 0;
let connections = 0;
const server = createServer({ noDelay: true }, (socket) => {
  connections++;
  let received = '';
  socket
    .setEncoding('latin1')
    .on('data', (text) => {
      received += text;
      // Clients wait for an answer before they ask again.
      if (!received.endsWith('\r\n\r\n')) return;
      answer(socket, received);
      received = '';
    })
    .on('error', () => {})
    .on('close', () => connections--);
});
server.listen(port, () => process.send?.('listening'));

/** @param {import('node:net').Socket} socket @param {string} request */
function answer(socket, request) {
  const isLeaving = end.signal.aborted;
  const isCheck = request.startsWith('GET /health ');
  const status = isCheck && isLeaving ? '503 Service Unavailable' : '200 OK';
  const body = isCheck ? '' : name;
  if (!isCheck) requests++;
  const isLast = isLeaving || /^connection: close\r$/im.test(request);
  const close = isLast ? 'connection: close\r\n' : '';
  const text = `HTTP/1.1 ${status}\r\ncontent-length: ${body.length}\r\n${close}\r\n${body}`;
  if (isLast) socket.end(text);
  else socket.write(text);
}

const value = JSON.stringify({ address, port });
const registered = register({ endpoints }, { key, value, seconds }, end.signal, {
  registered: () => process.send?.('registered'),
  failed: (error, endpoint) => console.error(endpoint, String(error)),
});

process.on('SIGTERM', async () => {
  end.abort();
  await registered;
  let [seen, since] = [requests, Date.now()];
  setInterval(() => {
    if (requests !== seen) [seen, since] = [requests, Date.now()];
    if (connections === 0 && Date.now() - since > QUIET) process.exit();
  }, 100);
});
