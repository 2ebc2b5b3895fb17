/** From the status of a request to the error that says why it was refused. */

import { getSystemErrorName } from 'node:util';
import type { Asked } from './asked';
import { Failure } from './failure';
import { IpvsError, type IpvsErrorCode } from './ipvs-error';
import { explain } from './reasons';

const LIBRARY_REFUSALS: Record<number, [IpvsErrorCode, string]> = {
  [Failure.protocol]: ['ERR_IPVS_PROTOCOL', "the kernel's answer could not be understood"],
  [Failure.unsupported]: [
    'ERR_IPVS_UNSUPPORTED',
    'this kernel does not know it and would have ignored it: tunnels of type gue need Linux 5.2, gre and tunnel ' +
      'checksums 5.3, destinations of another family 3.18, options of sync daemons 4.3',
  ],
  [Failure.moduleMissing]: ['ERR_IPVS_MODULE_MISSING', 'the kernel has no IPVS any more: modprobe ip_vs'],
};

/** `addService tcp 10.0.0.1:80` */
function headline(asked: Asked): string {
  return asked.subject === undefined ? asked.syscall : `${asked.syscall} ${asked.subject()}`;
}

/** The error of a request whose status is not 0. `text` is the kernel's own, mostly empty. */
export function refused(asked: Asked, status: number, text = ''): IpvsError {
  if (status === Failure.timeout) return timedOut(asked);
  const { syscall, target } = asked;
  const library = LIBRARY_REFUSALS[status];
  if (library !== undefined) {
    return new IpvsError(library[0], `${headline(asked)}: ${library[1]}`, { syscall, target });
  }
  const code = getSystemErrorName(-status);
  const said = text === '' ? '' : ` The kernel says: ${text}.`;
  const message = `${headline(asked)}: ${explain(code, asked)} (${code}).${said}`;
  return new IpvsError(code, message, { errno: -status, syscall, target });
}

/** No answer came within the deadline. */
export function timedOut(asked: Asked): IpvsError {
  const outcome = asked.reads ? 'nothing was changed' : 'whether it was carried out is not known';
  return new IpvsError(
    'ERR_IPVS_TIMEOUT',
    `${headline(asked)}: the kernel gave no answer within the deadline that OpenOptions.timeout sets; ${outcome}`,
    { syscall: asked.syscall, target: asked.target },
  );
}

/** The handle is closed. */
export function closed(asked: Asked): IpvsError {
  return new IpvsError('ERR_IPVS_CLOSED', `${headline(asked)}: the handle is closed`, {
    syscall: asked.syscall,
    target: asked.target,
  });
}
