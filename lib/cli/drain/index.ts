/** `lvsadm drain`: takes a real server out of service. */

import type { DestinationKey, DrainOptions, DrainResult, ServiceKey } from '../../index';
import { describeDestination } from '../../model/destination';
import { describeService } from '../../model/service';
import { CommandLineError } from '../../rules/command-line-error';
import { commandOf } from '../../rules/line-command';
import { formatJson } from '../layout/json';
import { type ProgramIo, processIo } from '../program-io';
import { type Given, helpOf, readOptions } from '../program-options';
import { readLine } from '../read-line';
import { millisecondsOf } from '../seconds';
import { Status, statusOf } from '../status';
import { inWords } from '../wording';

/** The words are those after `lvsadm drain`. A signal ends it, and gives the weight back. */
export function start(words: readonly string[]): Promise<number> {
  return drain(words, processIo());
}

/** Returns the exit status: 0 where the real server is drained, 1 where it is not. */
export async function drain(words: readonly string[], io: ProgramIo): Promise<number> {
  try {
    const given = readOptions('drain', words);
    if (given.help) {
      io.stdout(helpOf('drain'));
      return Status.done;
    }
    const { service, destination } = await serverOf(given);
    const options = optionsOf(given, io);
    const ipvs = await io.open();
    try {
      const result = await ipvs.drain(service, destination, options);
      report(result, given.json === true, io);
      return result.outcome === 'drained' ? Status.done : Status.failed;
    } finally {
      await ipvs.close();
    }
  } catch (error) {
    const interrupted = io.signal.aborted && error === io.signal.reason;
    io.stderr(`lvsadm drain: ${interrupted ? `${error}: it has its weight again` : inWords(error)}\n`);
    return interrupted ? Status.failed : statusOf(error);
  }
}

/** `-6` stands after `-f`. */
const NAMING = [
  'tcp-service',
  'udp-service',
  'sctp-service',
  'fwmark-service',
  'ipv6',
  'real-server',
] as const;

/** The service and the real server, as `-d` would have them. */
async function serverOf(given: Given): Promise<{ service: ServiceKey; destination: DestinationKey }> {
  const words = NAMING.flatMap((name) => {
    const value = given[name];
    if (value === undefined) return [];
    return value === true ? [`--${name}`] : [`--${name}`, value as string];
  });
  const command = commandOf(await readLine(['--delete-server', ...words]));
  return command as { service: ServiceKey; destination: DestinationKey } & typeof command;
}

function optionsOf(given: Given, io: ProgramIo): DrainOptions {
  const onTimeout = given['on-timeout'] as string | undefined;
  if (onTimeout !== undefined && !['delete', 'keep', 'restore'].includes(onTimeout)) {
    throw new CommandLineError(`--on-timeout ${onTimeout}: must be delete, keep or restore`);
  }
  return {
    timeout: millisecondsOf('timeout', given.timeout as string | undefined, 0),
    interval: millisecondsOf('interval', given.interval as string | undefined, 1),
    onTimeout: onTimeout as DrainOptions['onTimeout'],
    remove: given['no-remove'] !== true,
    onProgress: given.json === true ? undefined : progress(io),
    signal: io.signal,
  };
}

/** Tells each look that shows other numbers than the one before. */
function progress(io: ProgramIo): DrainOptions['onProgress'] {
  let last = '';
  return ({ activeConnections, inactiveConnections, elapsed }) => {
    const numbers = `${activeConnections} active, ${inactiveConnections} inactive connections`;
    if (numbers !== last) io.stdout(`${seconds(elapsed)}: ${numbers}\n`);
    last = numbers;
  };
}

function report(result: DrainResult, asJson: boolean, io: ProgramIo): void {
  const { service, destination, outcome, removed, left, elapsed, warnings } = result;
  if (asJson) {
    io.stdout(`${formatJson(result)}\n`);
    return;
  }
  for (const { message, remedy } of warnings) {
    io.stderr(`lvsadm drain: warning: ${message}. To avoid it, ${remedy}\n`);
  }
  const subject = `${describeDestination(destination)} of ${describeService(service)}`;
  const end = removed ? 'removed' : 'not removed';
  const rest = left > 0 ? `, with ${left} connections left` : '';
  io.stdout(`${outcome}: ${subject}, ${end} after ${seconds(elapsed)}${rest}\n`);
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
