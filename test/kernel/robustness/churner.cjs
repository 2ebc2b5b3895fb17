// @ts-check
/*
 * Adds and deletes services, and destinations of one service after the other that are not its own, as fast as it can, until its
 * standard input ends. It says when it has begun, and how often it did all that.
 */
const { IpvsSync } = require('@lvs/netlink');

/** @typedef {import('@lvs/netlink').Command} Command */

/** Of how many services of others, whose ports count from 1, the destinations change. */
const STANDING = 7;
const AT_A_TIME = 40;

const ipvs = IpvsSync.open();
let rounds = 0;

/** @param {number} round */
function commands(round) {
  /** @type {Command[]} */
  const added = [];
  /** @type {Command[]} */
  const removed = [];
  const standing = /** @type {const} */ ({
    protocol: 'tcp',
    address: '10.8.0.1',
    port: 1 + (round % STANDING),
  });
  for (let i = 0; i < AT_A_TIME; i++) {
    const port = 1 + ((round * AT_A_TIME + i) % 60_000);
    const service = /** @type {const} */ ({ protocol: 'udp', address: '10.8.0.2', port, scheduler: 'rr' });
    const destination = { address: '10.8.1.2', port };
    added.push({ op: 'addService', service }, { op: 'addDestination', service: standing, destination });
    removed.push(
      { op: 'deleteService', service },
      { op: 'deleteDestination', service: standing, destination },
    );
  }
  // Not in the order in which they came, and some of them late.
  return [...added, ...removed.reverse()];
}

function churn() {
  ipvs.batch(commands(rounds));
  if (rounds++ === 0) console.log('begun');
  setImmediate(churn);
}

process.stdin.resume().on('end', () => {
  console.log(rounds);
  process.exit();
});
churn();
