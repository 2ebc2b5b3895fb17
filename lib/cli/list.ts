/** Listings: `-L` in all its forms, and `-S`. */

import type { IpvsSync } from '../ipvs-sync';
import type { Line } from '../rules/line';
import type { OptionName } from '../rules/options';
import type { Io } from './io';
import { listDaemons, listTimeouts } from './listing/director';
import { listService, listTable } from './listing/table';
import { Status } from './status';
import { inWords } from './wording';

const connections = () => require('./listing/connections') as typeof import('./listing/connections');
const rules = () => require('./listing/rules') as typeof import('./listing/rules');

type Listing = (line: Line, ipvs: IpvsSync, io: Io) => void | Promise<void>;

/** By the option that asks for it; without one, the whole table is listed. */
const LISTINGS: { [O in OptionName]?: Listing } = {
  connection: (...of) => connections().listConnections(...of),
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
  return listing(rules().listRules, line, ipvs, io);
}

async function listing(show: Listing, line: Line, ipvs: IpvsSync, io: Io): Promise<number> {
  try {
    await show(line, ipvs, io);
    return Status.done;
  } catch (error) {
    io.stderr(`lvsadm: ${inWords(error)}\n`);
    return Status.failed;
  }
}
