/** `-L`: the table, or one service of it. */

import type { IpvsSync } from '../../ipvs-sync';
import { describeService } from '../../model/service';
import type { TableRow } from '../../model/table';
import type { Line } from '../../rules/line';
import { serviceKey } from '../../rules/line-command';
import { destinationsInOrder, inOrder } from '../../rules/order';
import type { Io } from '../io';
import { jsonList } from '../layout/json';
import { formatRows, type TableStyle, title, VIEWS } from '../layout/table';
import { addressesOf, namingOf } from './names';

export async function listTable(line: Line, ipvs: IpvsSync, io: Io): Promise<void> {
  const table = ipvs.table();
  if (line.has('json')) return listJson(line, table, io);
  const style = await styleOf(line, table);
  io.stdout(title(ipvs.info()) + formatRows(table, style));
}

export async function listService(line: Line, ipvs: IpvsSync, io: Io): Promise<void> {
  const key = serviceKey(line);
  const service = ipvs.service(key);
  if (service === undefined) {
    throw new Error(`No such service: ${describeService(key)}`);
  }
  const table = [{ ...service, destinations: ipvs.destinations(key) }];
  if (line.has('json')) return listJson(line, table, io);
  io.stdout(formatRows(table, await styleOf(line, table)));
}

function listJson(line: Line, table: readonly TableRow[], io: Io): void {
  const rows = line.has('nosort')
    ? table
    : inOrder(table).map((row) => ({ ...row, destinations: destinationsInOrder(row.destinations) }));
  for (const text of jsonList(rows)) io.stdout(text);
}

async function styleOf(line: Line, table: readonly TableRow[]): Promise<TableStyle> {
  const asked = (Object.keys(VIEWS) as (keyof typeof VIEWS)[]).find((name) => line.has(name));
  return {
    ...(asked !== undefined && { view: VIEWS[asked] }),
    naming: await namingOf(line, addressesOf(table)),
    exact: line.has('exact'),
    sorted: !line.has('nosort'),
  };
}
