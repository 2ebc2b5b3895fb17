/** Opening: what both handles do with `OpenOptions`, and what a failure says. */

import { addon, loadAddon } from '../backend/addon';
import { type Backend, type BackendHandle, type BackendHost, OpenStep } from '../backend/backend';
import { checkInteger, checkObject, invalidType, MAX_INT } from '../errors/argument';
import { timedOut } from '../errors/refusal';
import { shortened } from '../errors/shortened';
import { CHANNELS, NETNS_FIELDS, OPEN_OPTIONS, type OpenOptions } from '../model/options';
import { findClock } from './clock';
import { findChannel } from './tracing';

const failures = () => require('./open-failure') as typeof import('./open-failure');

const DEFAULT_TIMEOUT = 10_000;

/** The options, checked. */
export interface Opening {
  /** A namespace by path or descriptor; none is the process's own. */
  netns: string | number | undefined;
  /** The process whose namespace it is. */
  pid?: number;
  /** The namespace in words. */
  where: string;
  timeout: number;
  /** By the seam's number. */
  channel: number;
  backend: Backend | undefined;
}

/** Checks the options. */
export function checkOptions(options: OpenOptions): Opening {
  checkObject('options', options);
  OPEN_OPTIONS.check('options', options);
  const timeout = checkInteger('options.timeout', options.timeout ?? DEFAULT_TIMEOUT, 0, MAX_INT);
  const channel = CHANNELS.check('options.channel', options.channel ?? 'auto');
  return { ...checkNetns(options.netns), timeout, channel, backend: checkBackend(options.backend) };
}

function checkBackend(backend: unknown): Backend | undefined {
  if (backend === undefined) return undefined;
  const { createHandle } = (
    typeof backend === 'object' && backend !== null ? backend : {}
  ) as Partial<Backend>;
  if (typeof createHandle !== 'function') {
    throw invalidType('options.backend', 'a Backend, such as that of a Simulator', backend);
  }
  return backend as Backend;
}

function checkNetns(netns: unknown): Pick<Opening, 'netns' | 'where' | 'pid'> {
  if (netns === undefined) return { netns, where: 'this network namespace' };
  if (typeof netns === 'string' && netns !== '')
    return { netns, where: `network namespace ${shortened(netns)}` };
  const given = typeof netns === 'object' && netns !== null ? netns : {};
  const { pid, fd } = given as { pid?: unknown; fd?: unknown };
  if ((pid === undefined) === (fd === undefined)) {
    throw invalidType('options.netns', 'a path, { pid } or { fd }', netns);
  }
  NETNS_FIELDS.check('options.netns', given);
  if (pid !== undefined) {
    const process = checkInteger('options.netns.pid', pid, 1, MAX_INT);
    const where = `the network namespace of process ${process}`;
    return { netns: `/proc/${process}/ns/net`, pid: process, where };
  }
  const descriptor = checkInteger('options.netns.fd', fd, 0, MAX_INT);
  return { netns: descriptor, where: `the network namespace of descriptor ${descriptor}` };
}

/** An open handle of the backend; rejects with what `openFailed` says, or with `ERR_IPVS_TIMEOUT`. */
export async function openHandle(opening: Opening): Promise<BackendHandle> {
  findClock();
  findChannel();
  const handle = (opening.backend ?? addon()).createHandle();
  const failure = await inTime(handle, handle.open(opening.netns, opening.channel), opening.timeout);
  if (failure !== 0) throw failures().openFailed(failure, opening);
  return handle;
}

/** As `openHandle`, on the caller's thread; waits for as long as the kernel takes. */
export function openHandleSync(opening: Opening): BackendHandle {
  findClock();
  findChannel();
  const handle = (opening.backend ?? addon()).createHandle();
  const failure = handle.openSync(opening.netns, opening.channel);
  if (failure !== 0) throw failures().openFailed(failure, opening);
  return handle;
}

/** What a namespace has around IPVS, for the doctor: it needs no IPVS itself. */
export function openHost(netns: OpenOptions['netns']): BackendHost {
  const opening = checkOptions(netns === undefined ? {} : { netns });
  const host = new (loadAddon().Host)();
  const errno = opening.netns === undefined ? 0 : host.enter(opening.netns);
  if (errno !== 0) throw failures().openFailed([OpenStep.netns, errno], opening);
  return host;
}

/** Loading the kernel's module can take long. A handle that opens too late is closed. */
async function inTime<T>(handle: BackendHandle, opened: Promise<T>, milliseconds: number): Promise<T> {
  if (milliseconds === 0) return opened;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      opened.then(
        () => handle.close(),
        () => {},
      );
      reject(timedOut({ syscall: 'open', reads: true }));
    }, milliseconds);
  });
  try {
    return await Promise.race([opened, late]);
  } finally {
    clearTimeout(timer);
  }
}
