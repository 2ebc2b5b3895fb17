/** Listings: `-L` in all its forms, and `-S`. */

import type { IpvsSync } from '../ipvs-sync';
import { describeService } from '../service-key';
import { serviceKey } from './grammar/command';
import { Status } from './grammar/error';
import type { Line } from './grammar/line';
import type { OptionName } from './grammar/options';
import type { Io } from './io';
import { connectionHeader, connectionLine, virtualEndpoint } from './layout/connections';
import { formatDaemon, formatTimeouts } from './layout/director';
import { formatJson, jsonList } from './layout/json';
import { type Naming, NUMERIC } from './layout/names';
import { destinationsInOrder, inOrder } from './layout/order';
import { formatRuleLines } from './layout/rules';
import { formatRows, type TableRow, type TableStyle, title, VIEWS } from './layout/table';
import { inWords } from './refusal';

type Listing = (line: Line, ipvs: IpvsSync, io: Io) => void | Promise<void>;

/** By the option that asks for it; without one, the whole table. */
const LISTINGS: { [O in OptionName]?: Listing } = {
  connection: listConnections,
  'service-address': listService,
  timeout: listTimeouts,
  daemon: listDaemons,
};

/** `-L` */
export function list(line: Line, ipvs: IpvsSync, io: Io): Promise<number> {
  const form = line.given.map((option) => LISTINGS[option]).find((listing) => listing !== undefined);
  return listing(form ?? listTable, line, ipvs, io);
}

/** `-S` */
export function save(line: Line, ipvs: IpvsSync, io: Io): Promise<number> {
  return listing(saveTable, line, ipvs, io);
}

async function listing(show: Listing, line: Line, ipvs: IpvsSync, io: Io): Promise<number> {
  try {
    await show(line, ipvs, io);
    return Status.done;
  } catch (error) {
    io.stderr(`lvsadm: ${inWords(error)}\n`);
    return Status.notListed;
  }
}

async function listTable(line: Line, ipvs: IpvsSync, io: Io): Promise<void> {
  const table = ipvs.table();
  if (line.has('json')) return listJson(line, table, io);
  const style = await styleOf(line, table);
  io.stdout(title(ipvs.info()) + formatRows(table, style));
}

async function listService(line: Line, ipvs: IpvsSync, io: Io): Promise<void> {
  const key = serviceKey(line);
  const service = ipvs.service(key);
  if (service === undefined) throw new Error(`No such service: ${describeService(key)}`);
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

async function saveTable(line: Line, ipvs: IpvsSync, io: Io): Promise<void> {
  const table = ipvs.table();
  io.stdout(formatRuleLines(table, await namingOf(line, addressesOf(table))));
}

async function listConnections(line: Line, ipvs: IpvsSync, io: Io): Promise<void> {
  if (line.has('json')) {
    for (const text of jsonList(ipvs.connections())) io.stdout(text);
    return;
  }
  const engines = line.has('persistent-conn');
  io.stdout(connectionHeader({ engines }));
  if (line.has('numeric')) {
    for (const connection of ipvs.connections()) io.stdout(connectionLine(connection, { engines }));
    return;
  }
  const connections = [...ipvs.connections()];
  const naming = await namingOf(
    line,
    connections.flatMap((connection) => [
      connection.client.address,
      virtualEndpoint(connection).address,
      connection.destination.address,
    ]),
  );
  for (const connection of connections) io.stdout(connectionLine(connection, { engines, naming }));
}

function listTimeouts(line: Line, ipvs: IpvsSync, io: Io): void {
  const timeouts = ipvs.timeouts();
  io.stdout(line.has('json') ? `${formatJson(timeouts)}\n` : formatTimeouts(timeouts));
}

function listDaemons(line: Line, ipvs: IpvsSync, io: Io): void {
  const daemons = ipvs.daemons();
  for (const text of line.has('json') ? jsonList(daemons) : daemons.map(formatDaemon)) io.stdout(text);
}

function* addressesOf(table: readonly TableRow[]): Generator<string> {
  for (const row of table) {
    if ('address' in row) yield row.address;
    for (const destination of row.destinations) yield destination.address;
  }
}

async function namingOf(line: Line, addresses: Iterable<string>): Promise<Naming> {
  if (line.has('numeric')) return NUMERIC;
  const { named } = require('./naming') as typeof import('./naming');
  return named(addresses);
}
