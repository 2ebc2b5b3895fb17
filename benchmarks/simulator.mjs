// @ts-check
/*
 * What opening takes, and commands a second, of the kernel and of the simulator, by the same library in the same place, in
 * real time: npm run bench:simulator. Changes the table of the kernel that it runs on.
 */
import { Ipvs } from '@lvs/netlink';
import { Simulator } from '@lvs/netlink/simulator';

const SERVICES = 10_000;
const ROUNDS = 5;
const OPENINGS = 100;

const service = (/** @type {number} */ n) => ({
  protocol: 'tcp',
  address: `10.0.${n >> 8}.${n & 255}`,
  port: 80,
});
const DESTINATION = { address: '10.255.0.1', port: 8080, forward: 'masq' };

/** @type {Record<string, (n: number) => object>} */
const COMMANDS = {
  addService: (n) => ({ op: 'addService', service: service(n) }),
  addDestination: (n) => ({ op: 'addDestination', service: service(n), destination: DESTINATION }),
  setDestination: (n) => ({
    op: 'setDestination',
    service: service(n),
    destination: { ...DESTINATION, weight: 7 },
  }),
  deleteDestination: (n) => ({ op: 'deleteDestination', service: service(n), destination: DESTINATION }),
  deleteService: (n) => ({ op: 'deleteService', service: service(n) }),
};

/** The best of the rounds. @param {import('@lvs/netlink').Ipvs} ipvs */
async function measure(ipvs) {
  /** @type {Record<string, number>} */
  const best = {};
  for (let round = 0; round < ROUNDS; round++) {
    await ipvs.flush();
    for (const [name, command] of Object.entries(COMMANDS)) {
      const commands = Array.from({ length: SERVICES }, (_, n) => command(n));
      const began = performance.now();
      await ipvs.batch(/** @type {import('@lvs/netlink').Command[]} */ (commands));
      const rate = SERVICES / ((performance.now() - began) / 1000);
      best[name] = Math.max(best[name] ?? 0, Math.round(rate));
    }
  }
  return best;
}

/** Milliseconds until a handle is open: the first time in this process, and the middle one of later times. */
async function measureOpening(/** @type {() => Promise<import('@lvs/netlink').Ipvs>} */ open) {
  const took = [];
  for (let n = 0; n < 1 + OPENINGS; n++) {
    const began = performance.now();
    const ipvs = await open();
    took.push(performance.now() - began);
    await ipvs.close();
  }
  const [first = 0, ...later] = took;
  const median = later.sort((a, b) => a - b)[OPENINGS >> 1] ?? 0;
  return { 'first, ms': first.toFixed(2), 'later, ms': median.toFixed(2) };
}

const opening = {
  // First, so that it does not find the library's code run in.
  simulator: await measureOpening(() => new Simulator().open()),
  kernel: await measureOpening(() => Ipvs.open()),
};
console.table(opening);

const simulator = await new Simulator().open();
const kernel = await Ipvs.open();
const [simulated, real] = [await measure(simulator), await measure(kernel)];
console.table(
  Object.fromEntries(
    Object.keys(COMMANDS).map((name) => [name, { kernel: real[name], simulator: simulated[name] }]),
  ),
);
await kernel.close();
