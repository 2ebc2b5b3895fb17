/** `OpenOptions`, checked: what both handles do with them. */

import type { Backend } from '../backend/backend';
import { checkInteger, checkObject, invalidType, MAX_INT } from '../errors/argument';
import { shortened } from '../errors/shortened';
import { CHANNELS, NETNS_FIELDS, OPEN_OPTIONS, type OpenOptions } from '../model/options';
import type { Opening } from './opening';

const DEFAULT_TIMEOUT = 10_000;

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
