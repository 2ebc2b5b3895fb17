/** Listings: `-L` in all its forms, and `-S`. What each of them needs is loaded for it alone. */

import type { IpvsSync } from '../ipvs-sync';
import { Status } from './grammar/error';
import type { Line } from './grammar/line';
import type { OptionName } from './grammar/options';
import type { Io } from './io';

type Listing = (line: Line, ipvs: IpvsSync, io: Io) => void | Promise<void>;

const tables = () => require('./listing/table') as typeof import('./listing/table');
const connections = () => require('./listing/connections') as typeof import('./listing/connections');
const director = () => require('./listing/director') as typeof import('./listing/director');
const rules = () => require('./listing/rules') as typeof import('./listing/rules');

/** By the option that asks for it; without one, the whole table. */
const LISTINGS: { [O in OptionName]?: () => Listing } = {
  connection: () => connections().listConnections,
  'service-address': () => tables().listService,
  timeout: () => director().listTimeouts,
  daemon: () => director().listDaemons,
};

/** `-L` */
export function list(line: Line, ipvs: IpvsSync, io: Io): Promise<number> {
  const form = line.given.map((option) => LISTINGS[option]).find((listing) => listing !== undefined);
  return listing(form ?? (() => tables().listTable), line, ipvs, io);
}

/** `-S` */
export function save(line: Line, ipvs: IpvsSync, io: Io): Promise<number> {
  return listing(() => rules().listRules, line, ipvs, io);
}

async function listing(load: () => Listing, line: Line, ipvs: IpvsSync, io: Io): Promise<number> {
  const show = load();
  try {
    await show(line, ipvs, io);
    return Status.done;
  } catch (error) {
    const { inWords } = require('./refusal') as typeof import('./refusal');
    io.stderr(`lvsadm: ${inWords(error)}\n`);
    return Status.notListed;
  }
}
