/** Synchronisation daemons. They run, and send nothing: there is no other director. */

import { AF_INET6 } from '../../model/address';
import { MASTER } from '../../model/daemon';
import type { Memory } from '../../wire/memory';
import { DAEMON } from '../../wire/records';
import type { Network, SimulatedInterface } from '../network';
import { Errno } from './errno';

const AT = DAEMON;

const BACKUP = 2;
const NAME_BYTES = 16;
const AF_INET = 2;

const DEFAULT_GROUP = [224, 0, 0, 81];
const DEFAULT_PORT = 8848;
const DEFAULT_TTL = 1;

/** The least MTU with which an interface has the protocol. */
const LEAST_MTU = { ipv4: 68, ipv6: 1280 };

/** A datagram's headers, and the greatest datagram. */
const HEADERS = { ipv4: 28, ipv6: 48 };
const GREATEST = 65535;

/** An errno, and what tells its causes apart (StatusRecord in native/ipvs/records.h). */
export interface DaemonRefusal {
  errno: number;
  detail: number;
}

export class Daemons {
  readonly #network: Network;
  /** Their records by role; master and backup may both run. */
  readonly #records = new Map<number, Uint8Array>();

  constructor(network: Network) {
    this.#network = network;
  }

  get isAnyRunning(): boolean {
    return this.#records.size > 0;
  }

  get isBackupRunning(): boolean {
    return this.#records.has(BACKUP);
  }

  /** The record at `at` says which. None is refused where the result is `undefined`. */
  start(memory: Memory, at: number): DaemonRefusal | undefined {
    const found = this.#network.interface(memory.getName(at + AT.interface, NAME_BYTES));
    if (found === undefined) return refusal(Errno.ENODEV);
    const role = memory.getU32(at + AT.state);
    if (this.#records.has(role)) return refusal(Errno.EEXIST);
    const isSix = memory.getU16(at + AT.groupFamily) === AF_INET6;
    const unfit = whyUnfit(found, role, isSix);
    if (unfit !== undefined) return unfit;
    this.#records.set(role, inForce(memory, at, found, role, isSix));
    return undefined;
  }

  /** Returns an errno. */
  stop(role: number): number {
    return this.#records.delete(role) ? Errno.none : Errno.ESRCH;
  }

  /** The master's record first. */
  records(): Uint8Array[] {
    return [MASTER, BACKUP].flatMap((role) => this.#records.get(role) ?? []);
  }
}

function refusal(errno: number, detail = 0): DaemonRefusal {
  return { errno, detail };
}

/** A master looks its address up on its interface, a backup joins its group there. */
function whyUnfit(
  { name, up, mtu }: Required<SimulatedInterface>,
  role: number,
  isSix: boolean,
): DaemonRefusal | undefined {
  const hasProtocol = mtu >= (isSix ? LEAST_MTU.ipv6 : LEAST_MTU.ipv4);
  if (role === BACKUP) {
    if (hasProtocol) return undefined;
    return refusal(isSix ? Errno.EINVAL : Errno.ENODEV);
  }
  const hasRoute = up && hasProtocol && !(isSix && name === 'lo');
  return hasRoute ? undefined : refusal(Errno.ENETUNREACH, up ? 1 : 0);
}

/** The record as it is reported: the kernel's own choices stand where nothing was given. */
function inForce(
  memory: Memory,
  at: number,
  { mtu }: SimulatedInterface & { mtu: number },
  role: number,
  isSix: boolean,
): Uint8Array {
  const record = memory.u8.slice(at, at + AT.size);
  const view = new DataView(record.buffer);
  const headers = isSix ? HEADERS.ipv6 : HEADERS.ipv4;
  const given = memory.getU16(at + AT.maxLength);
  const own = role === BACKUP ? Math.min(Math.max(mtu, 1500), GREATEST) : 1500;
  const least = role === BACKUP ? 1024 : 1;
  const length = given === 0 ? own - headers : Math.min(Math.max(given, least), GREATEST - headers);
  view.setUint16(AT.maxLength, length, true);
  view.setUint16(AT.port, memory.getU16(at + AT.port) || DEFAULT_PORT, true);
  record[AT.ttl] = memory.getU8(at + AT.ttl) || DEFAULT_TTL;
  if (memory.getU16(at + AT.groupFamily) === 0) {
    view.setUint16(AT.groupFamily, AF_INET, true);
    record.set(DEFAULT_GROUP, AT.group);
  }
  return record;
}
