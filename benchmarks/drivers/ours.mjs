// @ts-check
import { Ipvs, IpvsSync } from '@lvs/netlink';
import { runRounds } from './rounds.mjs';
import { asCommand, desiredState } from './translation.mjs';

/** The handle's method that reads the table without making objects, for other parts of the package. */
const PACKED_TABLE = Symbol.for('@lvs/netlink packed table');

const [mode = ''] = process.argv.slice(2);
const reconciling = ['packed', 'plan', 'apply'].includes(mode);
const asynchronous = !mode.startsWith('sync');
/** @type {Record<string, 'socket-options' | 'netlink'>} */
const channels = { 'sync-options': 'socket-options', netlink: 'netlink' };
const options = { channel: channels[mode] ?? 'auto' };
const ipvs = asynchronous ? await Ipvs.open(options) : IpvsSync.open(options);

/** @param {any} command */
function call({ op, service, destination }) {
  switch (op) {
    case 'addService':
      return ipvs.addService(service);
    case 'deleteService':
      return ipvs.deleteService(service);
    case 'addDestination':
      return ipvs.addDestination(service, destination);
    case 'setDestination':
      return ipvs.setDestination(service, destination);
    case 'deleteDestination':
      return ipvs.deleteDestination(service, destination);
    case 'destinations':
      return ipvs.destinations(service);
    default:
      return ipvs.table();
  }
}

/** @type {import('./rounds.mjs').Driver<any>} */
const driver = {
  translate: asCommand,
  flush: () => ipvs.flush(),
  prepare: async (standing, commands) => {
    if (standing.length > 0) await ipvs.batch(standing);
    if (reconciling) desired = desiredState(standing, commands);
  },
  perform: (commands, alone) => {
    if (mode.endsWith('batch') && !isReading(commands[0])) {
      return alone ? oneBatchEach(commands) : ipvs.batch(commands);
    }
    if (reconciling) return reconcile(commands);
    if (mode === 'state') return ipvs.table({ stats: false });
    if (mode === 'concurrent' && !alone) return Promise.all(commands.map(call));
    return asynchronous ? oneByOne(commands) : commands.forEach(call);
  },
};

/** @type {import('@lvs/netlink').DesiredService[]} */
let desired = [];

/** @param {any[]} commands */
async function reconcile(commands) {
  const client = /** @type {any} */ (ipvs);
  if (mode === 'packed') return void (await client[PACKED_TABLE](false));
  const { changes } = await client[mode](desired);
  const expected = isReading(commands[0]) ? 0 : commands.length;
  if (changes.length !== expected) throw new Error(`${changes.length} changes, not ${expected}`);
}

await runRounds(driver);
await ipvs.close();

/** @param {any} command */
function isReading({ op }) {
  return op === 'table' || op === 'destinations';
}

/** @param {any[]} commands */
async function oneByOne(commands) {
  for (const command of commands) await call(command);
}

/** @param {any[]} commands */
async function oneBatchEach(commands) {
  for (const command of commands) {
    const applied = ipvs.batch([command]);
    if (asynchronous) await applied;
  }
}
