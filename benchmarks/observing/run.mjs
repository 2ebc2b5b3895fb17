// @ts-check
import { writeFileSync } from 'node:fs';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { reportFailure } from '../../tools/guest/error.mjs';
import { runInQemu } from '../../tools/guest/qemu.mjs';

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

/** What an ordinary core carries out in a second where each of its cycles is worth one instruction. */
const CORE = 3000;

try {
  const page = pageOf(await measure('top'), await measure('scrape'), await measure('tracing'));
  writeFileSync(here('../results/observing.md'), page);
  console.log(page);
} catch (error) {
  process.exitCode = reportFailure(error);
}

/** @param {string} what */
async function measure(what) {
  const stdout = new PassThrough();
  const printed = text(stdout);
  const status = await runInQemu([process.execPath, here('inside.mjs'), what], { stdout });
  stdout.end();
  const line = /^\{.*\}$/m.exec(await printed)?.[0];
  if (status !== 0 || line === undefined) throw new Error(`measuring ${what} failed`);
  return JSON.parse(line);
}

/**
 * @param {{ user: number, system: number }} top
 * @param {{ scraping: number, idle: number }} scrape
 * @param {{ asked: number, request: number }} tracing
 */
function pageOf(top, scrape, tracing) {
  const share = (/** @type {number} */ part, /** @type {number} */ whole) =>
    `${((100 * part) / whole).toFixed(1)} %`;
  const total = top.user + top.system;
  return `# What watching a director costs

Node ${process.version}, Linux 6.1 on an emulated processor, whose clock advances a nanosecond with each instruction. Made by
\`npm run bench:observing\`.

| what | counted | bound | |
|---|--:|--:|---|
| \`lvsadm top\`, 5,000 services with two servers each: a refresh, in millions of instructions | ${total} (${top.system} of them the kernel's) | | |
| … of a core with 3,000 million a second, at one refresh a second | ${share(total, CORE)} | 10 % | ${met(total < CORE / 10)} |
| a scrape of 52,500 rows: the longest delay of the event loop, in ms where a nanosecond is an instruction | ${scrape.scraping.toFixed(1)} (idle: ${scrape.idle.toFixed(1)}) | 5 | ${met(scrape.scraping < 5)} |
| tracing without a listener: instructions of a request that ask for one | ${tracing.asked.toFixed(0)} of ${tracing.request.toFixed(0)} | | |
| … of the cheapest request | ${share(tracing.asked, tracing.request)} | 1 % | ${met(tracing.asked < tracing.request / 100)} |

What a scrape costs beside \`table()\` stands with [the other figures](README.md).
`;
}

/** @param {boolean} is */
function met(is) {
  return is ? 'met' : '**not met**';
}
