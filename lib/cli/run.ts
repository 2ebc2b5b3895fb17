/** Dispatches the commands. */

import type { IpvsSync } from '../ipvs-sync';
import type { Line } from '../rules/line';
import { change } from './change';
import type { Io } from './io';
import { list, save } from './list';

/** A file of rules is read by a grammar of its own, which others do without. */
const restoring = () => require('./restore') as typeof import('./restore');

/** Carries out a line, and returns the exit status. */
export function run(line: Line, ipvs: IpvsSync, io: Io): number | Promise<number> {
  switch (line.command) {
    case 'list':
      return list(line, ipvs, io);
    case 'save':
      return save(line, ipvs, io);
    case 'restore':
      return restoring().restore(line, ipvs, io, run);
    default:
      return change(line, ipvs, io);
  }
}
