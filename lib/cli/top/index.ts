/** `lvsadm top`: services and servers with their rates, live. */

import { setTimeout } from 'node:timers/promises';
import { PACKED_TABLE } from '../../hidden';
import { Ipvs } from '../../index';
import { CommandLineError } from '../../rules/command-line-error';
import { writeAll } from '../descriptors';
import { type Given, helpOf, readOptions } from '../program-options';
import { Status, statusOf } from '../status';
import { type Canvas, plainLines, summary } from './draw';
import { ASCII, UNICODE } from './glyphs';
import { History } from './history';
import { List } from './list';
import { Sample } from './sample';
import { runScreen } from './screen';
import { initialState, SORTS, type Sort, type State, UNITS, type Unit } from './state';

/** Runs until it is ended; the words are those after `lvsadm top`. */
export async function start(words: readonly string[]): Promise<number> {
  try {
    const given = readOptions('top', words);
    if (given.help) {
      process.stdout.write(helpOf('top'));
      return Status.done;
    }
    const state = stateOf(given);
    const count = given.count === undefined ? Number.POSITIVE_INFINITY : numberOf('count', given.count);
    const ipvs = await Ipvs.open();
    try {
      const read = async (before: Sample | undefined) => new Sample(await ipvs[PACKED_TABLE](true), before);
      const isTerminal = process.stdin.isTTY && process.stdout.isTTY && process.env.TERM !== 'dumb';
      if (isTerminal && given.count === undefined) await runScreen(read, state, canvas());
      else await runPlain(read, state, count);
    } finally {
      await ipvs.close();
    }
    return Status.done;
  } catch (error) {
    process.stderr.write(`lvsadm top: ${(error as Error).message}\n`);
    return error instanceof CommandLineError ? statusOf(error) : Status.wrong;
  }
}

/** What is printed where there is no terminal: everything, again and again. */
async function runPlain(
  read: (before: Sample | undefined) => Promise<Sample>,
  state: State,
  count: number,
): Promise<void> {
  const history = new History();
  let sample: Sample | undefined;
  for (let n = 0; n < count; n++) {
    if (n > 0) await setTimeout(state.interval * 1000);
    sample = await read(sample);
    history.take(sample);
    const look = { ...canvas(), colours: false, columns: 110 };
    const lines = plainLines(new List(sample, state), history, state, look);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what it is about.
    const heading = summary(sample, state).replace(/\x1b\[[0-9]*m/g, '');
    if (!writeAll(1, `${n > 0 ? '\n' : ''}${[heading, ...lines].join('\n')}\n`)) return;
  }
}

function canvas(): Omit<Canvas, 'columns' | 'rows'> & Pick<Canvas, 'rows' | 'columns'> {
  const { LC_ALL, LC_CTYPE, LANG, NO_COLOR } = process.env;
  const isUtf8 = /utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '');
  return { columns: 80, rows: 24, glyphs: isUtf8 ? UNICODE : ASCII, colours: !NO_COLOR };
}

function stateOf(given: Given): State {
  return initialState({
    interval: given.interval === undefined ? 1 : numberOf('interval', given.interval),
    sort: oneOf('sort', given.sort, SORTS) as Sort,
    unit: oneOf('units', given.units, UNITS) as Unit,
    filter: (given.filter as string | undefined) ?? '',
    expandedAll: given.servers === true,
  });
}

function numberOf(name: string, value: unknown): number {
  const number = Number(value);
  if (!(number >= 0.1 && number <= 1e6))
    throw new CommandLineError(`--${name} ${value}: must be a number from 0.1 on`);
  return number;
}

function oneOf(name: string, value: unknown, known: readonly string[]): string {
  if (value === undefined) return known[0] as string;
  if (!known.includes(value as string)) {
    throw new CommandLineError(`--${name} ${value}: must be one of ${known.join(', ')}`);
  }
  return value as string;
}
