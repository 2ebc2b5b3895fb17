/** Listings: `-L` in all its forms, and `-S`. */

import type { Line } from '../rules/line';
import type { OptionName } from '../rules/options';
import type { Director } from './director';
import type { Io } from './io';
import { listTable } from './listing/table';
import { Status } from './status';

const service = () => require('./listing/service') as typeof import('./listing/service');
const director = () => require('./listing/director') as typeof import('./listing/director');
const connections = () => require('./listing/connections') as typeof import('./listing/connections');
const rules = () => require('./listing/rules') as typeof import('./listing/rules');
const wording = () => require('./wording') as typeof import('./wording');

type Listing = (line: Line, director: Director, io: Io) => void | Promise<void>;

/** By the option that asks for it; without one, the whole table is listed. */
const LISTINGS: { [O in OptionName]?: Listing } = {
  connection: (line, { ipvs }, io) => connections().listConnections(line, ipvs, io),
  'service-address': (line, { ipvs }, io) => service().listService(line, ipvs, io),
  timeout: (line, { ipvs }, io) => director().listTimeouts(line, ipvs, io),
  daemon: (line, { ipvs }, io) => director().listDaemons(line, ipvs, io),
};

/** `-L` */
export function list(line: Line, director: Director, io: Io): Promise<number> {
  const form = line.given.map((option) => LISTINGS[option]).find((listing) => listing !== undefined);
  return listing(form ?? listTable, line, director, io);
}

/** `-S` */
export function save(line: Line, director: Director, io: Io): Promise<number> {
  return listing(rules().listRules, line, director, io);
}

async function listing(show: Listing, line: Line, director: Director, io: Io): Promise<number> {
  try {
    await show(line, director, io);
    return Status.done;
  } catch (error) {
    io.stderr(`lvsadm: ${wording().inWords(error)}\n`);
    return Status.failed;
  }
}
