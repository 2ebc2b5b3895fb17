// @ts-check
/* Ends in the way that its argument names, with requests in flight on both handles. */
const { Ipvs, IpvsSync } = require('@lvs/netlink');
const { askAll } = require('./workload.cjs');

async function main() {
  const ipvs = await Ipvs.open();
  const sync = IpvsSync.open();
  let settled = 0;
  let asked = 0;
  for (let i = 0; i < 20; i++) {
    for (const request of askAll(ipvs)) {
      asked++;
      Promise.resolve(request)
        .catch(() => {})
        .then(() => settled++);
    }
  }
  sync.info();
  switch (process.argv[2]) {
    case 'exit':
      process.exit(7);
      break;
    case 'throw':
      setImmediate(() => {
        throw new Error('on purpose');
      });
      break;
    case 'later':
      setTimeout(() => process.exit(7), 5);
      break;
    case 'end':
      // Neither handle is closed: an open one does not keep the process alive, a request under way does.
      process.on('exit', () =>
        console.log(settled === asked ? 'all settled' : `${settled} of ${asked} settled`),
      );
      break;
  }
}

main();
