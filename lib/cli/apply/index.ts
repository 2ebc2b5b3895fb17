/** `lvsadm apply`: makes the table what a file says. */

import { once } from 'node:events';
import { type ApplyOptions, type ApplyResult, type DrainResult, Ipvs } from '../../index';
import { describeDestination } from '../../model/destination';
import { describeService } from '../../model/service';
import { describeChange } from '../../orchestration/plan';
import { CommandLineError } from '../../rules/command-line-error';
import { startDesired } from '../desired/options';
import { formatJson } from '../layout/json';
import type { Given } from '../program-options';
import { Status } from '../status';

/** Prints what was done; the words are those after `lvsadm apply`. A signal ends it, and gives weights back. */
export function start(words: readonly string[]): Promise<number> {
  return startDesired('apply', words, async ({ desired, options, given }) => {
    const interrupt = new AbortController();
    const { signal } = interrupt;
    for (const name of ['SIGINT', 'SIGTERM']) {
      once(process, name, { signal }).then(
        () => interrupt.abort(name),
        () => {},
      );
    }
    const ipvs = await Ipvs.open();
    try {
      const result = await ipvs.apply(desired, { ...options, ...removalOf(given), signal });
      process.stdout.write(given.json ? `${formatJson(result)}\n` : textOf(result));
      interrupt.abort();
      return Status.done;
    } finally {
      await ipvs.close();
    }
  });
}

function removalOf({ drain }: Given): ApplyOptions {
  if (drain === undefined) return {};
  const seconds = Number(drain);
  if (drain === '' || !(seconds >= 0 && seconds <= 2147483)) {
    throw new CommandLineError(`--drain ${drain}: must be seconds from 0 to 2147483`);
  }
  return { removal: { timeout: Math.round(seconds * 1000) } };
}

function textOf({ changes, drains }: ApplyResult): string {
  return [...changes.map(describeChange), ...drains.map(describeDrain)].map((line) => `${line}\n`).join('');
}

/** `drained 10.0.0.2:80 of tcp 10.0.0.1:80 in 12 s` */
function describeDrain({ service, destination, outcome, left, elapsed, warnings }: DrainResult): string {
  const subject = `${describeDestination(destination)} of ${describeService(service)}`;
  const after = `${outcome} ${subject} after ${Math.round(elapsed / 1000)} s, ${left} connections left`;
  return [after, ...warnings.map(({ message, remedy }) => `  ${message}; ${remedy}`)].join('\n');
}
