/** What goes wrong on purpose. */

import { checkInteger, checkObject, invalidType, invalidValue, MAX_INT } from '../errors/argument';
import { errnoNumber } from '../errors/errno';
import { Failure } from '../errors/failure';
import { Fields } from '../errors/fields';
import { OneOf } from '../model/one-of';
import { Operation } from '../wire/records';

/** What goes wrong, with which requests, and how often. */
export interface SimulatedFault {
  /**
   * The verb, as errors name it (`IpvsError.syscall`): `addService`, `table`, `open`, … Commands of a batch go by their
   * own names. Default: every request.
   */
  syscall?: string;
  /** How many requests; after them the fault is over. Default: all until `restore`. */
  times?: number;
  /**
   * What the requests are refused with: an errno's name, or `ERR_IPVS_MODULE_MISSING` for a module that is gone. They
   * are not carried out, but for `ENOBUFS`: that is an answer that was lost, to a request that was carried out.
   */
  errno?: string;
  /** Milliseconds until the answer comes, by the timers of the host: the deadlines of handles go by them, too. */
  delay?: number;
  /**
   * Called while such a request is carried out, so that something else may change the table meanwhile: between the
   * services and the destinations of a `table`, before anything else.
   */
  meanwhile?: () => void;
}

const FAULT_FIELDS = new Fields(['syscall', 'times', 'errno', 'delay', 'meanwhile']);

/** By operation, the verb that asks it. */
const VERBS: Record<number, string> = {
  [Operation.addService]: 'addService',
  [Operation.setService]: 'setService',
  [Operation.deleteService]: 'deleteService',
  [Operation.getService]: 'service',
  [Operation.addDestination]: 'addDestination',
  [Operation.setDestination]: 'setDestination',
  [Operation.deleteDestination]: 'deleteDestination',
  [Operation.listDestinations]: 'destinations',
  [Operation.listDestinationsState]: 'destinations',
  [Operation.startDaemon]: 'startDaemon',
  [Operation.stopDaemon]: 'stopDaemon',
  [Operation.listDaemons]: 'daemons',
  [Operation.setTimeouts]: 'setTimeouts',
  [Operation.getTimeouts]: 'timeouts',
  [Operation.listServices]: 'services',
  [Operation.getInfo]: 'info',
  [Operation.zero]: 'zero',
  [Operation.flush]: 'flush',
  [Operation.table]: 'table',
  [Operation.tableState]: 'table',
  [Operation.getStats]: 'stats',
  [Operation.patchService]: 'patchService',
  [Operation.patchDestination]: 'patchDestination',
};

const SYSCALLS = new OneOf<string>(
  [...new Set([...Object.values(VERBS), 'open', 'connections', 'sysctls', 'setSysctls'])].map((verb) => [
    verb,
    verb,
  ]),
);

/** The verb that asks the operation. */
export function verbOf(operation: number): string {
  return VERBS[operation] as string;
}

/** A fault as requests meet it. */
export interface Fault {
  /** 0, an errno or a `Failure`. */
  status: number;
  delay: number;
  meanwhile: () => void;
}

/** All goes well. */
export const NO_FAULT: Fault = { status: 0, delay: 0, meanwhile() {} };

interface Planned extends Fault {
  syscall: string | undefined;
  left: number;
}

const MODULE_MISSING = 'ERR_IPVS_MODULE_MISSING';

export class Faults {
  #planned: Planned[] = [];

  /** Returns what takes it back. */
  add(what: SimulatedFault): () => void {
    const planned = checkFault(what);
    this.#planned.push(planned);
    return () => this.#remove(planned);
  }

  #remove(planned: Planned): void {
    this.#planned = this.#planned.filter((each) => each !== planned);
  }

  /** What goes wrong with a request of the verb: the fault that was planned first. */
  meet(syscall: string): Fault | undefined {
    if (this.#planned.length === 0) return undefined;
    const found = this.#planned.find((each) => each.syscall === undefined || each.syscall === syscall);
    if (found !== undefined && --found.left === 0) this.#remove(found);
    return found;
  }
}

function checkFault(what: SimulatedFault): Planned {
  checkObject('what', what);
  FAULT_FIELDS.check('what', what);
  const { syscall, times, errno, delay = 0, meanwhile = () => {} } = what;
  if (typeof meanwhile !== 'function') throw invalidType('what.meanwhile', 'a function', meanwhile);
  return {
    syscall: syscall === undefined ? undefined : SYSCALLS.check('what.syscall', syscall),
    left: times === undefined ? Number.POSITIVE_INFINITY : checkInteger('what.times', times, 1, MAX_INT),
    status: errno === undefined ? 0 : checkErrno(errno),
    delay: checkInteger('what.delay', delay, 0, MAX_INT),
    meanwhile,
  };
}

function checkErrno(errno: string): number {
  if (errno === MODULE_MISSING) return Failure.moduleMissing;
  const number = errnoNumber(errno);
  if (number !== undefined) return number;
  throw invalidValue(
    'what.errno',
    `the name of a Linux errno, such as 'ENOMEM', or ${MODULE_MISSING}`,
    errno,
  );
}
