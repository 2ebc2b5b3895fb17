// @ts-check
/*
 * What opening takes, and commands a second, of the kernel and of the simulator, by the same library in the same place, in
 * real time: npm run bench:simulator. Changes the table of the kernel that it runs on.
 */
import { execFileSync } from 'node:child_process';
import { Ipvs } from '@lvs/netlink';
import { Simulator } from '@lvs/netlink/simulator';

const SERVICES = 10_000;
const ROUNDS = 5;
/** Fresh ones, each of which opens one. */
const PROCESSES = 20;
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

/** @param {number[]} numbers */
const median = (numbers) => numbers.sort((a, b) => a - b)[numbers.length >> 1] ?? 0;

/** Milliseconds until a handle is open in a process that has imported what it needs and opened none. */
function measureFirst(/** @type {string} */ imports, /** @type {string} */ open) {
  const program = `
    ${imports}
    await new Promise(setImmediate);
    const began = process.hrtime.bigint();
    const ipvs = await ${open};
    console.log(Number(process.hrtime.bigint() - began) / 1e6);
    await ipvs.close();
  `;
  const run = () =>
    Number(
      execFileSync(process.execPath, ['--input-type=module', '-e', program], { cwd: import.meta.dirname }),
    );
  return median(Array.from({ length: PROCESSES }, run));
}

/** Milliseconds until a handle is open in this process, which has opened others. */
async function measureLater(/** @type {() => Promise<import('@lvs/netlink').Ipvs>} */ open) {
  const took = [];
  for (let n = 0; n < OPENINGS; n++) {
    const began = performance.now();
    const ipvs = await open();
    took.push(performance.now() - began);
    await ipvs.close();
  }
  return median(took);
}

const imports = `import { Ipvs } from '@lvs/netlink'; import { Simulator } from '@lvs/netlink/simulator';`;
const opening = {
  simulator: [
    measureFirst(imports, 'new Simulator().open()'),
    await measureLater(() => new Simulator().open()),
  ],
  kernel: [measureFirst(imports, 'Ipvs.open()'), await measureLater(() => Ipvs.open())],
};
console.table(
  Object.fromEntries(
    Object.entries(opening).map(([of, [first, later]]) => [
      of,
      { 'first, ms': first?.toFixed(2), 'later, ms': later?.toFixed(2) },
    ]),
  ),
);

const simulator = await new Simulator().open();
const kernel = await Ipvs.open();
const [simulated, real] = [await measure(simulator), await measure(kernel)];
console.table(
  Object.fromEntries(
    Object.keys(COMMANDS).map((name) => [name, { kernel: real[name], simulator: simulated[name] }]),
  ),
);
const inAll = (/** @type {Record<string, number>} */ rates) =>
  Object.values(rates).reduce((seconds, rate) => seconds + 1e5 / Object.keys(rates).length / rate, 0);
console.log(
  `100,000 commands, as many of each: ${inAll(simulated).toFixed(2)} s, of the kernel ${inAll(real).toFixed(2)} s`,
);
await kernel.close();
