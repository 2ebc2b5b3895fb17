// @ts-check
/**
 * A real server: answers with its name, and registers itself in etcd. On SIGTERM it takes its registration back, says on
 * /health that it is leaving (for directors that cannot see etcd), answers whoever still comes, and ends when nobody does.
 */
import { createServer } from 'node:http';
import { register } from '../../src/etcd/registration.mjs';

const { name, address, port, endpoints, key, seconds } = JSON.parse(/** @type {string} */ (process.argv[2]));

/** Milliseconds without a request after which nobody comes any more. */
const QUIET = 1500;

const end = new AbortController();
let last = Date.now();
let connections = 0;
const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  const isLeaving = end.signal.aborted;
  if (request.url === '/health') {
    response.writeHead(isLeaving ? 503 : 200, { connection: 'close' }).end();
    return;
  }
  last = Date.now();
  if (isLeaving) response.setHeader('connection', 'close');
  response.end(name);
});
server.on('connection', (socket) => {
  connections++;
  socket.on('close', () => connections--);
});
server.listen(port, () => process.send?.('listening'));

const value = JSON.stringify({ address, port });
const registered = register({ endpoints }, { key, value, seconds }, end.signal, {
  registered: () => process.send?.('registered'),
  failed: (error, endpoint) => console.error(endpoint, String(error)),
});

process.on('SIGTERM', async () => {
  last = Date.now();
  end.abort();
  await registered;
  setInterval(() => {
    if (connections === 0 && Date.now() - last > QUIET) process.exit();
  }, 100);
});
