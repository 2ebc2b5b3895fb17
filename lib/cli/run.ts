/** What each command does. */

import type { IpvsSync } from '../ipvs-sync';
import type { DaemonRole } from '../types';
import { commandOf, daemonSpec, timeoutsOf } from './grammar/command';
import type { CommandName } from './grammar/commands';
import { Status } from './grammar/error';
import type { Line } from './grammar/line';
import type { Io } from './io';
import { inWords } from './refusal';

type Action = (line: Line, ipvs: IpvsSync, io: Io) => number | Promise<number>;

/** Those that are not here change the table: see `commandOf`. Modules are loaded for the command that needs them. */
const ACTIONS: { [C in CommandName]?: Action } = {
  list: (line, ipvs, io) => (require('./list') as typeof import('./list')).list(line, ipvs, io),
  save: (line, ipvs, io) => (require('./list') as typeof import('./list')).save(line, ipvs, io),
  restore: (line, ipvs, io) => (require('./restore') as typeof import('./restore')).restore(line, ipvs, io),
  set: changing((line, ipvs) => {
    const timeouts = timeoutsOf(line);
    if (Object.keys(timeouts).length > 0) ipvs.setTimeouts(timeouts);
  }),
  'start-daemon': changing((line, ipvs) => ipvs.startDaemon(daemonSpec(line))),
  'stop-daemon': changing((line, ipvs) => ipvs.stopDaemon(line.role as DaemonRole)),
};

const change = changing((line, ipvs) => {
  const command = commandOf(line);
  if (command === undefined) return;
  const [failure] = ipvs.batch([command], { throwOnFailure: false }).failures;
  if (failure) throw failure.error;
});

function changing(verb: (line: Line, ipvs: IpvsSync) => void): Action {
  return (line, ipvs, io) => {
    try {
      verb(line, ipvs);
      return Status.done;
    } catch (error) {
      io.stderr(`lvsadm: ${inWords(error)}\n`);
      return Status.refused;
    }
  };
}

/** Carries out a line, and returns the exit status. */
export function run(line: Line, ipvs: IpvsSync, io: Io): number | Promise<number> {
  return (ACTIONS[line.command] ?? change)(line, ipvs, io);
}
