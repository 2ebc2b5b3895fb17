/** From the status of a request to the error that says why it was refused. */

import { isArgumentError, LONGEST_PATH, whatIsWrong } from './argument';
import type { Asked } from './asked';
import { errnoName } from './errno';
import { Failure } from './failure';
import { IpvsError, type IpvsErrorCode } from './ipvs-error';
import { notSaid } from './not-said';
import { shortened } from './shortened';
import { API, namesIn, type Wording } from './wording';

/** Most processes never meet a refusal. */
const reasons = () => require('./reasons') as typeof import('./reasons');

const LIBRARY_REFUSALS: Record<number, [IpvsErrorCode, string]> = {
  [Failure.protocol]: ['ERR_IPVS_PROTOCOL', "the kernel's answer could not be understood"],
  [Failure.unsupported]: [
    'ERR_IPVS_UNSUPPORTED',
    'this kernel does not know it and would have ignored it: tunnels of type gue need Linux 5.2, gre and tunnel ' +
      'checksums 5.3, destinations of another family 3.18, options of sync daemons 4.3',
  ],
  [Failure.moduleMissing]: ['ERR_IPVS_MODULE_MISSING', 'the kernel has no IPVS any more: modprobe ip_vs'],
};

/** What a message is made of: what was asked, and the rest of the sentence. */
interface Refusal {
  asked: Asked;
  why(wording: Wording): string;
}

const REFUSAL = Symbol('refusal');

/** `addService tcp 10.0.0.1:80` */
function headline({ syscall, subject }: Asked, wording: Wording): string {
  const verb = namesIn(wording)(syscall);
  return subject === undefined ? verb : `${verb} ${subject()}`;
}

/** The error of what was asked: `addService tcp 10.0.0.1:80: why`. */
export function refusal(
  code: string,
  asked: Asked,
  why: string | Refusal['why'],
  details: { errno?: number; cause?: unknown } = {},
): IpvsError {
  const { syscall, target } = asked;
  const parts: Refusal = { asked, why: typeof why === 'string' ? () => why : why };
  const error = new IpvsError(code, `${headline(asked, API)}: ${parts.why(API)}`, {
    ...details,
    syscall,
    target,
  });
  return Object.defineProperty(error, REFUSAL, { value: parts });
}

/** The message of an error in other words than the API's. Errors of another kind keep theirs. */
export function messageIn(wording: Wording, error: unknown): string {
  if (isArgumentError(error)) {
    return shortened(namesIn(wording)(error.path), LONGEST_PATH) + whatIsWrong(error, wording);
  }
  const { asked, why } = (error as { [REFUSAL]?: Refusal })[REFUSAL] ?? {};
  if (asked === undefined || why === undefined) return (error as Error).message;
  return `${headline(asked, wording)}: ${why(wording)}`;
}

/**
 * The error of a request whose status is not 0. `text` is the kernel's own, mostly empty; `detail` tells the causes of
 * one errno apart (StatusRecord in native/ipvs/records.h).
 */
export function refused(asked: Asked, status: number, text = '', detail = 0): IpvsError {
  if (status === Failure.timeout) return timedOut(asked);
  if (status === Failure.notSaid) {
    return refusal('ERR_IPVS_UNSUPPORTED', asked, (wording) => notSaid(detail, namesIn(wording)));
  }
  const library = LIBRARY_REFUSALS[status];
  if (library !== undefined) return refusal(library[0], asked, library[1]);
  const code = errnoName(status);
  const said = text === '' ? '' : ` The kernel says: ${text}.`;
  const why = (wording: Wording) =>
    `${reasons().explain(code, asked, detail, namesIn(wording))} (${code}).${said}`;
  return refusal(code, asked, why, { errno: -status });
}

/** No answer came within the deadline. */
export function timedOut(asked: Asked): IpvsError {
  const outcome = asked.reads ? 'nothing was changed' : 'whether it was carried out is not known';
  return refusal('ERR_IPVS_TIMEOUT', asked, (wording) => {
    const setting = wording('OpenOptions.timeout');
    const deadline = setting === undefined ? 'the deadline' : `the deadline that ${setting} sets`;
    return `the kernel gave no answer within ${deadline}; ${outcome}`;
  });
}

/** The handle is closed. */
export function closed(asked: Asked): IpvsError {
  return refusal('ERR_IPVS_CLOSED', asked, 'the handle is closed');
}
