// @ts-check
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { lookup } from './figures.mjs';

const file = fileURLToPath(new URL('../results/guard.json', import.meta.url));
const tolerance = 1.1;

export const guardPairs = [
  ['guard', 'raw'],
  ['guard', 'batch'],
];

/**
 * Compares the library's own share of a rule with what is stored. The floor is taken away, since what the kernel
 * itself needs differs from boot to boot.
 *
 * @param {import('./figures.mjs').Figure[]} figures
 * @param {boolean} store instead of comparing
 * @returns {boolean} whether it is within bounds
 */
export function guard(figures, store) {
  const of = lookup(figures);
  const share = Math.round((of('guard', 'batch') ?? NaN) - (of('guard', 'raw') ?? NaN));
  if (!Number.isFinite(share)) {
    console.error(`guard: no figures: ${figures.map(({ lacks }) => lacks).join('; ')}`);
    return false;
  }
  if (store) {
    writeFileSync(file, `${JSON.stringify({ instructions: share })}\n`);
    console.log(`guard: stored ${share} instructions a rule beyond the floor`);
    return true;
  }
  const stored = JSON.parse(readFileSync(file, 'utf8')).instructions;
  const within = share <= stored * tolerance;
  const verdict = within ? 'within 10 %' : 'MORE than 10 % beyond it';
  console.log(`guard: a rule costs ${share} instructions beyond the floor, stored ${stored}: ${verdict}`);
  return within;
}
