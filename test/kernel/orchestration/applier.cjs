// @ts-check
/* A process that applies the state in a file, and then waits to be killed, if it has not been yet. */
const { readFileSync } = require('node:fs');
const { Ipvs } = require('@lvs/netlink');

async function apply() {
  const ipvs = await Ipvs.open();
  const desired = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8'));
  process.send?.('begins');
  await ipvs.apply(desired, { removal: { timeout: 8000 } });
}

apply();
