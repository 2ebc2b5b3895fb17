/** `-L`: the table. */

import type { TableRow, TableRowState } from '../../model/table';
import { COLUMNS } from '../../rules/commands';
import type { Line } from '../../rules/line';
import { destinationsInOrder } from '../../rules/order';
import type { Director } from '../director';
import type { Io } from '../io';
import { jsonList } from '../layout/json';
import { formatRow, PLAIN, type TableStyle, title, type View } from '../layout/table';
import { addressesOf, namingOf } from './naming';
import { readTable } from './rows';

const views = () => require('../layout/views') as typeof import('../layout/views');

export async function listTable(line: Line, director: Director, io: Io): Promise<void> {
  const view = viewOf(line);
  const isJson = line.has('json');
  const table = readTable(director, isJson || view.stats, !line.has('nosort'));
  if (isJson) return listJson(line, table.rows(), io);
  const style = await styleOf(line, table.states(), io);
  io.stdout(title(director.info) + view.header);
  if (view.stats) for (const row of table.rows()) io.stdout(formatRow(row, view, style));
  else for (const row of table.states()) io.stdout(formatRow(row, view, style));
}

/** The rows as JSON. */
export function listJson(line: Line, rows: Iterable<TableRow>, io: Io): void {
  for (const text of jsonList(line.has('nosort') ? rows : withServersInOrder(rows))) io.stdout(text);
}

function* withServersInOrder(rows: Iterable<TableRow>): Generator<TableRow> {
  for (const row of rows) yield { ...row, destinations: destinationsInOrder(row.destinations) };
}

/** How the line wants them shown. */
export async function styleOf(line: Line, rows: Iterable<TableRowState>, io: Io): Promise<TableStyle> {
  return {
    naming: await namingOf(line, addressesOf(rows), io),
    exact: line.has('exact'),
    sorted: !line.has('nosort'),
  };
}

/** Which columns the line asks for. */
export function viewOf(line: Line): View {
  const asked = COLUMNS.find((name) => line.has(name));
  return asked === undefined ? PLAIN : views().VIEWS[asked];
}
