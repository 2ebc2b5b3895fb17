/** A metric with all its samples, which the formats want to have together. */

import type { Stats } from '../model/stats';
import { STEP } from '../wire/answer';
import type { Reading } from './reading';
import type { Texts } from './texts';

export interface Family {
  /** Without the prefix. */
  name: string;
  type: 'counter' | 'gauge';
  help: string;
  /** Its samples as text: pieces of some whole lines each, the last one without its newline. */
  pieces(reading: Reading, sample: Sample): Iterable<string>;
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

type About = Pick<Family, 'name' | 'type' | 'help'>;

/** One sample without labels. */
export function single(about: About, value: (reading: Reading) => number | bigint): Family {
  return { ...about, pieces: (reading, { plain }) => [`${plain}${value(reading)}\n`] };
}

/** Some samples with labels. */
export function labelled(
  about: About,
  samples: (reading: Reading) => Iterable<readonly [labels: string, value: number | bigint]>,
): Family {
  return {
    ...about,
    *pieces(reading, sample) {
      for (const [labels, value] of samples(reading)) yield `${sample.labelled}${labels}} ${value}\n`;
    },
  };
}

/** The rows of one kind: where they begin, how long each is, and their labels. */
export interface Rows {
  offset: number;
  size: number;
  labels: Texts;
}

/** A sample for each row: the integer that lies `at` so many bytes from the row's beginning. */
export function perRow(about: About, at: number, bits: 32 | 64, rowsOf: (reading: Reading) => Rows): Family {
  return {
    ...about,
    *pieces(reading, sample) {
      const { memory } = reading.table;
      const { offset, size, labels } = rowsOf(reading);
      const between = `\n${sample.labelled}`;
      for (let first = 0; first < labels.length; first += STEP) {
        const lines: string[] = [];
        const end = Math.min(labels.length, first + STEP);
        for (let n = first; n < end; n++) {
          const place = offset + n * size + at;
          const value = bits === 64 ? memory.getExact(place) : memory.getU32(place);
          lines.push(`${labels.closed(n)}${value}`);
        }
        // To join costs least of what puts many texts together.
        yield `${sample.labelled}${lines.join(between)}\n`;
      }
    },
  };
}

/** The services of a reading. */
export function servicesOf({ table, labels }: Reading): Rows {
  return { offset: table.services, size: table.serviceSize, labels: labels.services };
}

/** The destinations of a reading, of all services in a row. */
export function destinationsOf({ table, labels }: Reading): Rows {
  return { offset: table.destinations, size: table.destinationSize, labels: labels.destinations };
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
