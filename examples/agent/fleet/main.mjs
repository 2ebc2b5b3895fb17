// @ts-check
/** `npm run fleet`, on a kernel with IPVS: a fleet, what happens to it, and how many requests failed meanwhile. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Fleet } from './fleet.mjs';
import { steps } from './steps.mjs';

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    /** Where etcd's data and all logs are. */
    folder: { type: 'string' },
  },
});

const { folder } = values;
if (folder === undefined) throw new Error('--folder is needed');

const size = values.short
  ? { directors: 2, servers: 3, rate: 100, seconds: 1, atOnce: 2, deploysInPartition: false }
  : { directors: 3, servers: 6, rate: 300, seconds: 4, atOnce: 1, deploysInPartition: true };

rmSync(folder, { recursive: true, force: true });
const fleet = new Fleet({ folder, ...size });
const begun = performance.now();
const age = () => `${((performance.now() - begun) / 1000).toFixed(0)} s`;
let failed = 0;
let answered = 0;
let bad = 0;
try {
  console.log(`etcd × 3, directors × ${size.directors}, real servers × ${size.servers}; starting`);
  await fleet.start();
  console.log(`${age()}: all serve; ${size.rate} requests a second through each director\n`);
  console.log(line('step', 'seconds', 'answered', 'each/s', 'failed', 'slowest'));
  for (const { title, act } of steps(size)) {
    const before = await fleet.count();
    const start = performance.now();
    const { allowed = 0, remark } = (await act(fleet)) ?? {};
    const seconds = (performance.now() - start) / 1000;
    const difference = compare(before, await fleet.count());
    const isBad = difference.failed > allowed;
    if (isBad) bad++;
    failed += difference.failed;
    answered += difference.answered;
    console.log(
      line(
        title,
        seconds.toFixed(1),
        difference.answered,
        (difference.answered / seconds / size.directors).toFixed(0),
        difference.failed,
        `${difference.slowest.toFixed(0)} ms`,
      ),
    );
    const remarks = [
      remark,
      difference.errors,
      allowed > 0 && `at most ${allowed} may fail`,
      isBad && 'TOO MANY FAILED',
    ].filter(Boolean);
    if (remarks.length > 0) console.log(`  ${remarks.join('; ')}`);
  }
  console.log(
    `\n${age()}: ${answered} requests answered, ${failed} failed; ${bad === 0 ? 'as it should be' : `${bad} steps with too many`}`,
  );
  process.exitCode = bad === 0 ? 0 : 1;
} catch (error) {
  console.error(error);
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.log'))) {
    const lines = readFileSync(join(folder, file), 'utf8').trimEnd().split('\n');
    console.error(`\n== ${file}\n${lines.slice(-15).join('\n')}`);
  }
  process.exitCode = 1;
} finally {
  await fleet.dispose();
}
process.exit();

/**
 * A line of the tally; `each/s` is what was answered each second through each director.
 *
 * @param {string} title
 * @param {...(string | number)} figures
 */
function line(title, ...figures) {
  return [title.padEnd(40), ...figures.map((figure) => String(figure).padStart(9))].join(' ');
}

/** @typedef {Awaited<ReturnType<Fleet['count']>>} Counts */

/** @param {Counts} before @param {Counts} after */
function compare(before, after) {
  let answered = 0;
  let failed = 0;
  let slowest = 0;
  /** @type {string[]} */
  const errors = [];
  after.forEach((now, n) => {
    const then = /** @type {Counts[number]} */ (before[n]);
    answered += now.answered - then.answered;
    slowest = Math.max(slowest, now.slowest);
    for (const [name, count] of Object.entries(now.failures)) {
      const more = count - (then.failures[name] ?? 0);
      failed += more;
      if (more > 0) errors.push(`${now.director}: ${more} ${name}`);
    }
  });
  return { answered, failed, slowest, errors: errors.join(', ') };
}
