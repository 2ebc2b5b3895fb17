/** Listings: `-L` in all its forms, and `-S`. */

import type { IpvsSync } from '../ipvs-sync';
import type { Line } from '../rules/line';
import type { OptionName } from '../rules/options';
import type { Io } from './io';
import { listConnections } from './listing/connections';
import { listDaemons, listTimeouts } from './listing/director';
import { listRules } from './listing/rules';
import { listService, listTable } from './listing/table';
import { Status } from './status';
import { inWords } from './wording';

type Listing = (line: Line, ipvs: IpvsSync, io: Io) => void | Promise<void>;

/** By the option that asks for it; without one, the whole table is listed. */
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
  return listing(listRules, line, ipvs, io);
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
