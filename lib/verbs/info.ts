/** The verb that asks for the kernel's version: every handle's first. */

import type { Info } from '../model/director';
import type { Verb } from '../session/verb';
import { readInfo } from '../wire/info';
import { Operation } from '../wire/records';
import { one, verb } from './request';

/** `syscall` is the verb that asks: opening a handle asks, too. */
export function info(syscall = 'info'): Verb<Info> {
  return verb({ syscall, reads: true }, Operation.getInfo, undefined, one(readInfo));
}
