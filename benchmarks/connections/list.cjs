// @ts-check
/*
 * A program that lists the connections and does nothing else, so that what it takes from its start to its end is what
 * Node and the library take: `node list.cjs <connections>` fails where it saw another number.
 */
const { Ipvs } = require('@lvs/netlink');

async function list() {
  const ipvs = await Ipvs.open();
  let connections = 0;
  for await (const _ of ipvs.connections()) connections++;
  process.exitCode = connections === Number(process.argv[2]) ? 0 : 1;
}

list();
