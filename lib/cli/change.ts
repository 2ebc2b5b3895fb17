/** The commands that change something. */

import type { IpvsSync } from '../ipvs-sync';
import type { DaemonRole } from '../model/daemon';
import type { CommandName } from '../rules/commands';
import type { Line } from '../rules/line';
import { commandOf, daemonSpec, timeoutsOf } from '../rules/line-command';
import type { Io } from './io';
import { Status } from './status';
import { inWords } from './wording';

type Change = (line: Line, ipvs: IpvsSync) => void;

/** The other commands change the table: see `commandOf`. */
const CHANGES: { [C in CommandName]?: Change } = {
  set: (line, ipvs) => {
    const timeouts = timeoutsOf(line);
    if (Object.keys(timeouts).length > 0) ipvs.setTimeouts(timeouts);
  },
  'start-daemon': (line, ipvs) => ipvs.startDaemon(daemonSpec(line)),
  'stop-daemon': (line, ipvs) => ipvs.stopDaemon(line.role as DaemonRole),
};

/** Carries out a line that changes something, and returns the exit status. */
export function change(line: Line, ipvs: IpvsSync, io: Io): number {
  try {
    (CHANGES[line.command] ?? changeTable)(line, ipvs);
    return Status.done;
  } catch (error) {
    io.stderr(`lvsadm: ${inWords(error)}\n`);
    return Status.refused;
  }
}

function changeTable(line: Line, ipvs: IpvsSync): void {
  const command = commandOf(line);
  if (command === undefined) return;
  const [failure] = ipvs.batch([command], { throwOnFailure: false }).failures;
  if (failure) throw failure.error;
}
