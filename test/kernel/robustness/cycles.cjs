// @ts-check
/* Opens and closes handles, as often as its argument says, and reports what the process holds before and after. */
const { readdirSync } = require('node:fs');
const { Ipvs, IpvsSync } = require('@lvs/netlink');

const WARM_UP = 500;

/** @param {number} count */
async function cycle(count) {
  for (let i = 0; i < count; i++) {
    const options = i % 4 === 0 ? { netns: '/proc/self/ns/net' } : {};
    if (i % 2 === 0) {
      const ipvs = IpvsSync.open(options);
      ipvs.services();
      ipvs.close();
    } else {
      const ipvs = await Ipvs.open(options);
      const closing = [ipvs.services(), ipvs.close()];
      await Promise.allSettled(closing);
    }
  }
}

function held() {
  global.gc?.();
  return { descriptors: readdirSync('/proc/self/fd').length, rss: process.memoryUsage().rss };
}

async function main() {
  await cycle(WARM_UP);
  const before = held();
  await cycle(Number(process.argv[2]));
  console.log(JSON.stringify({ before, after: held() }));
}

main();
