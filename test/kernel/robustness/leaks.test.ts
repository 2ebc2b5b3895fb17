import { expect, test } from '@jest/globals';
import { finish } from './child';

const CYCLES = 100_000;
/** What the process may grow by, however many there were: a handle's receive buffer alone is 32 KiB. */
const SLACK = 16 * 1024 * 1024;

test(`${CYCLES} handles opened and closed leave nothing behind`, async () => {
  const { code, output } = await finish('cycles.cjs', [String(CYCLES)]);
  expect({ code, output }).toEqual({ code: 0, output: expect.stringMatching(/^\{/) });
  const { before, after } = JSON.parse(output);
  const growth = after.rss - before.rss;
  console.info(`${CYCLES} cycles: ${before.rss >> 10} KiB before, ${after.rss >> 10} KiB after`);
  expect(after.descriptors).toBe(before.descriptors);
  expect(growth).toBeLessThan(SLACK);
}, 600_000);
