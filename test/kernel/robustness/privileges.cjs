// @ts-check
/* Opens both handles, or, privileged as yet, opens them and then gives up its privileges; reports what came of it. */
const { Ipvs, IpvsSync } = require('@lvs/netlink');

/** @param {() => unknown} attempt */
async function outcome(attempt) {
  try {
    await attempt();
    return { code: 'none' };
  } catch (error) {
    const { name, code, errno, syscall, message } = /** @type {import('@lvs/netlink').IpvsError} */ (error);
    return { name, code, errno, syscall, message };
  }
}

async function main() {
  const outcomes = [];
  if (process.argv[2] === 'drop') {
    const ipvs = await Ipvs.open();
    const sync = IpvsSync.open();
    process.seteuid?.(65534);
    outcomes.push(await outcome(() => ipvs.services()), await outcome(() => sync.flush()));
  } else {
    outcomes.push(await outcome(() => Ipvs.open()), await outcome(() => IpvsSync.open()));
  }
  console.log(JSON.stringify(outcomes));
}

main();
