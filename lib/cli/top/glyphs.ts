/** Numbers, bars and sparklines in a few columns. */

const STEPS = ['', 'k', 'M', 'G', 'T', 'P'];

/** At most six characters: `0`, `12`, `1.5k`, `320M`. */
export function short(value: number): string {
  let rest = value;
  let step = 0;
  while (rest >= 999.5 && step < STEPS.length - 1) {
    rest /= 1000;
    step++;
  }
  const digits = step > 0 && rest < 9.95 ? rest.toFixed(1) : rest.toFixed(0);
  return `${digits}${STEPS[step]}`;
}

/** What a terminal can show. */
export interface Glyphs {
  /** From empty to full. */
  spark: readonly string[];
  full: string;
  empty: string;
  open: string;
  closed: string;
}

export const UNICODE: Glyphs = { spark: [...' ▁▂▃▄▅▆▇█'], full: '█', empty: '·', open: '▾', closed: '▸' };
export const ASCII: Glyphs = { spark: [...' .:-=+*#%'], full: '#', empty: '.', open: '-', closed: '+' };

/** A share from 0 to 1. */
export function bar(share: number, width: number, { full, empty }: Glyphs): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width);
  return full.repeat(filled) + empty.repeat(width - filled);
}

/** The newest value stands last; the greatest fills its column. */
export function sparkline(values: readonly number[], width: number, { spark }: Glyphs): string {
  const most = Math.max(...values, 0);
  const last = spark.length - 1;
  const text = values.slice(-width).map((value) => {
    if (most === 0 || value === 0) return spark[0];
    return spark[Math.max(1, Math.round((value / most) * last))];
  });
  return text.join('').padStart(width);
}
