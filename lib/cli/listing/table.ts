/** `-L`: the table, or one service of it. */

import type { IpvsSync } from '../../ipvs-sync';
import type { Destination } from '../../model/destination';
import { describeService, type Service } from '../../model/service';
import type { TableRow, TableRowState } from '../../model/table';
import type { Line } from '../../rules/line';
import { serviceKey } from '../../rules/line-command';
import { destinationsInOrder } from '../../rules/order';
import type { Io } from '../io';
import { jsonList } from '../layout/json';
import { formatRow, PLAIN, type TableStyle, title, VIEWS, type View } from '../layout/table';
import { addressesOf, namingOf } from './naming';
import { readTable } from './rows';

export async function listTable(line: Line, ipvs: IpvsSync, io: Io): Promise<void> {
  const view = viewOf(line);
  const isJson = line.has('json');
  const table = readTable(ipvs, isJson || view.stats, !line.has('nosort'));
  if (isJson) return listJson(line, table.rows(), io);
  const style = await styleOf(line, table.states(), io);
  io.stdout(title(ipvs.info()) + view.header);
  if (view.stats) for (const row of table.rows()) io.stdout(formatRow(row, view, style));
  else for (const row of table.states()) io.stdout(formatRow(row, view, style));
}

export async function listService(line: Line, ipvs: IpvsSync, io: Io): Promise<void> {
  const key = serviceKey(line);
  const service = ipvs.service(key);
  if (service === undefined) throw new Error(`${describeService(key)}: there is no such service`);
  const row = { ...service, destinations: ipvs.destinations(key) };
  if (line.has('json')) return listJson(line, [row], io);
  const view = viewOf(line);
  const style = await styleOf(line, [row], io);
  io.stdout(view.header + formatRow<Service, Destination>(row, view, style));
}

function listJson(line: Line, rows: Iterable<TableRow>, io: Io): void {
  for (const text of jsonList(line.has('nosort') ? rows : withServersInOrder(rows))) io.stdout(text);
}

function* withServersInOrder(rows: Iterable<TableRow>): Generator<TableRow> {
  for (const row of rows) yield { ...row, destinations: destinationsInOrder(row.destinations) };
}

async function styleOf(line: Line, rows: Iterable<TableRowState>, io: Io): Promise<TableStyle> {
  return {
    naming: await namingOf(line, addressesOf(rows), io),
    exact: line.has('exact'),
    sorted: !line.has('nosort'),
  };
}

function viewOf(line: Line): View {
  const asked = (Object.keys(VIEWS) as (keyof typeof VIEWS)[]).find((name) => line.has(name));
  return asked === undefined ? PLAIN : VIEWS[asked];
}
