/** Dispatches the commands. */

import type { Line } from '../rules/line';
import type { Director } from './director';
import type { Io } from './io';
import { list, save } from './list';

/** Who lists does without the checks and the words of what changes the table. */
const changing = () => require('./change') as typeof import('./change');
/** A file of rules is read by a grammar of its own, which others do without. */
const restoring = () => require('./restore') as typeof import('./restore');

/** Carries out a line, and returns the exit status. */
export function run(line: Line, director: Director, io: Io): number | Promise<number> {
  switch (line.command) {
    case 'list':
      return list(line, director, io);
    case 'save':
      return save(line, director, io);
    case 'restore':
      return restoring().restore(line, director, io, run);
    default:
      return changing().change(line, director.ipvs, io);
  }
}
