/** The verbs of synchronisation daemons. */

import type { Daemon, DaemonRole, DaemonSpec } from '../model/daemon';
import type { Verb } from '../session/verb';
import { readDaemon, writeDaemon, writeDaemonRole } from '../wire/daemon';
import { DAEMON, Operation, REQUEST } from '../wire/records';
import { all, listVerb, nothing, verb } from './request';

export function daemons(): Verb<Daemon[]> {
  const asked = { syscall: 'daemons', reads: true };
  return listVerb(asked, Operation.listDaemons, undefined, all(DAEMON.size, readDaemon));
}

export function startDaemon(spec: DaemonSpec): Verb<void> {
  return verb(
    { syscall: 'startDaemon', target: spec, subject: () => `${spec.role} on ${spec.interface}` },
    Operation.startDaemon,
    (memory, offset) => writeDaemon(memory, offset + REQUEST.daemon, spec),
    nothing,
  );
}

export function stopDaemon(role: DaemonRole): Verb<void> {
  return verb(
    { syscall: 'stopDaemon', target: role, subject: () => role },
    Operation.stopDaemon,
    (memory, offset) => writeDaemonRole(memory, offset + REQUEST.daemon, 'role', role),
    nothing,
  );
}
