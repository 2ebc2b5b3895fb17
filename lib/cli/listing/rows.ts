/** The whole table, read at once and listed row by row: of a long one, only the packed records are kept. */

import type { TableRow, TableRowState } from '../../model/table';
import { numbersInOrder } from '../../rules/order';
import { Rows } from '../../wire/table';
import type { Director } from '../director';

/** Each iteration makes the rows anew. */
export interface ReadTable {
  /** Rows of a table that was read with counters. */
  rows(): Iterable<TableRow>;
  /** Rows without counters, which cost less to make. */
  states(): Iterable<TableRowState>;
}

/** Reads the table, with counters or without; its services are sorted, or in the kernel's order. */
export function readTable(director: Director, stats: boolean, sorted: boolean): ReadTable {
  const rows = new Rows(director.table(stats));
  const numbers = sorted
    ? numbersInOrder(rows.length, (number) => rows.service(number))
    : [...Array(rows.length).keys()];
  return {
    *rows() {
      for (const number of numbers) yield rows.row(number);
    },
    *states() {
      for (const number of numbers) yield rows.state(number);
    },
  };
}
