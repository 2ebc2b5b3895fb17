import { inspect } from 'node:util';

/** Rows as texts, whole. Services have no order: kernels from 7.1 on make their table larger meanwhile, which orders them anew. */
export function inAnyOrder(rows: readonly object[]): string[] {
  return rows.map((row) => inspect(row, { depth: 9, breakLength: Infinity, maxArrayLength: null })).sort();
}
