// @ts-check
/*
 * Has system calls of its own fail, or memory (test/failing.ts), and tells what verbs of both handles say; then, with nothing
 * failing, whether they work again.
 */
const { Ipvs, IpvsSync } = require('@lvs/netlink');

/** @typedef {{ failing: string, as: number, verb: string, channel?: 'socket-options' }} Trial */

const service = /** @type {const} */ ({ protocol: 'tcp', address: '198.51.100.9', port: 9 });

/** @type {Record<string, (ipvs: any) => any>} */
const VERBS = {
  open: () => {},
  info: (ipvs) => ipvs.info(),
  services: (ipvs) => ipvs.services(),
  table: (ipvs) => ipvs.table(),
  stats: (ipvs) => ipvs.stats(),
  sysctls: (ipvs) => ipvs.sysctls(),
  setSysctls: (ipvs) => ipvs.setSysctls({ conntrack: 0 }),
  countConnections: (ipvs) => ipvs.countConnections(['client']),
  connections: (ipvs) => {
    const list = ipvs.connections();
    if (Symbol.iterator in list) return [...list];
    return (async () => {
      for await (const _ of list);
    })();
  },
  addService: (ipvs) => ipvs.addService(service),
  patchService: (ipvs) => ipvs.patchService(service, { scheduler: 'rr' }),
};

const [netns, given = '[]'] = process.argv.slice(2);
/** @type {Trial[]} */
const trials = JSON.parse(given);

/** @param {() => any} work */
async function outcome(work) {
  try {
    await work();
    return { code: 'none' };
  } catch (error) {
    const { code, syscall, message } = /** @type {import('@lvs/netlink').IpvsError} */ (error);
    return { code, syscall, message };
  }
}

/** @param {Trial} trial */
async function tell({ failing, as, verb, channel }) {
  const options = { netns, ...(channel && { channel }) };
  const name = `FAIL_${failing}`;
  const told = [];
  for (const open of [Ipvs.open, IpvsSync.open]) {
    const ipvs = await open(options);
    const work = verb === 'open' ? () => open(options) : () => VERBS[verb]?.(ipvs);
    // The pool has its threads, and V8 has compiled what is called.
    await outcome(() => VERBS.info?.(ipvs));
    process.env[name] = String(as);
    const said = await outcome(work);
    delete process.env[name];
    await outcome(() => ipvs.deleteService(service));
    const after = await outcome(work);
    await outcome(() => ipvs.deleteService(service));
    await ipvs.close();
    told.push({ ...said, after: after.code });
  }
  return told;
}

(async () => {
  const told = [];
  for (const trial of trials) told.push(await tell(trial));
  process.stdout.write(JSON.stringify(told));
})();
