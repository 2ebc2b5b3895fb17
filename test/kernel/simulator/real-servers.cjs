// @ts-check
/* In the director's namespace: answers each TCP connection with the address that it arrived at, until either side ends it. */

const { createServer } = require('node:net');

const server = createServer((socket) => {
  socket.on('error', () => {});
  socket.resume();
  socket.write(`${socket.localAddress}\n`);
});
server.listen(Number(process.argv[2]), '0.0.0.0', 4096, () => process.stdout.write('listening\n'));
