/** What each command does. Modules are loaded for the command that needs them. */

import type { IpvsSync } from '../ipvs-sync';
import type { CommandName } from './grammar/commands';
import type { Line } from './grammar/line';
import type { Io } from './io';

type Action = (line: Line, ipvs: IpvsSync, io: Io) => number | Promise<number>;

/** Those that are not here change something. */
const ACTIONS: { [C in CommandName]?: Action } = {
  list: (line, ipvs, io) => (require('./list') as typeof import('./list')).list(line, ipvs, io),
  save: (line, ipvs, io) => (require('./list') as typeof import('./list')).save(line, ipvs, io),
  restore: (line, ipvs, io) => (require('./restore') as typeof import('./restore')).restore(line, ipvs, io),
};

const change: Action = (line, ipvs, io) =>
  (require('./change') as typeof import('./change')).change(line, ipvs, io);

/** Carries out a line, and returns the exit status. */
export function run(line: Line, ipvs: IpvsSync, io: Io): number | Promise<number> {
  return (ACTIONS[line.command] ?? change)(line, ipvs, io);
}
