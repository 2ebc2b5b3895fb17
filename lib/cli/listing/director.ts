/** `-L --timeout` and `-L --daemon`. */

import type { IpvsSync } from '../../ipvs-sync';
import type { Line } from '../../rules/line';
import type { Io } from '../io';
import { formatDaemon, formatTimeouts } from '../layout/director';
import { formatJson, jsonList } from '../layout/json';

export function listTimeouts(line: Line, ipvs: IpvsSync, io: Io): void {
  const timeouts = ipvs.timeouts();
  io.stdout(line.has('json') ? `${formatJson(timeouts)}\n` : formatTimeouts(timeouts));
}

export function listDaemons(line: Line, ipvs: IpvsSync, io: Io): void {
  const daemons = ipvs.daemons();
  for (const text of line.has('json') ? jsonList(daemons) : daemons.map(formatDaemon)) io.stdout(text);
}
