/** Opening a handle of the backend. */

import { addon, loadAddon } from '../backend/addon';
import { type Backend, type BackendHandle, type BackendHost, OpenStep } from '../backend/backend';
import { findClock } from './clock';

const refusals = () => require('../errors/refusal') as typeof import('../errors/refusal');
const failures = () => require('./open-failure') as typeof import('./open-failure');

/** `OpenOptions`, checked. */
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

/** An open handle of the backend; rejects with what `openFailed` says, or with `ERR_IPVS_TIMEOUT`. */
export async function openHandle(opening: Opening): Promise<BackendHandle> {
  findClock();
  const handle = (opening.backend ?? addon()).createHandle();
  const failure = await inTime(handle, handle.open(opening.netns, opening.channel), opening.timeout);
  if (failure !== 0) throw failures().openFailed(failure, opening);
  return handle;
}

/** What no options mean. */
const HERE: Opening = {
  netns: undefined,
  where: 'this network namespace',
  timeout: 0,
  channel: 0,
  backend: undefined,
};

/** As `openHandle`, on the caller's thread; waits for as long as the kernel takes. */
export function openHandleSync(opening = HERE): BackendHandle {
  findClock();
  const handle = (opening.backend ?? addon()).createHandle();
  const failure = handle.openSync(opening.netns, opening.channel);
  if (failure !== 0) throw failures().openFailed(failure, opening);
  return handle;
}

/** What a namespace has around IPVS, for the doctor: it needs no IPVS itself. */
export function openHost(opening: Opening): BackendHost {
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
      reject(refusals().timedOut({ syscall: 'open', reads: true }));
    }, milliseconds);
  });
  try {
    return await Promise.race([opened, late]);
  } finally {
    clearTimeout(timer);
  }
}
