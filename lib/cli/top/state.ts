/** What the person at the screen has chosen, and what keys change of it. Keys are those of top and htop. */

import type { Numbers } from './sample';

export const SORTS = ['connections', 'active', 'inactive', 'bytesIn', 'bytesOut', 'weight', 'name'] as const;
export type Sort = (typeof SORTS)[number] & (keyof Numbers | 'name');

export const UNITS = ['bits', 'bytes', 'packets'] as const;
export type Unit = (typeof UNITS)[number];

/** Seconds between two refreshes. */
export const INTERVALS = [1, 2, 5, 10] as const;

export interface State {
  sort: Sort;
  reverse: boolean;
  filter: string;
  /** The filter as it is being typed. */
  typing: string | undefined;
  unit: Unit;
  interval: number;
  paused: boolean;
  help: boolean;
  quit: boolean;
  expandedAll: boolean;
  /** Services that differ from that. */
  toggled: Set<string>;
  /** The line of the list that is chosen. */
  chosen: number;
}

export function initialState(given: Partial<State> = {}): State {
  return {
    sort: 'connections',
    reverse: false,
    filter: '',
    typing: undefined,
    unit: 'bits',
    interval: 1,
    paused: false,
    help: false,
    quit: false,
    expandedAll: false,
    toggled: new Set(),
    chosen: 0,
    ...given,
  };
}

export function isExpanded(state: State, service: string): boolean {
  return state.expandedAll !== state.toggled.has(service);
}

/** What is on the screen, for keys that move on it. */
export interface Shown {
  /** How many lines the list has, and how many of them fit. */
  lines: number;
  page: number;
  /** The service of the chosen line. */
  service: string | undefined;
}

type Action = (state: State, shown: Shown) => void;

const quit: Action = (state) => {
  state.quit = true;
};
const help: Action = (state) => {
  state.help = true;
};
const pause: Action = (state) => {
  state.paused = !state.paused;
};
const filter: Action = (state) => {
  state.typing = state.filter;
};
const reverse: Action = (state) => {
  state.reverse = !state.reverse;
};
const move =
  (by: (shown: Shown) => number): Action =>
  (state, shown) => {
    state.chosen = Math.max(0, Math.min(shown.lines - 1, state.chosen + by(shown)));
  };
const sortBy =
  (sort: Sort): Action =>
  (state) => {
    if (state.sort === sort) state.reverse = !state.reverse;
    else Object.assign(state, { sort, reverse: false });
  };
const expand =
  (open?: boolean): Action =>
  (state, { service }) => {
    if (service === undefined || isExpanded(state, service) === open) return;
    if (!state.toggled.delete(service)) state.toggled.add(service);
  };
const expandAll: Action = (state) => {
  state.expandedAll = !state.expandedAll;
  state.toggled.clear();
};
const unit: Action = (state) => {
  state.unit = next(UNITS, state.unit, 1);
};
const interval: Action = (state) => {
  state.interval = next<number>(INTERVALS, state.interval, 1);
};
const sortNext =
  (step: number): Action =>
  (state) => {
    state.sort = next(SORTS, state.sort, step);
  };

function next<T>(list: readonly T[], current: T, step: number): T {
  return list[(list.indexOf(current) + step + list.length) % list.length] as T;
}

