// @ts-check
/* Opens and closes handles, as often as its argument says, and reports what the process holds before and after. */
const { readdirSync } = require('node:fs');
const { Ipvs, IpvsSync } = require('@lvs/netlink');

/** How many one after the other, and how many at a time, in a round. */
const SYNCHRONOUS = 80;
const CROWD = 20;
const WARM_UP = 5000;
const ELSEWHERE = { netns: '/proc/self/ns/net' };

/** Those that stay unused, some that are asked something, and one of another namespace, which takes a thread. */
function synchronously() {
  IpvsSync.open(ELSEWHERE).close();
  for (let i = 1; i < SYNCHRONOUS; i++) {
    const ipvs = IpvsSync.open();
    if (i % 8 === 0) ipvs.services();
    ipvs.close();
  }
}

/** Together: some are closed while a request is under way, one is of another namespace. */
async function asynchronously() {
  const handles = await Promise.all(
    Array.from({ length: CROWD }, (_, i) => Ipvs.open(i === 0 ? ELSEWHERE : {})),
  );
  await Promise.allSettled(
    handles.flatMap((ipvs, i) => (i % 2 === 0 ? [ipvs.close()] : [ipvs.services(), ipvs.close()])),
  );
}

/** @param {number} count */
async function cycle(count) {
  for (let done = 0; done < count; done += SYNCHRONOUS + CROWD) {
    synchronously();
    await asynchronously();
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
