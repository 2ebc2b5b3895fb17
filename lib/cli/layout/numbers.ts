/** Numbers from `from` on are shown in this unit. */
const UNITS: [from: bigint, unit: bigint, suffix: string][] = [
  [100_000_000_000_000n, 1_000_000_000_000n, 'T'],
  [100_000_000_000n, 1_000_000_000n, 'G'],
  [1_000_000_000n, 1_000_000n, 'M'],
  [100_000_000n, 1_000n, 'K'],
];

const WIDTH = 8;

/** A counter in its column, after a space: `   1000M`. Truncated, not rounded. */
export function counter(value: bigint, exact: boolean): string {
  const [, unit, suffix] = (exact ? undefined : UNITS.find(([from]) => value >= from)) ?? [0n, 1n, ''];
  return ` ${`${value / unit}${suffix}`.padStart(WIDTH)}`;
}

/** A rate in its column, never abbreviated. */
export function rate(value: number): string {
  return ` ${String(whole(value)).padStart(WIDTH)}`;
}

/** The integer part of a rate. */
export function whole(value: number): bigint {
  return BigInt(Math.trunc(value));
}
