/** A metric with all its samples, which the formats want to have together. */

import type { Stats } from '../model/stats';
import { STEP } from '../wire/answer';
import type { Memory } from '../wire/memory';
import type { Reading } from './reading';
import { TextBuffer } from './text-buffer';
import type { Texts } from './texts';

/** 64 bits as text, and the newline. */
const LONGEST_VALUE = 21;

export interface Family {
  /** Without the prefix. */
  name: string;
  type: 'counter' | 'gauge';
  help: string;
  /** Writes its samples, in steps of no more than `STEP` whole lines. */
  write(out: TextBuffer, reading: Reading, sample: Sample): Iterable<void>;
}

/** How a sample's line begins. */
export interface Sample {
  /** Of a sample with labels: those and `}`, a space and the value are to follow. */
  labelled: string;
  /** Of a sample without: the value is to follow. */
  plain: string;
}

/** The beginnings for a metric; `constant` are the labels that all samples have. */
export function sampleOf(name: string, constant: string): Sample {
  return constant === ''
    ? { labelled: `${name}{`, plain: `${name} ` }
    : { labelled: `${name}{${constant},`, plain: `${name}{${constant}} ` };
}

type Value = number | bigint;

type About = Pick<Family, 'name' | 'type' | 'help'>;

/** One sample without labels. */
export function single(about: About, value: (reading: Reading) => Value): Family {
  return {
    ...about,
    write(out, reading, { plain }) {
      out.add(`${plain}${value(reading)}\n`);
      return [];
    },
  };
}

/** Some samples with labels. */
export function labelled(
  about: About,
  samples: (reading: Reading) => Iterable<readonly [labels: string, value: Value]>,
): Family {
  return {
    ...about,
    *write(out, reading, sample) {
      let lines = 0;
      for (const [labels, value] of samples(reading)) {
        out.add(`${sample.labelled}${labels}} ${value}\n`);
        if (++lines % STEP === 0) yield;
      }
    },
  };
}

/** A metric of rows: their labels, and what it says of each. */
export interface Rows {
  labels: Texts;
  /** Puts the values of the rows from `first` up to `end` into a list. Asked for all rows, in their order. */
  read(first: number, end: number, values: Value[]): void;
}

/** A sample for each row. */
export function perRow(about: About, rowsOf: (reading: Reading) => Rows): Family {
  return {
    ...about,
    *write(out, reading, { labelled }) {
      const rows = rowsOf(reading);
      const { labels } = rows;
      const beginning = new TextBuffer();
      beginning.add(labelled);
      const most = STEP * (beginning.length + labels.longest + LONGEST_VALUE);
      // To ask for a value for each line would cost as much as a tenth of it.
      const values: Value[] = new Array(STEP).fill(0);
      for (let first = 0; first < labels.length; first += STEP) {
        const count = Math.min(labels.length - first, STEP);
        rows.read(first, first + count, values);
        out.reserve(most);
        for (let n = 0; n < count; n++) labels.writeLine(first + n, out, beginning, values[n] as Value);
        yield;
      }
    },
  };
}

/** The integers that lie `at` so many bytes from the beginning of each row. */
type Integers = (reading: Reading, at: number, bits: 32 | 64) => Rows;

/** Those of services. */
export const ofServices: Integers = ({ table, labels }, at, bits) =>
  integers(labels.services, table.memory, table.services + at, table.serviceSize, bits);

/** Those of destinations, of all services in a row. */
export const ofDestinations: Integers = ({ table, labels }, at, bits) =>
  integers(labels.destinations, table.memory, table.destinations + at, table.destinationSize, bits);

function integers(labels: Texts, memory: Memory, start: number, size: number, bits: 32 | 64): Rows {
  return {
    labels,
    read(first, end, values) {
      for (let row = first; row < end; row++) {
        const place = start + row * size;
        values[row - first] = bits === 64 ? memory.getExact(place) : memory.getU32(place);
      }
    },
  };
}

/** A counter of IPVS: its metric's name, and what it counts. */
export interface CounterOf {
  field: Exclude<keyof Stats, 'rates'>;
  name: string;
  what: string;
}

/** In the order in which they lie in memory, each of 64 bits. Their names are those of node_exporter. */
export const COUNTERS: readonly CounterOf[] = [
  { field: 'connections', name: 'connections_total', what: 'Connections scheduled' },
  { field: 'packetsIn', name: 'incoming_packets_total', what: 'Packets from clients' },
  { field: 'packetsOut', name: 'outgoing_packets_total', what: 'Packets to clients' },
  { field: 'bytesIn', name: 'incoming_bytes_total', what: 'Bytes from clients' },
  { field: 'bytesOut', name: 'outgoing_bytes_total', what: 'Bytes to clients' },
];

/** The director's counters. */
export const DIRECTOR_COUNTERS: readonly Family[] = COUNTERS.map(({ field, name, what }) =>
  single({ name, type: 'counter', help: `${what}, by the whole director.` }, ({ stats }) => stats[field]),
);
