// @ts-check
/*
 * A million changes by `batch`: how fast, and what memory and descriptors the process holds meanwhile. Then what it takes
 * to add again what was removed just now, beside what is new: the kernel remembers deleted destinations. In real time.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { Ipvs } from '@lvs/netlink';
import { additions, destination, range, service } from './trials/work.mjs';

const CHANGES = 1_000_000;
const AT_A_TIME = 2000;
const REPORTS = 10;
const SIZES = [1000, 4000, 16_000];

const ipvs = await Ipvs.open();

/** @param {import('./trials/work.mjs').Step[]} steps */
function batchOf(steps) {
  return /** @type {import('@lvs/netlink').Command[]} */ (
    steps.map((step) => {
      const of = 'service' in step ? { service: { protocol: 'tcp', ...step.service } } : {};
      if (step.op === 'addService') return { op: step.op, service: { ...of.service, scheduler: 'rr' } };
      if (step.op === 'addDestination' || step.op === 'setDestination') {
        return { op: step.op, ...of, destination: { ...step.destination, weight: step.weight } };
      }
      return { op: step.op, ...of };
    })
  );
}

async function million() {
  await ipvs.flush();
  await ipvs.batch(batchOf(additions(200, 10)));
  const weights = [1, 2].map((weight) =>
    batchOf(
      range(AT_A_TIME).map((n) => ({
        op: 'setDestination',
        service: service(n % 200),
        destination: destination(1 + Math.floor(n / 200)),
        weight,
      })),
    ),
  );
  console.log('| changes | a second | RSS, MiB | descriptors |\n|--:|--:|--:|--:|');
  for (let report = 0, made = 0; report <= REPORTS; report++) {
    const start = performance.now();
    const before = made;
    while (made < (report * CHANGES) / REPORTS) {
      await ipvs.batch(weights[(made / AT_A_TIME) % 2] ?? []);
      made += AT_A_TIME;
    }
    const rate = (1000 * (made - before)) / (performance.now() - start);
    const rss = process.memoryUsage.rss() / 2 ** 20;
    const descriptors = readdirSync('/proc/self/fd').length;
    console.log(
      `| ${made.toLocaleString('en')} | ${made === 0 ? '' : Math.round(rate).toLocaleString('en')} | ${rss.toFixed(0)} | ${descriptors} |`,
    );
  }
}

/** The destinations of one service, at other addresses for each `kind`. @param {number} count @param {number} kind */
function real(count, kind) {
  return range(count).map((n) => ({
    op: /** @type {const} */ ('addDestination'),
    service: { protocol: /** @type {const} */ ('tcp'), address: '10.9.0.1', port: 80 },
    destination: { address: `10.${20 + kind}.${n >> 8}.${n & 255}`, port: 80 },
  }));
}

async function trash() {
  console.log('\n| destinations | first, µs each | the same again | others | × |\n|--:|--:|--:|--:|--:|');
  for (const count of SIZES) {
    const name = `lvs-endurance-${count}`;
    execFileSync('ip', ['netns', 'add', name]);
    execFileSync('ip', ['-n', name, 'link', 'set', 'lo', 'up']);
    // What is remembered is remembered by namespace.
    const director = await Ipvs.open({ netns: `/run/netns/${name}` });
    const { service: of } = real(1, 0)[0] ?? {};
    const timed = async (/** @type {number} */ kind) => {
      await director.flush();
      if (of) await director.addService({ ...of, scheduler: 'rr' });
      const commands = real(count, kind);
      const start = performance.now();
      await director.batch(commands);
      return (1000 * (performance.now() - start)) / count;
    };
    const [first, again, others] = [await timed(0), await timed(0), await timed(1)];
    console.log(
      `| ${count.toLocaleString('en')} | ${[first, again, others].map((each) => each.toFixed(1)).join(' | ')} | ${(again / first).toFixed(1)} |`,
    );
    await director.close();
    execFileSync('ip', ['netns', 'delete', name]);
  }
}

await million();
await trash();
await ipvs.flush();
await ipvs.close();
