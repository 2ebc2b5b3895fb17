/** `lvsadm bench`: how fast this machine changes and reads a table, in a network namespace of its own. */

import { cpus, release } from 'node:os';
import { formatJson } from '../layout/json';
import { type ProgramIo, processIo } from '../program-io';
import { helpOf, readLine } from '../program-options';
import { Status, statusOf } from '../status';
import { inWords } from '../wording';
import { type Figures, measure, workOf } from './measure';
import { type BenchOptions, optionsOf } from './options';
import { findWays, TOGETHER, type Way } from './ways';

/** The words are those after `lvsadm bench`. A signal ends it. */
export function start(words: readonly string[]): Promise<number> {
  return bench(words, processIo());
}

/** Returns the exit status. */
export async function bench(words: readonly string[], io: ProgramIo): Promise<number> {
  try {
    const { given, argument } = readLine('bench', words);
    if (given.help) {
      io.stdout(helpOf('bench'));
      return Status.done;
    }
    const options = optionsOf(given, argument ?? 'churn');
    const figures = await measureAll(options, io);
    io.stdout(
      given.json === true
        ? `${formatJson({ ...machine(), ...options, figures })}\n`
        : table(options, figures),
    );
    return Status.done;
  } catch (error) {
    const interrupted = io.signal.aborted && error === io.signal.reason;
    io.stderr(`lvsadm bench: ${interrupted ? `${error}: nothing is left behind` : inWords(error)}\n`);
    return interrupted ? Status.failed : statusOf(error);
  }
}

/** `why` there are no figures, and the code of it. */
type Row = Figures | { way: string; channel: Way['channel']; lacks: string; why: string };

/** One way that cannot be measured here, as netlink in a user namespace, does not keep the others from it. */
async function measureAll(options: BenchOptions, io: ProgramIo): Promise<Row[]> {
  const kind = options.trial === 'list' ? 'read' : 'change';
  const ways = findWays().filter(({ only = kind }) => only === kind);
  const rows: Row[] = [];
  for (const [n, way] of ways.entries()) {
    progress(`${options.trial}: ${way.name}, ${way.channel} (${n + 1} of ${ways.length})`);
    try {
      rows.push(await measure(way, options, io.signal));
    } catch (error) {
      const { code, syscall } = error as { code?: string; syscall?: string };
      if (code === undefined || syscall === undefined || io.signal.aborted) throw error;
      rows.push({ way: way.name, channel: way.channel, lacks: code, why: inWords(error) });
    }
  }
  progress('');
  if (rows.every((row) => 'lacks' in row)) throw new Error([...reasons(rows)].join('\n'));
  return rows;
}

function reasons(rows: readonly Row[]): Set<string> {
  return new Set(rows.flatMap((row) => ('why' in row ? [row.why] : [])));
}

/** A line that the next one takes the place of. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

function machine() {
  return {
    kernel: release(),
    node: process.version,
    cpu: cpus()[0]?.model ?? 'unknown',
    processors: cpus().length,
  };
}

function table(options: BenchOptions, rows: readonly Row[]): string {
  const { kernel, node, cpu, processors } = machine();
  const { trial, services, destinations } = options;
  const { before, steps, rules } = workOf(options);
  const what = {
    add: `${rules} rules are added to an empty table`,
    list: `a table of ${rules} rules is read`,
    weights: `${rules} weights are changed`,
    churn: `${rules} random changes among ${before.length} rules`,
  }[trial];
  const head = ['way', 'channel', 'rules/s', 'p50 ms', 'p99 ms', 'p99.9 ms', 'loop ms', 'RSS MB'];
  const lines = rows.map((row) =>
    'lacks' in row
      ? [row.way, row.channel, row.lacks]
      : [
          row.way,
          row.channel,
          row.rate.toLocaleString('en'),
          ...[row.p50, row.p99, row.p999, row.eventLoopDelay].map((number) => number.toPrecision(3)),
          row.rss === undefined ? '-' : `${Math.round(row.rss / 1e6)}`,
        ],
  );
  const widths = head.map((title, n) =>
    Math.max(
      title.length,
      ...lines.filter(({ length }) => length > 3).map((line) => (line[n] as string).length),
    ),
  );
  const text = [head, ...lines].map((line) =>
    line
      .map((cell, n) =>
        n < 2 ? cell.padEnd(widths[n] as number) : cell.padStart(line.length > 3 ? (widths[n] as number) : 0),
      )
      .join('  '),
  );
  return [
    `Linux ${kernel}, Node ${node}, ${processors} × ${cpu}`,
    `${trial}: ${what}, ${services} services with ${destinations} real servers each; a network namespace of its own for each round`,
    '',
    ...text,
    ...reasons(rows),
    '',
    steps.length === 0
      ? 'A call reads the whole table; ipvsadm: ipvsadm -L -n.'
      : `A call is one rule; of batch, ${TOGETHER}; of ipvsadm, ipvsadm -R of all. concurrent asks for ${TOGETHER} at once.`,
    '',
  ].join('\n');
}
