// @ts-check
/* In the director's namespace: answers each TCP connection with the address that it arrived at, until either side ends it. */

const { createServer } = require('node:net');

/** @param {import('node:net').Socket} socket */
function answer(socket) {
  socket.on('error', () => {});
  socket.resume();
  socket.write(`${socket.localAddress?.replace('::ffff:', '')}\n`);
}

const ports = process.argv.slice(2).map(Number);
let waiting = ports.length;
for (const port of ports) {
  createServer(answer).listen(port, '::', 4096, () => {
    if (--waiting === 0) process.stdout.write('listening\n');
  });
}
