/** The verb that reads the whole table, packed. */

import type { Asked } from '../errors/asked';
import type { Verb } from '../session/verb';
import { Operation } from '../wire/records';
import { PackedTable } from '../wire/table';
import { verb } from './request';

export const ASKED: Asked = { syscall: 'table', reads: true };

/** With counters or without. */
export function operation(stats: boolean): number {
  return stats ? Operation.table : Operation.tableState;
}

/** Every service with its destinations, with counters or without. */
export function packedTable(stats: boolean): Verb<PackedTable> {
  return verb(ASKED, operation(stats), undefined, (answer, index) => new PackedTable(answer, index, stats));
}
