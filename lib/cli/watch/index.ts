/** `lvsadm watch`: what changes in the table. */

import type { Change, TableEvent, WatchOptions } from '../../index';
import { describeChange } from '../../orchestration/plan';
import { formatJson } from '../layout/json';
import { type ProgramIo, processIo } from '../program-io';
import { type Given, helpOf, readOptions } from '../program-options';
import { millisecondsOf } from '../seconds';
import { Status, statusOf } from '../status';
import { inWords } from '../wording';

/** The words are those after `lvsadm watch`. A signal ends it. */
export function start(words: readonly string[]): Promise<number> {
  return watch(words, processIo());
}

/** Prints a line for each change. Returns the exit status. */
export async function watch(words: readonly string[], io: ProgramIo): Promise<number> {
  try {
    const given = readOptions('watch', words);
    if (given.help) {
      io.stdout(helpOf('watch'));
      return Status.done;
    }
    const lineOf = given.json === true ? formatJson : describeEvent;
    const options = optionsOf(given, io);
    const ipvs = await io.open();
    try {
      for await (const events of ipvs.watch(options)) {
        if (events.length > 0) io.stdout(events.map((event) => `${lineOf(event)}\n`).join(''));
      }
    } finally {
      await ipvs.close();
    }
    return Status.done;
  } catch (error) {
    if (io.signal.aborted && (error as Error).name === 'AbortError') return Status.done;
    io.stderr(`lvsadm watch: ${inWords(error)}\n`);
    return statusOf(error);
  }
}

function optionsOf(given: Given, { signal }: ProgramIo): WatchOptions {
  return {
    interval: millisecondsOf('interval', given.interval as string | undefined, 1),
    initial: given['no-initial'] !== true,
    signal,
  };
}

const VERBS = { Added: 'add', Changed: 'set', Removed: 'delete' } as const;

/** As a plan tells a change: `~ 10.0.0.2:80 of tcp 10.0.0.1:80: weight 1 → 5`. */
function describeEvent(event: TableEvent): string {
  const [, noun, end] = /^([a-z]+)([A-Z]\w+)$/.exec(event.type) as unknown as [
    string,
    string,
    keyof typeof VERBS,
  ];
  const {
    service,
    destination,
    before,
    fields = [],
  } = event as Partial<Extract<TableEvent, { type: 'destinationChanged' }>>;
  const op = `${VERBS[end]}${noun === 'service' ? 'Service' : 'Destination'}`;
  const command = { op, service, ...(destination && { destination }) } as Change['command'];
  return describeChange({ command, fields, ...(before && { before }) });
}
