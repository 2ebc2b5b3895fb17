/** A screen's lines, as text of the terminal's width. */

import { bar, type Glyphs, short, sparkline } from './glyphs';
import { type History, REMEMBERED } from './history';
import type { List, ListLine } from './list';
import type { Numbers, Row, Sample } from './sample';
import { HELP, type Sort, type State } from './state';

export interface Canvas {
  columns: number;
  rows: number;
  glyphs: Glyphs;
  colours: boolean;
}

const BAR = 10;
/** The name's column; the others are as wide as their titles and two more. */
const LEAST_NAME = 24;

interface Column {
  title(state: State): string;
  sort?: Sort;
  width: number;
  value(row: Row, state: State): string;
}

const traffic =
  (way: 'In' | 'Out') =>
  (row: Row, { unit }: State) => {
    if (unit === 'packets') return short(row[`packets${way}`]);
    return short(row[`bytes${way}`] * (unit === 'bits' ? 8 : 1));
  };
const SHORT_UNITS = { bits: 'bit/s', bytes: 'B/s', packets: 'pkt/s' } as const;

const COLUMNS: readonly Column[] = [
  { title: () => 'WEIGHT', sort: 'weight', width: 8, value: ({ weight }) => short(weight) },
  { title: () => 'ACTIVE', sort: 'active', width: 8, value: ({ active }) => short(active) },
  { title: () => 'INACT', sort: 'inactive', width: 8, value: ({ inactive }) => short(inactive) },
  { title: () => 'CONN/S', sort: 'connections', width: 9, value: ({ connections }) => short(connections) },
  { title: ({ unit }) => `IN ${SHORT_UNITS[unit]}`, sort: 'bytesIn', width: 10, value: traffic('In') },
  { title: ({ unit }) => `OUT ${SHORT_UNITS[unit]}`, sort: 'bytesOut', width: 11, value: traffic('Out') },
];

const REVERSE = '\x1b[7m';
const BOLD = '\x1b[1m';
const DIM = '\x1b[2m';
const RED = '\x1b[31m';
const GREEN = '\x1b[32m';
const RESET = '\x1b[0m';

/** How many lines of the list fit. */
export function pageOf({ rows }: Pick<Canvas, 'rows'>): number {
  return Math.max(1, rows - 4);
}

/** The whole screen: exactly as many lines as it has rows. */
export function draw(sample: Sample, list: List, history: History, state: State, canvas: Canvas): string[] {
  const page = pageOf(canvas);
  const first = Math.max(0, Math.min(state.chosen - (page >> 1), list.length - page));
  const body = state.help
    ? helpLines(page)
    : rowsOf(list.slice(first, page), history, state, canvas, state.chosen - first);
  const lines = [summary(sample, state), filterLine(list, state), heading(state, canvas), ...body];
  while (lines.length < canvas.rows - 1) lines.push('');
  lines.push(`${DIM}q quit  ? help  / filter  > sort  Enter servers  Z pause  u units${RESET}`);
  return lines.slice(0, canvas.rows).map((line) => cut(line, canvas.columns));
}

/** The lines of the list as text without anything that only a terminal understands. */
export function plainLines(list: List, history: History, state: State, canvas: Canvas): string[] {
  const lines = list.slice(0, list.length);
  return [heading(state, canvas), ...rowsOf(lines, history, state, canvas, -1)].map(withoutStyle);
}

export function summary(sample: Sample, { interval, paused, unit }: State): string {
  const total = (name: keyof Numbers) => {
    let sum = 0;
    for (const value of sample.column(name)) sum += value;
    return sum;
  };
  const [connections, active] = [total('connections'), total('active')];
  const [bytesIn, bytesOut] = [total('bytesIn'), total('bytesOut')];
  const factor = unit === 'bits' ? 8 : 1;
  const per = unit === 'bits' ? 'bit/s' : 'B/s';
  const traffic = `in ${short(bytesIn * factor)}${per}  out ${short(bytesOut * factor)}${per}`;
  const totals = `${sample.names.length} services  ${short(active)} active  ${short(connections)} conn/s  ${traffic}`;
  return `${BOLD}lvsadm top${RESET}  ${totals}  every ${interval} s${paused ? `  ${REVERSE} PAUSED ${RESET}` : ''}`;
}

function filterLine({ services }: List, { filter, typing }: State): string {
  if (typing !== undefined) return `Filter: ${typing}_`;
  if (filter === '') return '';
  return `Filter: ${filter} (${services} services; Esc ends it)`;
}

function nameWidth(columns: number): number {
  const others = COLUMNS.reduce((sum, { width }) => sum + width, 0) + BAR + REMEMBERED + 4;
  return Math.max(LEAST_NAME, columns - others);
}

function heading(state: State, { columns }: Canvas): string {
  const titles = COLUMNS.map(({ title, sort, width }) => {
    const mark = sort === state.sort ? (state.reverse ? '^' : 'v') : '';
    return `${title(state)}${mark}`.padStart(width);
  });
  const name = `SERVICE${state.sort === 'name' ? (state.reverse ? '^' : 'v') : ''}`.padEnd(
    nameWidth(columns),
  );
  const text = `${name}${titles.join('')}  ${'ACTIVE'.padEnd(BAR)}  ${'CONN/S'.padEnd(REMEMBERED)}`;
  return `${REVERSE}${text.padEnd(columns)}${RESET}`;
}

function rowsOf(
  list: readonly ListLine[],
  history: History,
  state: State,
  { columns, glyphs, colours }: Canvas,
  chosen: number,
): string[] {
  const most = Math.max(1, ...list.map((line) => (line.kind === 'service' ? line.service.active : 0)));
  const width = nameWidth(columns);
  return list.map((line, n) => {
    const row = line.kind === 'service' ? line.service : line.server;
    const name =
      line.kind === 'service'
        ? `${line.isOpen ? glyphs.open : glyphs.closed} ${row.name} (${line.service.usable}/${line.service.servers})`
        : `    ${row.name}`;
    const share = row.active / (line.kind === 'service' ? most : Math.max(1, line.service.active));
    const numbers = COLUMNS.map(({ value, width }) => value(row, state).padStart(width)).join('');
    const spark = line.kind === 'service' ? sparkline(history.of(row.name), REMEMBERED, glyphs) : '';
    const filled = bar(share, BAR, glyphs);
    const isDown = line.kind === 'service' ? line.service.usable === 0 : row.weight === 0;
    const text = `${cut(name, width - 1).padEnd(width)}${numbers}  `;
    if (n === chosen) return `${REVERSE}${`${text}${filled}  ${spark}`.padEnd(columns)}${RESET}`;
    if (!colours) return `${text}${filled}  ${spark}`;
    return `${isDown ? RED : ''}${text}${isDown ? RESET : ''}${GREEN}${filled}${RESET}  ${spark}`;
  });
}

function helpLines(page: number): string[] {
  return HELP.slice(0, page);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what it is about.
const STYLE = /\x1b\[[0-9]*m/g;

function withoutStyle(line: string): string {
  return line.replace(STYLE, '').trimEnd();
}

/** No more than so many characters; what styles them takes no room. */
function cut(line: string, columns: number): string {
  let text = '';
  let room = columns;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: as above.
  for (const part of line.split(/(\x1b\[[0-9]*m)/)) {
    if (part.startsWith('\x1b')) {
      text += part;
      continue;
    }
    text += part.slice(0, room);
    room -= Math.min(room, part.length);
  }
  return text;
}