/** By the bytes that a terminal sends; what the help says of them. */
const KEYS: readonly { keys: readonly string[]; shown: string; does: string; action: Action }[] = [
  { keys: ['q', 'Q', '\x03', '\x1b[21~'], shown: 'q, F10', does: 'quit', action: quit },
  { keys: ['?', 'h', '\x1bOP', '\x1b[11~'], shown: '?, h, F1', does: 'this help', action: help },
  { keys: ['\x1b[A', '\x1bOA', 'k'], shown: 'Up, k', does: 'the line above', action: move(() => -1) },
  { keys: ['\x1b[B', '\x1bOB', 'j'], shown: 'Down, j', does: 'the line below', action: move(() => 1) },
  { keys: ['\x1b[5~'], shown: 'PgUp', does: 'a page up', action: move(({ page }) => -page) },
  { keys: ['\x1b[6~'], shown: 'PgDn', does: 'a page down', action: move(({ page }) => page) },
  {
    keys: ['\x1b[H', '\x1bOH', '\x1b[1~', 'g'],
    shown: 'Home, g',
    does: 'the first line',
    action: move(({ lines }) => -lines),
  },
  {
    keys: ['\x1b[F', '\x1bOF', '\x1b[4~', 'G'],
    shown: 'End, G',
    does: 'the last line',
    action: move(({ lines }) => lines),
  },
  { keys: ['\r', '\n'], shown: 'Enter', does: "show or hide the service's servers", action: expand() },
  { keys: ['+', '\x1b[C', '\x1bOC'], shown: '+, Right', does: 'show them', action: expand(true) },
  { keys: ['-', '\x1b[D', '\x1bOD'], shown: '-, Left', does: 'hide them', action: expand(false) },
  { keys: ['*'], shown: '*', does: 'show or hide the servers of all services', action: expandAll },
  { keys: ['>', '.', '\x1b[17~'], shown: '>, F6', does: 'sort by the next column', action: sortNext(1) },
  { keys: ['<', ','], shown: '<', does: 'sort by the column before', action: sortNext(-1) },
  { keys: ['C', 'P'], shown: 'C, P', does: 'sort by new connections', action: sortBy('connections') },
  { keys: ['A', 'M'], shown: 'A, M', does: 'sort by active connections', action: sortBy('active') },
  { keys: ['N'], shown: 'N', does: 'sort by name', action: sortBy('name') },
  { keys: ['R', 'I'], shown: 'R, I', does: 'the other way round', action: reverse },
  {
    keys: ['/', '\\', '\x1bOS', '\x1b[14~', 'o'],
    shown: '/, \\, F4',
    does: 'filter by a part of the name; Esc ends it',
    action: filter,
  },
  { keys: ['u'], shown: 'u', does: 'bits, bytes or packets', action: unit },
  { keys: ['d', 's'], shown: 'd, s', does: 'seconds between refreshes: 1, 2, 5, 10', action: interval },
  { keys: ['Z', 'p', ' '], shown: 'Z, p, Space', does: 'pause', action: pause },
];

const ACTIONS = new Map(KEYS.flatMap(({ keys, action }) => keys.map((key) => [key, action] as const)));

/** Lines of the help: the keys, and what they do. */
export const HELP = KEYS.map(({ shown, does }) => `  ${shown.padEnd(14)}${does}`);

/** Keys in what a terminal has sent: escape sequences, or characters. */
export function keysIn(text: string): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what it is about.
  return text.match(/\x1b(?:\[[0-9;]*[A-Za-z~]|O[A-Za-z])|[\s\S]/g) ?? [];
}

/** Changes the state as a key asks. */
export function press(state: State, key: string, shown: Shown): void {
  if (state.help) {
    state.help = false;
    if (key === '\x03') state.quit = true;
    return;
  }
  if (state.typing !== undefined) {
    type(state, key, state.typing);
    return;
  }
  if (key === '\x1b') state.filter = '';
  else ACTIONS.get(key)?.(state, shown);
}

function type(state: State, key: string, typing: string): void {
  if (key === '\x03') state.quit = true;
  else if (key === '\r' || key === '\n') Object.assign(state, { filter: typing, typing: undefined });
  else if (key === '\x1b') Object.assign(state, { filter: '', typing: undefined });
  else if (key === '\x7f' || key === '\b') state.typing = typing.slice(0, -1);
  else if (key >= ' ' && key.length === 1) state.typing = typing + key;
  if (state.typing !== undefined) state.filter = state.typing;
}
