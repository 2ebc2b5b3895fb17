/** The names that a listing shows. */

import type { TableRowState } from '../../model/table';
import { type Naming, NUMERIC } from '../../rules/endpoint-name';
import type { Line } from '../../rules/line';
import type { Io } from '../io';

const names = () => require('../host-names') as typeof import('../host-names');

/** Looks up names unless the line has `-n`. */
export async function namingOf(line: Line, addresses: Iterable<string>, io: Io): Promise<Naming> {
  if (line.has('numeric')) return NUMERIC;
  return names().named(addresses, (text) => io.progress(text));
}

/** Every address in a table. */
export function* addressesOf(rows: Iterable<TableRowState>): Generator<string> {
  for (const row of rows) {
    if ('address' in row) yield row.address;
    for (const destination of row.destinations) yield destination.address;
  }
}
